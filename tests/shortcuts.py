"""What makes thousands of houses quick to build: done once a process, or fast where nobody looks at how it is done."""

from collections.abc import Callable
from typing import Any

from argon2 import PasswordHasher
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule

from commonplace.users import passwords

HASHER = passwords._hasher
"""What makes and checks the hashes of passwords, as slow as it must be."""


class KeptTemplates(BytecodeCache):
    """What templates were compiled to, for all applications of this process."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


KEPT_TEMPLATES = KeptTemplates()


def take_shortcuts() -> None:
    """Hash passwords fast, and compile what builds the address of a route once, not for each application."""
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    compile_builder, kept = Rule._compile_builder, dict[object, Callable[..., tuple[str, str]]]()

    def find_or_compile(rule: Any, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (tuple(rule._trace), repr(rule.defaults), append_unknown)
        if key not in kept:
            kept[key] = compile_builder(rule, append_unknown)
        return kept[key]

    Rule._compile_builder = find_or_compile  # type: ignore[method-assign]
