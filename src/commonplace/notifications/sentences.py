"""What is told, in words: the same on the page and in a mail."""

from collections.abc import Mapping
from dataclasses import dataclass

from commonplace.entries.kinds import Kind
from commonplace.entries.rules import split_words
from commonplace.notifications.models import Notification
from commonplace.notifications.rules import excerpt, phrase

TITLE_LENGTH = 80
WORDS_LENGTH = 300
QUOTED = frozenset({"replied", "mentioned"})


@dataclass(frozen=True)
class Sentence:
    """Who did what, to which entry; `title` and `words` of the entry are empty where it is not shown."""

    notification: Notification
    actor: str
    phrase: str
    title: str = ""
    words: str = ""

    @property
    def name(self) -> str:
        """The title, where `words` do not begin with it anyway."""
        title, words = split_words(self.title), split_words(self.words)
        return "" if title and words[: len(title)] == title else self.title


def make_sentence(notification: Notification, kinds: Mapping[str, Kind]) -> Sentence:
    """Return the sentence of a notification that was loaded with its details for these kinds."""
    entry, actor = notification.entry, notification.actor.username
    if entry is None:
        about = notification.about.username if notification.about else None
        is_of_entry = notification.entry_id is not None
        return Sentence(notification, actor, phrase(notification.event, None, about=about, is_of_entry=is_of_entry))
    kind = kinds[entry.kind]
    summary = kind.summary(entry)
    return Sentence(
        notification,
        actor,
        phrase(notification.event, kind.label),
        title=excerpt(summary.title or summary.body, TITLE_LENGTH) or kind.label,
        words=excerpt(summary.body, WORDS_LENGTH) if notification.event in QUOTED else "",
    )
