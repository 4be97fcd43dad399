"""What notifications announce to the floor that tells people live, within the transaction of `session`."""

from commonplace.core.events import signal

unread_changed = signal("unread-changed")
"""What the users `user_ids` have not read is no longer what their open pages show."""
