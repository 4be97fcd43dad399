"""Keeping the house: run it, bring its tables up to date, look after it, back it up and restore it."""
