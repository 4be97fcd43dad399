"""What a caller of the API must bring: one decorator on each operation, readable by the test that lists them.

Who the caller is, is settled before by the authenticator that the floor of accounts hands in.
"""

from collections.abc import Callable
from copy import deepcopy
from functools import wraps
from typing import Any, Literal, ParamSpec, TypeVar

from flask import g
from werkzeug.exceptions import Unauthorized

from commonplace.core.errors import Forbidden

ApiGuard = Literal["anyone", "read", "write", "admin"]
P = ParamSpec("P")
R = TypeVar("R")
Operation = Callable[P, R]


def anyone(operation: Operation[P, R]) -> Operation[P, R]:
    """Let everybody call; a token must still have the scope `read`."""
    return _guarded(operation, "anyone")


def reads(operation: Operation[P, R]) -> Operation[P, R]:
    """Ask for a known caller; a token needs the scope `read`."""
    return _guarded(operation, "read")


def writes(operation: Operation[P, R]) -> Operation[P, R]:
    """Ask for a known caller; a token needs the scope `write`."""
    return _guarded(operation, "write")


def administers(operation: Operation[P, R]) -> Operation[P, R]:
    """Ask for a known caller; a token needs the scope `admin`."""
    return _guarded(operation, "admin")


def _guarded(operation: Operation[P, R], guard: ApiGuard) -> Operation[P, R]:
    scope = "read" if guard == "anyone" else guard

    @wraps(operation)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if g.api_user is None and guard != "anyone":
            raise Unauthorized
        if g.api_user is not None and scope not in g.api_scopes:
            raise Forbidden(f"This token lacks the scope “{scope}”.")
        return operation(*args, **kwargs)

    documented: Any = guarded
    documented.guard = guard
    documented._apidoc = deepcopy(getattr(operation, "_apidoc", {}))  # noqa: SLF001 - where flask-smorest keeps the documentation
    schemes: list[dict[str, list[str]]] = [{"bearer": [scope]}, {"basic": []}]
    documented._apidoc.setdefault("manual_doc", {})["security"] = (  # noqa: SLF001 - likewise
        [{}, *schemes] if guard == "anyone" else schemes
    )
    return guarded
