"""The search index, made anew from the entries."""

from commonplace.core.house import House
from commonplace.entries.kinds import known_kinds
from commonplace.entries.queries import list_all
from commonplace.entries.search import forget_all, index_new_entry

BATCH = 200


def rebuild_index(house: House) -> int:
    """Index every entry anew, in one transaction, and return how many there are."""
    kinds = known_kinds()
    count, last = 0, -1
    with house.database.writing() as session:
        forget_all(session)
        while batch := list_all(session, kinds, last, BATCH):
            for entry in batch:
                index_new_entry(session, entry.id, kinds[entry.kind].search_text(entry))
            count, last = count + len(batch), batch[-1].id
            session.expunge_all()
    return count
