"""Which kinds this site offers."""

from typing import cast

from flask import current_app, request

from commonplace.core.errors import NotFound
from commonplace.entries.kinds import Kind


def kinds() -> dict[str, Kind]:
    """Return the kinds by the name that their entries carry."""
    return cast(dict[str, Kind], current_app.extensions["kinds"])


def wanted_kinds() -> dict[str, Kind]:
    """Return the one kind that the present address asks for by `?kind=<name>`, all where it asks for none.

    Raises NotFound for one that this site does not offer.
    """
    name = request.args.get("kind")
    if not name:
        return kinds()
    if name not in kinds():
        raise NotFound("This site has no entries of that kind.")
    return {name: kinds()[name]}
