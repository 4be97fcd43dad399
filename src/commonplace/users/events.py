"""What accounts announce to the floors above, within the transaction of `session`."""

from commonplace.core.events import signal

user_purged = signal("user-purged")
"""An account ends for ever: `user` is still there, remove what is theirs."""

tokens_revoked = signal("tokens-revoked")
"""All of `user`'s tokens have ended: let nothing else in for them that was made while they were signed in."""
user_suspended = signal("user-suspended")
"""Nobody sees `user` or what they shared from now on, and they are signed out everywhere: end what is open for them."""
user_unsuspended = signal("user-unsuspended")
"""`user` is back, with all that they shared."""
user_closed = signal("user-closed")
"""`user` closed their account: nobody sees them or what they shared from now on."""
user_reopened = signal("user-reopened")
"""`user` is back before the end of the grace, with all that they shared."""
user_followed = signal("user-followed")
"""`follower` follows `followed` from now on."""
user_unfollowed = signal("user-unfollowed")
"""`follower` no longer follows `followed`, by their own will or because one of them blocked the other."""
user_blocked = signal("user-blocked")
"""`blocker` blocks `blocked` from now on; both follows have ended."""
user_unblocked = signal("user-unblocked")
"""`blocker` no longer blocks `blocked`."""
user_muted = signal("user-muted")
"""`muter` mutes `muted` from now on."""
user_unmuted = signal("user-unmuted")
"""`muter` no longer mutes `muted`."""
