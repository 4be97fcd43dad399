"""The table of answers already given: a write that is repeated with its key gets the same one, and does nothing."""

from datetime import datetime

from sqlalchemy import LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commonplace.core import clock
from commonplace.core.db import Base


class IdempotencyKey(Base):
    """The answer to one write, kept in the transaction of that write; `location` is of what it was about."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (UniqueConstraint("caller", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    caller: Mapped[str] = mapped_column(String(60))
    key: Mapped[str] = mapped_column(String(200))
    fingerprint: Mapped[str] = mapped_column(String(64))
    status: Mapped[int | None]
    location: Mapped[str | None] = mapped_column(String(400))
    etag: Mapped[str | None] = mapped_column(String(100))
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_on: Mapped[datetime] = mapped_column(default=clock.now, index=True)
