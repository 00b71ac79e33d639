"""Follow `$ref`s inside one document, and remember those that lead nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from synerise_frames.wire.openapi.plain import plain

_STEPS = 50


class References:
    """The `$ref`s of a document.

    Attributes
    ----------
    not_followed : dict
        Reference to the reason why it was not followed, in the order they were met.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self.not_followed: dict[str, str] = {}

    def follow(self, node: Any) -> Any:
        """Give what a node stands for: itself, or what its `$ref` points to.

        What stands beside a `$ref` is kept and wins, as OpenAPI 3.1 has it for summaries.
        A reference that cannot be followed leaves only what stands beside it.
        """
        beside: dict[str, Any] = {}
        seen: set[str] = set()
        while isinstance(node, Mapping) and isinstance(node.get("$ref"), str):
            reference = node["$ref"]
            beside = {**{k: v for k, v in node.items() if k != "$ref"}, **beside}
            if reference in seen or len(seen) > _STEPS:
                self.refuse(reference, "it leads back to itself")
                return beside
            seen.add(reference)
            found, node = self._find(reference)
            if not found:
                return beside
        return {**node, **beside} if beside and isinstance(node, Mapping) else node

    def refuse(self, reference: str, reason: str) -> None:
        """Remember a reference that is not followed."""
        self.not_followed.setdefault(plain(reference, 120), reason)

    def _find(self, reference: str) -> tuple[bool, Any]:
        if not reference.startswith("#"):
            self.refuse(reference, "it points out of the document")
            return False, None
        pointer = unquote(reference[1:])
        if pointer and not pointer.startswith("/"):
            self.refuse(reference, "it is an anchor, no JSON pointer")
            return False, None
        node: Any = self._document
        for part in pointer.split("/")[1:]:
            step = part.replace("~1", "/").replace("~0", "~")
            if isinstance(node, Mapping) and step in node:
                node = node[step]
            elif isinstance(node, list) and step.isdecimal() and int(step[:9]) < len(node):
                node = node[int(step[:9])]
            else:
                self.refuse(reference, "there is nothing at that place")
                return False, None
        return True, node
