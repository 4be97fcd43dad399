"""Snap: a code snippet, kept byte for byte and shared behind a link that nobody can guess."""
