"""Links that end mails of one cadence to one user, without signing in: good for a year, dead with their address."""

from datetime import timedelta

from sqlalchemy.orm import Session

from commonplace.core.errors import NotFound
from commonplace.core.house import House
from commonplace.notifications.models import Cadence
from commonplace.notifications.rules import PERIODS
from commonplace.users.links import Purpose, get_user_by_link, make_link
from commonplace.users.models import User

PATH = "/notifications/unsubscribe/"
DEAD = "This link is good no longer: sign in and choose in your settings which mails you get."
PURPOSES = {
    cadence: Purpose(f"unsubscribe-{cadence}", f"{PATH}{cadence}.", timedelta(days=365), lambda user: user.email_folded)
    for cadence in PERIODS
}


def unsubscribe_link(house: House, user: User, cadence: Cadence) -> str:
    """Return the address that ends the user's mails of that cadence, fit for the header of one."""
    return make_link(house, PURPOSES[cadence], user)


def read_unsubscribe_token(session: Session, house: House, token: str) -> tuple[User, Cadence]:
    """Return whose mails of which cadence the last part of such an address ends; raises NotFound."""
    cadence, _, signed = token.partition(".")
    if cadence not in PURPOSES:
        raise NotFound(DEAD)
    try:
        user = get_user_by_link(session, house, PURPOSES[cadence], signed)
    except NotFound:
        raise NotFound(DEAD) from None
    return user, cadence
