"""The feed in plain Python: the rule itself, against which every strategy is held."""

from dataclasses import dataclass, field

LISTED = {"followers", "members", "public"}


@dataclass(eq=False)
class Shared:
    """An entry as the rule sees it."""

    id: int
    author: int
    audience: str
    parent: "Shared | None" = None
    is_deleted: bool = False
    is_hidden: bool = False

    @property
    def thread(self):
        """The entry with all that it answers."""
        return [self, *(self.parent.thread if self.parent else [])]


@dataclass
class Oracle:
    """Who shared what, and who follows, blocks and mutes whom."""

    entries: list[Shared] = field(default_factory=list)
    follows: set[tuple[int, int]] = field(default_factory=set)
    blocks: set[tuple[int, int]] = field(default_factory=set)
    mutes: set[tuple[int, int]] = field(default_factory=set)
    absent: set[int] = field(default_factory=set)

    def are_blocked(self, one, other):
        return (one, other) in self.blocks or (other, one) in self.blocks

    def may_see(self, viewer, entry):
        thread = entry.thread if entry.author != viewer else [entry]
        return all(self._may_see_alone(viewer, each) for each in thread)

    def _may_see_alone(self, viewer, entry):
        if entry.is_deleted or entry.author in self.absent:
            return False
        if entry.author == viewer:
            return True
        if entry.is_hidden or self.are_blocked(viewer, entry.author):
            return False
        if entry.parent is not None or entry.audience in {"members", "public"}:
            return True
        return entry.audience == "followers" and (viewer, entry.author) in self.follows

    def feed(self, reader):
        """Return ids of what stands in the reader's feed, newest first."""
        read = {reader} | {other for one, other in self.follows if one == reader and (reader, other) not in self.mutes}
        return [
            entry.id
            for entry in sorted(self.entries, key=lambda entry: -entry.id)
            if entry.author in read and entry.audience in LISTED and not entry.is_hidden and self.may_see(reader, entry)
        ]

    def replies_below(self, entry):
        return [each for each in self.entries if each is not entry and entry in each.thread]
