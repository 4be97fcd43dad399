"""The list of settings pages, to which the floors above add their own."""

from dataclasses import dataclass
from typing import cast

from flask import Flask

KEY = "settings_pages"


@dataclass(frozen=True)
class SettingsPage:
    """One page of settings: how it is called, where it is, and what it is for."""

    label: str
    endpoint: str
    hint: str


def init_app(app: Flask) -> None:
    """Give templates the list as `settings_pages`, with the pages of accounts in it."""
    app.extensions[KEY] = [
        SettingsPage("Profile", "users.settings_profile", "what others read about you."),
        SettingsPage("Name", "users.settings_username", "by which others know you."),
        SettingsPage("E-mail address", "users.settings_email", "where mail for you goes."),
        SettingsPage("Password", "users.settings_password", "choose another."),
        SettingsPage("Blocks", "users.settings_blocks", "whom you block and whom you mute."),
        SettingsPage("Devices", "users.settings_devices", "where you are signed in."),
        SettingsPage("Tokens", "users.settings_tokens", "let programs work for you."),
        SettingsPage("Delete account", "users.settings_delete", "and all that you shared."),
    ]
    app.jinja_env.globals["settings_pages"] = app.extensions[KEY]


def add_settings_page(app: Flask, page: SettingsPage) -> None:
    """Add the page of another room, before the last, which deletes the account."""
    cast(list[SettingsPage], app.extensions[KEY]).insert(-1, page)
