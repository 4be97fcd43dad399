"""Moderation: reports of entries and people, what was done about them, and a log that nobody can change."""
