"""What the floor of entries tells the floors above, within the transaction of `session`.

Every subscriber gets the session and `entry`, or what stands beside the signal.
"""

from commonplace.core.events import signal

entry_shared = signal("entry-shared")
entry_edited = signal("entry-edited")
entry_removed = signal("entry-removed")
entry_restored = signal("entry-restored")
entries_listed = signal("entries-listed")
"""These `entry_ids` came to stand in lists: shared just now, restored, or opened to more people than before."""
entries_purged = signal("entries-purged")
"""These `entry_ids` are about to be removed for good."""
users_mentioned = signal("users-mentioned")
"""The `users` are named in the text of `entry`, and were not before."""
mentions_edited = signal("mentions-edited")
"""The text of `entry` names these `users` and nobody else from now on; it named others before."""
entry_liked = signal("entry-liked")
"""`user` likes `entry` from now on."""
entry_unliked = signal("entry-unliked")
"""`user` no longer likes `entry`."""
visibility_changed = signal("visibility-changed")
"""Others than before may see what fulfils `which`, a condition on `Entry`, and all that answers it."""
