"""What moderation listens to: of a new report those are told who may decide on it."""

from sqlalchemy.orm import Session

from commonplace.moderation.events import reported
from commonplace.moderation.models import Report
from commonplace.moderation.queries import list_moderators
from commonplace.moderation.rules import sees_reports_about
from commonplace.notifications.service import notify


@reported.connect
def _tell_moderators(session: Session, report: Report) -> None:
    if report.reporter is None:
        return
    for moderator in list_moderators(session):
        if sees_reports_about(moderator, report.user):
            notify(
                session,
                user=moderator,
                event="reported",
                actor=report.reporter,
                entry=report.entry,
                about=report.user,
                occasion=report.id,
            )
