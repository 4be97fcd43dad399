"""The floor: the least that Flask, SQLAlchemy and one SELECT cost, served as Commonplace is; and Flask alone.

`python -m benchmarks.floor FOLDER PORT` serves both.
"""

import os
import sys
from pathlib import Path
from sqlite3 import Connection

from flask import Flask, Response
from sqlalchemy import create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

from benchmarks.processes import Server, clean_environment, free_port, start
from benchmarks.snippet import SNIPPET
from commonplace.operations.web_server import listen, serve

TEXT = "text/plain; charset=utf-8"
BARE_PATH, TEXT_PATH = "/bare", "/texts/1"


class Base(DeclarativeBase):
    """The parent of the one table."""


class Text(Base):
    """A text and its number."""

    __tablename__ = "texts"

    id: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[str]


def start_floor(folder: Path) -> Server:
    """Start both on a free port, with their database in the folder."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.floor", str(folder), str(port)]
    return start(command, port, path=BARE_PATH, log=folder / "floor.log", environment=clean_environment())


def make_floor(path: Path) -> Flask:
    """Return the application, with the snippet as text 1 in a new SQLite file."""
    engine = create_engine(f"sqlite:///{path}")
    event.listen(engine, "connect", _set_pragmas)
    Base.metadata.create_all(engine)
    open_session = sessionmaker(engine)
    with open_session.begin() as session:
        session.add(Text(content=SNIPPET))
    engine.dispose()
    return _make_app(open_session)


def _make_app(open_session: sessionmaker[Session]) -> Flask:
    app = Flask(__name__)

    @app.get(BARE_PATH)
    def bare() -> Response:
        return Response(SNIPPET, content_type=TEXT)

    @app.get("/texts/<int:text_id>")
    def text(text_id: int) -> Response:
        with open_session() as session:
            return Response(session.get_one(Text, text_id).content, content_type=TEXT)

    return app


def _set_pragmas(connection: Connection, _record: object) -> None:
    for pragma in ("busy_timeout = 10000", "journal_mode = wal", "synchronous = full", "foreign_keys = on"):
        connection.execute(f"pragma {pragma}")


if __name__ == "__main__":
    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    sys.exit(serve(make_floor(folder / "floor.sqlite3"), listen("127.0.0.1", port), None, os.getppid()))
