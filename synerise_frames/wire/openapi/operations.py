"""All operations of a document as flat rows, with references resolved."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from synerise_frames.wire.openapi.plain import as_list, as_mapping, as_names, plain
from synerise_frames.wire.openapi.refs import References
from synerise_frames.wire.openapi.schemas import Shape, Shapes
from synerise_frames.wire.openapi.servers import Server, begins_with, servers_of

METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")
_WORD = re.compile(r"[\w~-][\w.~-]*", re.ASCII)
_SUCCESS = ("200", "201", "2XX", "2xx")


@dataclass(frozen=True)
class Documented:
    """An operation as a document describes it.

    ``path`` is the whole template from the host on; ``base`` is what the server put before
    it, or would have put if the path did not begin with it already (``based``). ``fixed``
    has the path parameters that can have one value only.
    """

    method: str
    path: str
    summary: str
    tags: tuple[str, ...] = ()
    operation_id: str = ""
    deprecated: bool = False
    base: str = ""
    based: bool = False
    elsewhere: str = ""
    fixed: Mapping[str, str] | None = None
    query: tuple[str, ...] = ()
    body: Shape | None = None
    answer: Shape | None = None

    def __str__(self) -> str:
        return plain(f"{self.method} {self.path}", 160)


@dataclass(frozen=True)
class Flat:
    """The operations of a document, and the references that lead nowhere."""

    operations: tuple[Documented, ...]
    not_followed: Mapping[str, str]


def flatten(document: Mapping[str, Any]) -> Flat:
    """Give every operation of a document, in its order."""
    reader = _Reader(document)
    return Flat(tuple(reader.operations()), reader.references.not_followed)


class _Reader:
    def __init__(self, document: Mapping[str, Any]) -> None:
        self.references = References(document)
        self._document = document
        self._shapes = Shapes(self.references)
        self._servers = servers_of(document)
        self._home = {server.host for server in self._servers if server.host}
        self._shown = {
            tag["name"]: plain(tag["x-displayName"])
            for tag in map(as_mapping, as_list(document.get("tags")))
            if isinstance(tag.get("name"), str) and isinstance(tag.get("x-displayName"), str)
        }

    def operations(self) -> Iterator[Documented]:
        found = list(self._raw())
        if not self._home:
            # No host for all: the one that most operations name is the document's own.
            hosts = Counter(servers[0].host for *_, servers in found if servers and servers[0].host)
            self._home = {host for host, _ in hosts.most_common(1)}
        for template, item, method, node, servers in found:
            yield self._operation(template, item, method, node, servers)

    def _raw(self) -> Iterator[tuple[str, Any, str, Any, list[Server]]]:
        for template, entry in as_mapping(self._document.get("paths")).items():
            if template.startswith("x-"):
                continue
            item = as_mapping(self.references.follow(entry))
            for method in METHODS:
                node = item.get(method)
                if isinstance(node, Mapping):
                    servers = servers_of(node) or servers_of(item)
                    yield template, item, method.upper(), node, servers

    def _operation(
        self, template: str, item: Any, method: str, node: Any, servers: list[Server]
    ) -> Documented:
        server = (servers or self._servers or [Server()])[0]
        based = bool(server.base) and begins_with(template, server.base)
        strange = bool(servers) and bool(server.host) and server.host not in self._home
        parameters = self._parameters(item, node)
        tags = as_names(node.get("tags"))
        return Documented(
            method=method,
            path=template if based else server.base + template,
            summary=plain(node.get("summary")),
            tags=tuple(dict.fromkeys(t for tag in tags for t in self._names(tag))),
            operation_id=plain(node.get("operationId")),
            deprecated=node.get("deprecated") is True,
            base=server.base,
            based=based,
            elsewhere=plain(server.host, 80) if strange else "",
            fixed=_fixed(parameters),
            query=tuple(name for place, name in parameters if place == "query"),
            body=self._content(self.references.follow(node.get("requestBody"))),
            answer=self._answer(as_mapping(node.get("responses"))),
        )

    def _names(self, tag: str) -> list[str]:
        shown = self._shown.get(tag)
        return [plain(tag), shown] if shown else [plain(tag)]

    def _parameters(self, item: Any, node: Any) -> dict[tuple[str, str], Any]:
        found: dict[tuple[str, str], Any] = {}
        for entry in (*as_list(item.get("parameters")), *as_list(node.get("parameters"))):
            parameter = as_mapping(self.references.follow(entry))
            name, place = parameter.get("name"), parameter.get("in")
            if isinstance(name, str) and isinstance(place, str):
                schema = as_mapping(self.references.follow(parameter.get("schema")))
                found[place, plain(name)] = schema
        return found

    def _content(self, holder: Any) -> Shape | None:
        content = as_mapping(as_mapping(holder).get("content"))
        for media, entry in content.items():
            kind = media.split(";")[0].strip().lower()
            if kind == "application/json" or kind.endswith("+json"):
                return self._shapes.of(as_mapping(entry).get("schema"))
        return None

    def _answer(self, responses: Mapping[str, Any]) -> Shape | None:
        for status in _SUCCESS:
            if status in responses:
                shape = self._content(self.references.follow(responses[status]))
                if shape is not None:
                    return shape
        return None


def _fixed(parameters: Mapping[tuple[str, str], Any]) -> dict[str, str]:
    values: dict[str, str] = {}
    for (place, name), schema in parameters.items():
        only = schema.get("enum")
        one = only[0] if isinstance(only, list) and len(only) == 1 else schema.get("const")
        value = schema.get("default") if one is None else one
        # Only what is one word: a brace or a slash would make another path of it.
        if place == "path" and isinstance(value, str | int) and _WORD.fullmatch(plain(value)):
            values[name] = plain(value)
    return values
