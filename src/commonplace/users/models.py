"""Tables of accounts: users, their former names, devices, tokens and invitations; and, from below, whom they follow."""

from datetime import datetime, timedelta
from typing import Literal, cast

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, or_
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from commonplace.core import clock
from commonplace.core.db import Base
from commonplace.users.follower import Follower
from commonplace.users.models_follows import Block, Follow, Mute
from commonplace.users.passwords import hash_password

__all__ = [
    "GRACE",
    "ApiToken",
    "Block",
    "Device",
    "Follow",
    "Invitation",
    "Mute",
    "RetiredUsername",
    "Role",
    "Scope",
    "User",
    "is_absent",
]

FRESH_FOR = timedelta(minutes=10)
GRACE = timedelta(days=14)
Role = Literal["owner", "moderator", "member"]
Scope = Literal["read", "write", "admin"]


class User(Follower, Base):
    """A person with an account."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("role in ('owner', 'moderator', 'member')", name="role"),
        {"sqlite_autoincrement": True},  # the number of a person who left is not given to another
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(40))
    folded: Mapped[str] = mapped_column(String(200), unique=True)
    skeleton: Mapped[str] = mapped_column(String(400), unique=True)
    email: Mapped[str] = mapped_column(String(254))
    email_folded: Mapped[str] = mapped_column(String(254), unique=True)
    email_verified_on: Mapped[datetime | None]
    _password: Mapped[str] = mapped_column("password", String(255))
    role: Mapped[Role] = mapped_column(String(9), default="member")
    about: Mapped[str] = mapped_column(Text, default="")
    created_on: Mapped[datetime] = mapped_column(default=clock.now)
    closed_on: Mapped[datetime | None]
    suspended_on: Mapped[datetime | None]

    # What Flask-Login asks of a user. Whoever recognises the user by a device sets the two below.
    is_authenticated = True
    is_active = True
    is_anonymous = False
    device = cast("Device | None", None)
    device_token = cast("str | None", None)

    @hybrid_property
    def password(self) -> str:
        """Return the hash; what is assigned is the password itself."""
        return self._password

    @password.inplace.setter
    def _password_setter(self, plaintext: str) -> None:
        self._password = hash_password(plaintext)

    @property
    def is_fresh(self) -> bool:
        """Whether the password was given on this device a moment ago."""
        return self.device is not None and clock.now() - self.device.confirmed_on < FRESH_FOR

    @property
    def purged_on(self) -> datetime | None:
        """When the account, which is closed, is removed for good."""
        return self.closed_on and self.closed_on + GRACE

    def get_id(self) -> str | None:
        """Return what Flask-Login keeps in the browser's cookie: the device's token, not the user's id."""
        return self.device_token


_closed = User.closed_on.is_not(None)
Index("ix_users_closed", User.closed_on, sqlite_where=_closed, postgresql_where=_closed)
is_absent = or_(User.closed_on.is_not(None), User.suspended_on.is_not(None))
"""The condition that nobody sees a user or what they shared: the account is closed, or suspended by a moderator."""
Index("ix_users_absent", User.id, sqlite_where=is_absent, postgresql_where=is_absent)


class RetiredUsername(Base):
    """A name once borne: it leads to its bearer while they are here, and is never given to anybody else."""

    __tablename__ = "retired_usernames"

    folded: Mapped[str] = mapped_column(String(200), primary_key=True)
    skeleton: Mapped[str] = mapped_column(String(400), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey(User.id, ondelete="SET NULL"), index=True)
    retired_on: Mapped[datetime] = mapped_column(default=clock.now)


class Device(Base):
    """A browser in which a user is signed in. The token itself is only in that browser's cookie."""

    __tablename__ = "devices"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    agent: Mapped[str] = mapped_column(String(300), default="")
    address: Mapped[str] = mapped_column(String(45), default="")
    is_remembered: Mapped[bool] = mapped_column(default=False)
    created_on: Mapped[datetime] = mapped_column(default=clock.now)
    used_on: Mapped[datetime] = mapped_column(default=clock.now)
    confirmed_on: Mapped[datetime] = mapped_column(default=clock.now)

    user: Mapped[User] = relationship()


class ApiToken(Base):
    """A personal token for programs, with scopes; only its hash is kept."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), index=True)
    label: Mapped[str] = mapped_column(String(80))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[str] = mapped_column(String(40))
    created_on: Mapped[datetime] = mapped_column(default=clock.now)
    expires_on: Mapped[datetime | None]
    used_on: Mapped[datetime | None]

    user: Mapped[User] = relationship()

    @property
    def scope_set(self) -> frozenset[Scope]:
        """What the token lets a program do."""
        return frozenset(cast("list[Scope]", self.scopes.split()))


class Invitation(Base):
    """A code that lets some people make an account, until a date."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(22), unique=True)
    invited_by_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), index=True)
    note: Mapped[str] = mapped_column(String(200), default="")
    uses: Mapped[int] = mapped_column(default=0)
    max_uses: Mapped[int] = mapped_column(default=1)
    created_on: Mapped[datetime] = mapped_column(default=clock.now)
    expires_on: Mapped[datetime | None]
    revoked_on: Mapped[datetime | None]

    invited_by: Mapped[User] = relationship()
