"""The feed: what a reader and those they follow shared, all kinds mixed, newest first."""
