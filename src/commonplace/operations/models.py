"""The table by which a site knows its secret keys again."""

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from commonplace.core.db import Base


class KeyCheck(Base):
    """A word that the site's keys have sealed. There is one row: who cannot open it has other keys."""

    __tablename__ = "key_checks"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sealed: Mapped[str] = mapped_column(Text)
