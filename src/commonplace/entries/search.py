"""The search index: FTS5 on SQLite, tsvector on PostgreSQL; what is found passes through `visible_to` like all else.

It is written in the transaction of its entry and can be rebuilt from the entries at any time. What a word is, we
decide: both databases get words that are split and folded already, and find the same.
"""

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Text,
    and_,
    bindparam,
    cast,
    column,
    delete,
    func,
    insert,
    not_,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY
from sqlalchemy.orm import Session

from commonplace.entries.models import Entry
from commonplace.entries.rules import SearchQuery, SearchText, Term, searched_words

BETWEEN = " / "  # no word: what stands together in title and text does not stand together across the two
_fts = table("entry_search", column("rowid"), column("title"), column("body"))
_tsvector = table("entry_search", column("id"), column("document"), column("words"))


def index_entry(session: Session, entry_id: int, found_by: SearchText) -> None:
    """Let the entry be found by these words, and no longer by others."""
    forget_entries(session, [entry_id])
    index_new_entry(session, entry_id, found_by)


def index_new_entry(session: Session, entry_id: int, found_by: SearchText) -> None:
    """Let an entry be found that is not in the index yet."""
    words = searched_words(found_by)
    if _is_postgresql(session):
        lexemes = cast(sorted({*words.title.split(), *words.body.split()}), ARRAY(Text))
        session.execute(
            insert(_tsvector).values(
                id=entry_id,
                document=func.array_to_tsvector(lexemes),
                words=f" {words.title}{BETWEEN}{words.body} ",
            )
        )
    else:
        session.execute(insert(_fts).values(rowid=entry_id, title=words.title, body=words.body))


def forget_entries(session: Session, entry_ids: list[int]) -> None:
    """Let these entries be found no longer."""
    if _is_postgresql(session):
        session.execute(delete(_tsvector).where(_tsvector.c.id.in_(entry_ids)))
    else:
        session.execute(delete(_fts).where(_fts.c.rowid.in_(entry_ids)))


def forget_all(session: Session) -> None:
    """Empty the index, before it is rebuilt."""
    session.execute(delete(_tsvector if _is_postgresql(session) else _fts))


def matches(session: Session, query: SearchQuery) -> ColumnElement[bool]:
    """Return the condition that an entry is found by the query."""
    if _is_postgresql(session):
        wanted, unwanted = map(_finds, query.wanted), map(_finds, query.unwanted)
        return Entry.id.in_(select(_tsvector.c.id).where(*wanted, *map(not_, unwanted)))
    asked: BindParameter[str] = bindparam("query", _fts5(query), unique=True)
    return Entry.id.in_(select(_fts.c.rowid).where(column("entry_search").op("match")(asked)))


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _fts5(query: SearchQuery) -> str:
    def phrase(term: Term) -> str:
        return f'"{" ".join(term.words)}"' + (" *" if term.is_prefix else "")

    asked = " AND ".join(map(phrase, query.wanted))
    return " NOT ".join([f"({asked})", *map(phrase, query.unwanted)])


def _finds(term: Term) -> ColumnElement[bool]:
    # cast, for to_tsquery would split words in its own way; a tsvector forgets places after 255 of one word
    end = ":*" if term.is_prefix else ""
    has_words = _tsvector.c.document.op("@@")(cast(" & ".join(f"'{word}'" for word in term.words) + end, TSQUERY))
    if len(term.words) == 1:
        return has_words
    phrase = " ".join(term.words)
    return and_(has_words, _tsvector.c.words.contains(f" {phrase}" + ("" if term.is_prefix else " ")))
