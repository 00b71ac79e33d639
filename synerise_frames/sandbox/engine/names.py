"""Dynamic keys: values that a definition leaves open and a calculation gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from synerise_frames.sandbox.engine.errors import DialectError, suggestion
from synerise_frames.sandbox.engine.part import Part


class Names:
    """The variables of one calculation, and which of them the definition asked for.

    With `open_keys`, the analysis is only read: values may still be missing.
    """

    def __init__(self, variables: Iterable[Mapping[str, Any]], *, open_keys: bool) -> None:
        self._open_keys = open_keys
        self._given = {item["name"]: item["value"] for item in variables}
        self._order = list(self._given)
        self._asked: set[str] = set()

    def resolve(self, part: Part) -> tuple[Part, bool]:
        """Give the value that a part stands for, and whether it came from outside.

        Raises
        ------
        DialectError
            If it is a variable without a default and was not given.
        """
        if not isinstance(part.value, Mapping):
            return part, False
        part.fields("variable", "default", required=["variable"])
        name = part["variable"].text()
        self._asked.add(name)
        if name in self._given:
            return Part(self._given[name], f"variables[{self._order.index(name)}].value"), True
        if "default" not in part.value:
            raise DialectError(
                "variables", f"The dynamic key {name!r} has no default: give it a value.", name
            )
        return part["default"], False

    def leaves_open(self, part: Part) -> bool:
        """Whether a part is a dynamic key whose value only a calculation will know."""
        if not (self._open_keys and isinstance(part.value, Mapping)):
            return False
        part.fields("variable", "default", required=["variable"])
        part["variable"].text()
        return "default" not in part.value

    def check_all_used(self) -> None:
        """Refuse variables that the definition does not have.

        Raises
        ------
        DialectError
            For the first one.
        """
        for i, name in enumerate(self._order):
            if name not in self._asked:
                hint = suggestion(name, self._asked) if self._asked else "It has no dynamic keys."
                raise DialectError(
                    f"variables[{i}].name", f"The analysis has no such dynamic key. {hint}", name
                )
