"""Passwords: Argon2id with the smaller of OWASP's profiles, and whatever hashes an older site brought along.

Source: OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one lane; 17 ms and 19 MiB a sign-in.
Two keyboards may send one password as different code points: NFKC makes them one (NIST SP 800-63B, 5.1.1.2).
"""

import unicodedata
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from werkzeug.security import check_password_hash

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_at_once = BoundedSemaphore(4)  # a crowd at the door shall not take all the memory
_LEGACY = ("scrypt:", "pbkdf2:")  # as classic Flask applications kept them
_NOBODYS = (  # of random bytes that were thrown away: it costs what a real one costs, and nothing at the start
    "$argon2id$v=19$m=19456,t=2,p=1$jz9LYl2Lq2WobcHpV7htAQ$0UveysrUZDJ6hc6lTK5BnZ9NOYv53ULmEcuncU/l8PA"
)


def hash_password(plaintext: str) -> str:
    """Return the Argon2id hash of a password, parameters and salt included."""
    with _at_once:
        return _hasher.hash(unicodedata.normalize("NFKC", plaintext))


def is_password(plaintext: str, hashed: str | None) -> bool:
    """Tell whether `plaintext` is the password; takes as long where there is no such account (None)."""
    plaintext = plaintext.encode(errors="replace").decode()  # JSON can hold half of a character, UTF-8 cannot
    with _at_once:
        try:
            if hashed is not None and hashed.startswith(_LEGACY):
                return check_password_hash(hashed, plaintext)
            normal = unicodedata.normalize("NFKC", plaintext)
            return _hasher.verify(hashed or _NOBODYS, normal) and hashed is not None
        except (VerificationError, ValueError):  # wrong, or not a hash that anybody made
            return False


def is_outdated(hashed: str) -> bool:
    """Tell whether the hash was made by older rules and should be made anew at this sign-in."""
    return hashed.startswith(_LEGACY) or _hasher.check_needs_rehash(hashed)
