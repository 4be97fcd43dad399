"""What every kind shares: the table of entries, who may see them, trash, search, export of one's own."""
