"""Whether the secret keys are still those of the database: a file of keys that is lost is made anew at the start."""

import logging

from sqlalchemy.orm import Session

from commonplace.core.house import House
from commonplace.core.keys import KeyRing, SealBroken
from commonplace.operations.models import KeyCheck

log = logging.getLogger(__name__)
THE_ONE = 1
WORD = "commonplace"
PLACE = {"row": f"key_checks/{THE_ONE}", "field": "sealed"}
LOST = (
    "the keys are not those that this database was used with: everybody is signed out, links in mails are dead, and "
    "what was sealed, such as mail that waits, cannot be read. Put the former keys back, behind the present ones; "
    "where they are lost for good, run `commonplace doctor --keep-keys`"
)


def find_lost_keys(house: House) -> str | None:
    """Return what to tell where the keys are not those that the database knows, or None."""
    with house.database.reading() as session:
        check = session.get(KeyCheck, THE_ONE)
        return LOST if check is not None and not _opens(house.keys, check) else None


def note_keys(house: House) -> None:
    """Let the database know the keys, the newest where they are a ring; where it knows others, that is logged."""
    with house.database.writing() as session:
        check = session.get(KeyCheck, THE_ONE)
        if check is None or (_opens(house.keys, check) and not _opens(_newest(house.keys), check)):
            _seal(session, house.keys)
        elif not _opens(house.keys, check):
            log.error("%s", LOST)


def keep_keys(house: House, keys: KeyRing | None = None) -> None:
    """Take the present keys, or those given, for the ones of the database from now on."""
    with house.database.writing() as session:
        _seal(session, keys or house.keys)


def _opens(keys: KeyRing, check: KeyCheck) -> bool:
    try:
        return keys.open(check.sealed, **PLACE) == WORD
    except SealBroken:
        return False


def _newest(keys: KeyRing) -> KeyRing:
    return KeyRing(keys.signing_keys[:1])


def _seal(session: Session, keys: KeyRing) -> None:
    session.merge(KeyCheck(id=THE_ONE, sealed=keys.seal(WORD, **PLACE)))
