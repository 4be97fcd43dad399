"""Devices: the browsers in which a user is signed in."""

import secrets

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from commonplace.core import clock
from commonplace.core.house import house_of
from commonplace.live.service import renew
from commonplace.users.models import Device, User
from commonplace.users.queries_access import get_device
from commonplace.users.rules_sign_in import IDLE, IDLE_REMEMBERED, hash_secret

AGENT_LENGTH = 300


def create_device(session: Session, user: User, *, agent: str, address: str, is_remembered: bool) -> tuple[Device, str]:
    """Return a new device and its token, which is kept nowhere but in the browser."""
    token = secrets.token_urlsafe(32)
    device = Device(
        user=user,
        token_hash=hash_secret(token),
        agent="".join(filter(str.isprintable, agent))[:AGENT_LENGTH],
        address=address,
        is_remembered=is_remembered,
    )
    session.add(device)
    session.flush()
    return device, token


def confirm_device(session: Session, device: Device) -> None:
    """Note that the password was given there just now."""
    device.confirmed_on = clock.now()
    session.flush()


def touch_device(session: Session, device_id: int) -> None:
    """Note that the device is in use; does nothing where it has ended."""
    device = session.get(Device, device_id)
    if device is not None:
        device.used_on = clock.now()


def delete_device(session: Session, user: User, device_id: int) -> None:
    """Sign the user out there; raises NotFound where the device is not theirs."""
    session.delete(get_device(session, user, device_id))
    session.flush()
    renew(session, house_of(session), user.id)


def delete_devices(session: Session, user: User, *, but: Device | None = None) -> None:
    """Sign the user out everywhere, or everywhere but on one device."""
    kept = 0 if but is None else but.id
    session.execute(delete(Device).where(Device.user_id == user.id, Device.id != kept))
    renew(session, house_of(session), user.id)


def delete_dead_devices(session: Session) -> None:
    """Forget the devices that were not used for so long that they are signed out."""
    now = clock.now()
    is_dead = or_(
        Device.used_on <= now - IDLE_REMEMBERED,
        Device.is_remembered.is_(False) & (Device.used_on <= now - IDLE),
    )
    session.execute(delete(Device).where(is_dead))
