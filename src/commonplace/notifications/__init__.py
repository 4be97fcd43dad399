"""Notifications: one record of what concerns a user, told on the page, live and by mail as they chose."""
