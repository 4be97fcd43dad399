"""The table of signs of life, one row per queue."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from commonplace.core.db import Base


class Heartbeat(Base):
    """When a worker last did a job of this queue."""

    __tablename__ = "heartbeats"

    queue: Mapped[str] = mapped_column(String(20), primary_key=True)
    beaten_on: Mapped[datetime]
