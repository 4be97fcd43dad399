"""The table of mails, sent and to be sent."""

from datetime import datetime
from typing import Literal

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from commonplace.core import clock
from commonplace.core.db import Base

State = Literal["pending", "sent", "failed"]


class Mail(Base):
    """One mail to one person. Its content may open an account: it is sealed, and wiped once it is of no more use."""

    __tablename__ = "mails"
    __table_args__ = (
        CheckConstraint("state in ('pending', 'sent', 'failed')", name="state"),
        {"sqlite_autoincrement": True},  # a number in a Message-ID is given once
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    sealed_content: Mapped[str | None] = mapped_column(Text)
    state: Mapped[State] = mapped_column(String(7), default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_on: Mapped[datetime] = mapped_column(default=clock.now)
    created_on: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    sent_on: Mapped[datetime | None]

    @property
    def row(self) -> str:
        """What its content is sealed for."""
        return f"mails/{self.id}"


_pending = Mail.state == "pending"
Index("ix_mails_pending", Mail.next_try_on, sqlite_where=_pending, postgresql_where=_pending)
