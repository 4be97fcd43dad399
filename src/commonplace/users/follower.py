"""What a user says in the classic model: `alice.follow(bob)`, `alice.newsfeed()`. The service does it."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from commonplace.core.pagination import DEFAULT_LIMIT, Page
from commonplace.users.models_follows import Follow, Person
from commonplace.users.newsfeed import newsfeed
from commonplace.users.service_follows import follow_user, unfollow_user


class Follower(Person):
    """A user who follows others and reads what they share, within the session that the user was loaded by."""

    def follow(self, other: Person) -> bool:
        """Follow somebody, and tell whether that is new; raises NotFound for who is absent, blocked or blocks one."""
        return follow_user(self._session, self, other)

    def unfollow(self, other: Person) -> bool:
        """Follow somebody no longer, and tell whether there was anything to end."""
        return unfollow_user(self._session, self, other)

    def is_following(self, other: Person) -> bool:
        """Tell whether one follows somebody."""
        follows = select(Follow).where(Follow.follower_id == self.id, Follow.followed_id == other.id)
        return self._session.scalar(select(follows.exists())) is True

    def newsfeed(self, cursor: str | None = None, limit: int = DEFAULT_LIMIT) -> Page[Any]:
        """Return a page of what oneself and those one follows share, newest first."""
        return newsfeed.source(self._session, self, cursor, limit)

    @property
    def _session(self) -> Session:
        session = object_session(self)
        if session is None:
            raise RuntimeError("this user belongs to no session: add it to one, or load it anew")
        return session
