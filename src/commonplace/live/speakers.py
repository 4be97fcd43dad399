"""Through whom a process speaks to open pages: its own connections where it has them, else Redis, else nobody."""

from threading import Lock
from typing import Any, Protocol
from weakref import WeakKeyDictionary, ref

from commonplace.core.house import House
from commonplace.live.rules import Facts


class Speaker(Protocol):
    """Whoever can say to a room that something happened."""

    def speak(self, room: str, event: str, facts: Facts) -> None:
        """Say it; nobody may be listening."""


class Outlet:
    """The speaker of a process without connections: it goes to those that have some, where Redis joins them."""

    def __init__(self, house: House) -> None:
        """Prepare the way; the house itself is not kept."""
        self._manager: Any = None
        if house.settings.redis_url:
            from commonplace.live.bus import RedisManager  # noqa: PLC0415 - slow import

            self._manager = RedisManager(house)

    def speak(self, room: str, event: str, facts: Facts) -> None:
        """Hand it to Redis."""
        if self._manager is not None:
            self._manager.emit(event, dict(facts), namespace="/", room=room)


_registered: WeakKeyDictionary[House, ref[Speaker]] = WeakKeyDictionary()
_outlets: WeakKeyDictionary[House, Outlet] = WeakKeyDictionary()
_lock = Lock()


def register(house: House, speaker: Speaker) -> None:
    """Let `speaker` speak for the house in this process, for as long as it lives."""
    _registered[house] = ref(speaker)


def speaker_of(house: House) -> Speaker:
    """Return who speaks for the house in this process."""
    registered = _registered.get(house)
    return (registered and registered()) or outlet_of(house)


def outlet_of(house: House) -> Outlet:
    """Return the house's way out of this process, made when it is first asked for."""
    with _lock:
        if house not in _outlets:
            _outlets[house] = Outlet(house)
        return _outlets[house]
