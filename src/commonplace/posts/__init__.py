"""Socializer: short posts, and replies to whatever anybody shared."""
