"""The frame of live updates: pages of signed-in viewers keep a connection open, over which floors above speak."""
