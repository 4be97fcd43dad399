"""The frame of every command: the house at hand, one line for an error, exit statuses, tables and JSON."""
