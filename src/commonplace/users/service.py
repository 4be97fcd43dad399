"""Accounts: how they begin, and what of them changes."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from commonplace.core import clock
from commonplace.core.errors import Conflict, Forbidden, Invalid
from commonplace.core.house import House
from commonplace.users.lookalikes import skeleton_of
from commonplace.users.models import RetiredUsername, Role, User
from commonplace.users.queries import count_owners, count_users, is_email_taken, is_username_taken
from commonplace.users.queries_access import find_invitation
from commonplace.users.rules import clean_email, clean_text, clean_username, fold_email, fold_username
from commonplace.users.rules_sign_in import check_password
from commonplace.users.service_invitations import use_invitation
from commonplace.users.service_mail import mail_email_changed, mail_verification

ABOUT_LENGTH = 2000
NAMES_LOCK = 7_265_736


def sign_up(session: Session, house: House, *, username: str, email: str, password: str, invitation: str = "") -> User:
    """Return the new account of somebody who came by themselves; the first one on a site owns it.

    Raises Invalid or Conflict with every field's reason, Forbidden where site or invitation let nobody in.
    """
    if obstacle := find_obstacle(session, house, invitation):
        raise Forbidden(obstacle)
    user = create_user(session, house, username=username, email=email, password=password)
    if house.settings.signup != "open" and user.role == "member":
        use_invitation(session, invitation)
    return user


def create_user(
    session: Session, house: House, *, username: str, email: str, password: str, role: Role | None = None
) -> User:
    """Return a new account, whoever may sign up; its role is owner for the first one, else member, unless given."""
    user = _make_user(username, email, password)
    _be_alone(session)
    _check_free(session, username=user.username, email=user.email)
    user.role = role or ("member" if count_users(session) else "owner")
    session.add(user)
    session.flush()
    mail_verification(session, house, user)
    return user


def find_obstacle(session: Session, house: House, invitation: str) -> str | None:
    """Return why nobody can sign up here with that invitation, if so; the first account can always be made."""
    if house.settings.signup == "open" or count_users(session) == 0:
        return None
    if house.settings.signup == "closed":
        return "This site takes no new accounts."
    if find_invitation(session, invitation) is None:
        return "This site is by invitation: open the link that you were sent, or ask for a new one."
    return None


def rename_user(session: Session, user: User, username: str) -> None:
    """Give the user another name; the old one leads to them while they are here, and is nobody else's ever."""
    username = clean_username(username)
    _be_alone(session)
    _check_free(session, username=username, user=user)
    folded = fold_username(username)
    if folded != user.folded:
        session.execute(delete(RetiredUsername).where(RetiredUsername.folded == folded))  # theirs once before
        session.add(RetiredUsername(folded=user.folded, skeleton=user.skeleton, user_id=user.id))
    user.username, user.folded, user.skeleton = username, folded, skeleton_of(username)
    session.flush()


def edit_profile(session: Session, user: User, *, about: str) -> None:
    """Change what the user tells of themselves."""
    user.about = clean_text("about", about, ABOUT_LENGTH)
    session.flush()


def change_email(session: Session, house: House, user: User, email: str) -> None:
    """Give the account another address, which is yet to be verified; the old one is told."""
    email = clean_email(email)
    _be_alone(session)
    _check_free(session, email=email, user=user)
    if email == user.email:
        return
    mail_email_changed(session, house, user, new_email=email)
    user.email, user.email_folded, user.email_verified_on = email, fold_email(email), None
    session.flush()
    mail_verification(session, house, user)


def verify_email(session: Session, user: User) -> None:
    """Note that the user reads what is sent to their address."""
    user.email_verified_on = user.email_verified_on or clock.now()
    session.flush()


def promote_user(session: Session, user: User, role: Role) -> None:
    """Give the user that role, a lower one too; raises Conflict where the site would be left without an owner."""
    _be_alone(session)
    if role != "owner":
        check_not_last_owner(session, user)
    user.role = role
    session.flush()


def check_not_last_owner(session: Session, user: User) -> None:
    """Raise Conflict where the site has no owner but this user."""
    if user.role == "owner" and count_owners(session, but=user) == 0:
        raise Conflict("This is the only owner: make somebody else owner first, with `commonplace users promote`.")


def _make_user(username: str, email: str, password: str) -> User:
    faults: dict[str, str] = {}
    with _gathered(faults):
        username = clean_username(username)
    with _gathered(faults):
        email = clean_email(email)
    with _gathered(faults):
        check_password(password, username=username, email=email)
    if faults:
        raise Invalid(" ".join(faults.values()), fields=faults)
    return User(
        username=username,
        folded=fold_username(username),
        skeleton=skeleton_of(username),
        email=email,
        email_folded=fold_email(email),
        password=password,
    )


@contextmanager
def _gathered(faults: dict[str, str]) -> Iterator[None]:
    try:
        yield
    except Invalid as fault:
        faults.update(fault.fields)


def _be_alone(session: Session) -> None:
    """Wait until no other transaction gives out names, addresses or roles: then what is free now stays free.

    A unique constraint alone cannot tell, as names clash across two tables. On SQLite a writer is alone already.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(NAMES_LOCK)))


def _check_free(session: Session, *, username: str = "", email: str = "", user: User | None = None) -> None:
    faults = {}
    if username and is_username_taken(session, username, by_others_than=user):
        faults["username"] = "This name is taken, or looks like one that is: choose another."
    if email and is_email_taken(session, email, by_others_than=user):
        faults["email"] = "There is an account with this address: sign in, or reset its password."
    if faults:
        raise Conflict(" ".join(faults.values()), fields=faults)
