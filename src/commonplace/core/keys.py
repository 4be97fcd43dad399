"""The secret keys of a site, newest first: they sign what a browser holds and seal what the database holds.

A sealed value opens only in the row and field it was made for: the key of each place is derived (HKDF,
RFC 5869) from the ring's keys, so that a value copied elsewhere is noise.
"""

import base64
import json
import os
import secrets
import string
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from commonplace.core.errors import CommonplaceError
from commonplace.core.storage import flush_folder

MIN_LENGTH = 32
MIN_DIFFERENT = 8
SAMPLE_WORDS = ("changeme", "secret", "password", "example", "sample", "replaceme", "yourkey", "insecure")
SALT = b"commonplace sealed value"
FILE_NAME = "secret_keys"
HOW_TO_MAKE_ONE = "python3 -c 'import secrets; print(secrets.token_urlsafe(48))' prints a good one"


class SealBroken(CommonplaceError):
    """A sealed value does not open: it is of another place, was altered, or its key has left the ring."""


class KeyRing:
    """The keys of a site, newest first: the newest signs and seals, each opens what it once made."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Take the keys, or raise `ValueError` with the fault of the first weak one; none is ever printed."""
        if not keys:
            raise ValueError("there is no secret key: give at least one")
        for place, key in enumerate(keys, start=1):
            if fault := _fault(key):
                raise ValueError(f"secret key {place} of {len(keys)} {fault}; {HOW_TO_MAKE_ONE}")
        self.signing_keys = tuple(keys)
        """For Flask as `SECRET_KEY` and `SECRET_KEY_FALLBACKS`; itsdangerous itself wants the newest last."""

    def __repr__(self) -> str:
        return f"KeyRing({len(self.signing_keys)} keys)"

    def seal(self, plaintext: str, *, row: str, field: str) -> str:
        """Return `plaintext` sealed for a field of a row, in ASCII; `row` names its table: `tokens/17`."""
        return self._fernet(row, field).encrypt(plaintext.encode()).decode()

    def open(self, sealed: str, *, row: str, field: str) -> str:
        """Return what was sealed for that field of that row, or raise `SealBroken`."""
        try:
            return self._fernet(row, field).decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise SealBroken("A stored secret can no longer be read: the keys of this site have changed.") from None

    def _fernet(self, row: str, field: str) -> MultiFernet:
        place = json.dumps([row, field]).encode()  # no two places are written alike
        return MultiFernet([Fernet(_derive(key, place)) for key in self.signing_keys])


def load_or_create_keys(data_dir: Path, configured: Sequence[str]) -> KeyRing:
    """Return the ring of the configured keys, else of the file `secret_keys`, made when it is missing.

    The file holds one key a line, newest first. Raises `ValueError` with one sentence when a key is weak.
    """
    if configured:
        return KeyRing(configured)
    path = data_dir / FILE_NAME
    if not path.exists():
        _create(path, secrets.token_urlsafe(48) + "\n")
    try:
        return KeyRing(path.read_text(encoding="utf-8").split())
    except ValueError as fault:
        raise ValueError(f"{path}: {fault}") from None


def _create(path: Path, content: str) -> None:
    """Write a whole file that only we may read, unless another process was first: a link never replaces."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # with mode 0600
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(temporary)
        flush_folder(path.parent)
    finally:
        temporary.unlink()


def _derive(key: str, place: bytes) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=SALT, info=place).derive(key.encode())
    return base64.urlsafe_b64encode(derived)


def _fault(key: str) -> str | None:
    plain = "".join(c for c in key.lower() if c in string.ascii_lowercase)
    steps = [ord(after) - ord(before) for before, after in pairwise(key)]
    if len(key) < MIN_LENGTH:
        return f"has fewer than {MIN_LENGTH} characters"
    if any(word in plain for word in SAMPLE_WORDS):
        return "is a sample, which anybody knows"
    if len(set(key)) < MIN_DIFFERENT or key in (key + key)[1:-1] or steps.count(1) > len(steps) // 2:
        return "repeats itself or counts up"
    return None
