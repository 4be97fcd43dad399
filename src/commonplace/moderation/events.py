"""What moderation announces, within the transaction of `session`."""

from commonplace.core.events import signal

reported = signal("reported")
"""Somebody asks the moderators to look: `report` is new. One whose reason was put differently is not told again."""
