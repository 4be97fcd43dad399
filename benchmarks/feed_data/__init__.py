"""A site's people and what they share, made up by a seed: the same seed makes the same rows, on either database."""
