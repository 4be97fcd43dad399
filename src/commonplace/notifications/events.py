"""What notifications announce to the floor that tells people live, within the transaction of `session`."""

from commonplace.core.events import signal

notified = signal("notified")
"""The user `user_id`, who wants to hear of it live, was told something new; wait for the commit to pass it on."""
unread_changed = signal("unread-changed")
"""What the users `user_ids` have not read is no longer what their open pages show."""
