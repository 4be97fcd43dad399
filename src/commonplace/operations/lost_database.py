"""Whether a database is missing: a note in the data folder says that there was one, so that it is not made anew.

A site whose database is gone, or whose setting names another, would else start empty, and belong to whoever comes
first.
"""

from pathlib import Path

from sqlalchemy import inspect

from commonplace.core.errors import Conflict
from commonplace.core.house import House

NOTE = "has-database"
WORDS = """{database}
This site has its rows there. While this note is here, an empty database counts as lost, and nothing starts with it.
`commonplace drop-db` removes the note; remove it by hand where you mean to begin anew in this folder.
"""


def check_not_lost(house: House) -> None:
    """Raise Conflict where a database without tables stands beside the note of one, or beside files."""
    note = _note_of(house)
    if (note.exists() or not house.storage.is_empty()) and not _has_tables(house):
        raise Conflict(
            f"The database is empty, but {_found(house, note)}: this looks like a wrong COMMONPLACE_DATABASE_URL "
            "or a lost database. Nothing was changed: name the right one, or restore a backup into a new data folder. "
            f"To begin anew, move {house.settings.data_dir.absolute()} away."
        )


def note_database(house: House) -> None:
    """Note that the tables were made, and where."""
    note, words = _note_of(house), WORDS.format(database=house.database.engine.url.render_as_string())
    if not note.exists() or note.read_text(encoding="utf-8") != words:
        note.write_text(words, encoding="utf-8")


def forget_database(house: House) -> None:
    """Remove the note, as the tables are removed on purpose."""
    _note_of(house).unlink(missing_ok=True)


def _note_of(house: House) -> Path:
    return house.settings.data_dir / NOTE


def _found(house: House, note: Path) -> str:
    if not house.storage.is_empty():
        return "the storage holds files"
    return f"this site had one at {note.read_text(encoding='utf-8').splitlines()[0]}"


def _has_tables(house: House) -> bool:
    file = house.database.engine.url.database
    if house.database.is_sqlite and not (file and Path(file).exists()):
        return False  # to look into it would make it
    with house.database.engine.connect() as connection:
        return bool(inspect(connection).get_table_names())
