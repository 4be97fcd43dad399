"""The house: everything a running site consists of, made once from its settings and handed around."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Self
from weakref import WeakKeyDictionary, ref

from sqlalchemy import Dialect
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session

from commonplace.config import Settings, list_unknown_variables, wrong_setting
from commonplace.core.cache import HouseCache, make_cache
from commonplace.core.db import Database
from commonplace.core.keys import KeyRing, load_or_create_keys
from commonplace.core.storage import Storage, make_storage

if TYPE_CHECKING:
    from commonplace.core.outbound import Outbound

log = logging.getLogger(__name__)
_houses: "WeakKeyDictionary[Dialect, ref[House]]" = WeakKeyDictionary()


@dataclass(frozen=True)
class House:
    """The parts that pages, the API, jobs and commands share."""

    settings: Settings
    keys: KeyRing
    database: Database
    storage: Storage
    cache: HouseCache

    @cached_property
    def outbound(self) -> "Outbound":
        """The HTTP client; what it is made of is loaded when something is fetched."""
        from commonplace.core.outbound import Outbound  # noqa: PLC0415 - 5 MB and a twentieth of the start

        allowed = self.settings.outbound_allow
        return Outbound(self.settings.outbound_proxy or None, allowed, user_agent="Commonplace")

    @classmethod
    def build(cls, settings: Settings) -> Self:
        """Return the house of these settings; raises SettingsError where one cannot be used."""
        if unknown := list_unknown_variables():
            log.warning("no such settings, so they are ignored: %s", ", ".join(unknown))
        with _blamed_on("data_dir"):
            settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _blamed_on("redis_url" if settings.redis_url else "data_dir"):
            cache = HouseCache(make_cache(settings.data_dir, settings.redis_url or None))
        with _blamed_on("secret_keys"):
            keys = load_or_create_keys(settings.data_dir, [key.get_secret_value() for key in settings.secret_keys])
        with _blamed_on("database_url" if settings.database_url else "data_dir"):
            database = Database(settings.database)
        with _blamed_on("storage_url"):
            storage = make_storage(settings.storage)
        house = cls(settings, keys, database, storage, cache)
        _houses[database.engine.dialect] = ref(house)
        return house


def house_of(session: Session) -> House:
    """Return the house whose database the session works on, for whoever was handed a session alone."""
    house = _houses[session.get_bind().dialect]()  # each engine has a dialect of its own
    if house is None:
        raise RuntimeError("the house of this session is gone")
    return house


@contextmanager
def _blamed_on(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise wrong_setting(name, f"that place cannot be used ({error.strerror})") from error
    except ArgumentError as error:  # whose words hold the value
        raise wrong_setting(name, "it is not a whole address") from error
    except ValueError as error:
        raise wrong_setting(name, str(error).rstrip(".")) from error
