"""Mail about accounts: what it says, and to whom."""

from sqlalchemy.orm import Session

from commonplace.core.house import House
from commonplace.mail.service import queue_mail
from commonplace.users.links import RESET, VERIFY, make_link
from commonplace.users.models import GRACE, User

_NOT_YOU = "If this was not you, choose a new password at once, then tell whoever looks after the site."


def mail_verification(session: Session, house: House, user: User) -> None:
    """Send the link that proves the address."""
    _write(
        session,
        house,
        user,
        "Please confirm your e-mail address",
        f"Somebody, most likely you, gave this address for the account @{user.username}.",
        f"The link is good for {VERIFY.age.days} days. If it was not you, there is nothing to do.",
        link=make_link(house, VERIFY, user),
        label="Confirm the address",
    )


def mail_reset(session: Session, house: House, user: User) -> None:
    """Send the link by which a new password is chosen."""
    _write(
        session,
        house,
        user,
        "Choose a new password",
        f"Somebody, most likely you, asked for a new password for the account @{user.username}.",
        f"The link is good once, for {RESET.age.seconds // 3600} hours. If it was not you, there is nothing to do.",
        link=make_link(house, RESET, user),
        label="Choose a new password",
    )


def mail_password_changed(session: Session, house: House, user: User) -> None:
    """Tell the user, for the case that it was somebody else."""
    _write(
        session,
        house,
        user,
        "Your password was changed",
        f"The password of your account @{user.username} was changed, all other devices are signed out and all "
        "tokens and feed addresses are revoked.",
        _NOT_YOU,
        link=f"{house.settings.site_url}/users/forgot",
        label="Choose a new password",
    )


def mail_email_changed(session: Session, house: House, user: User, *, new_email: str) -> None:
    """Tell the user at their present address that it is about to be replaced, for the same case."""
    _write(
        session,
        house,
        user,
        "Your e-mail address was changed",
        f"The account @{user.username} now has the address {new_email}; mail for it goes there from now on.",
        "If this was not you, tell whoever looks after the site at once.",
    )


def mail_closed(session: Session, house: House, user: User) -> None:
    """Tell the user until when they can come back."""
    _write(
        session,
        house,
        user,
        "Your account is closed",
        f"Your account @{user.username} is closed, and nobody sees what you shared. In {GRACE.days} days all of it "
        "is removed for good.",
        "If you want to keep the account after all, sign in before.",
        link=f"{house.settings.site_url}/users/login",
        label="Sign in",
    )


def mail_suspended(session: Session, house: House, user: User) -> None:
    """Tell the user what that means, and how they get at their data."""
    _write(
        session,
        house,
        user,
        "Your account is suspended",
        f"Moderators suspended your account @{user.username}: nobody sees what you shared, and all your devices are "
        "signed out. If you think that this is a mistake, tell whoever looks after the site.",
        "You can still sign in to take your data with you.",
        link=f"{house.settings.site_url}/users/login",
        label="Sign in",
    )


def mail_unsuspended(session: Session, house: House, user: User) -> None:
    """Tell the user that they are welcome again."""
    _write(
        session,
        house,
        user,
        "Your account is open again",
        f"Your account @{user.username} is no longer suspended, and all that you shared is back where it was.",
        link=f"{house.settings.site_url}/users/login",
        label="Sign in",
    )


def _write(
    session: Session, house: House, user: User, subject: str, *paragraphs: str, link: str = "", label: str = ""
) -> None:
    queue_mail(
        session,
        house,
        recipient=user.email,
        template="mail/letter",
        subject=f"{house.settings.site_name}: {subject}",
        greeting=f"Hello {user.username},",
        paragraphs=paragraphs,
        link=link,
        label=label,
        closing="With kind regards",
    )
