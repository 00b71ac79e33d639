"""Servers of a document: the host they name, and the path that goes before all others."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from synerise_frames.wire.openapi.plain import as_list, as_mapping


@dataclass(frozen=True)
class Server:
    """Host and base path of a server; a relative one has no host."""

    host: str = ""
    base: str = ""


def servers_of(node: Mapping[str, Any]) -> list[Server]:
    """Give the servers that stand at a document, a path or an operation."""
    return [_server(as_mapping(entry)) for entry in as_list(node.get("servers"))]


def _server(entry: Mapping[str, Any]) -> Server:
    url = entry.get("url")
    if not isinstance(url, str):
        return Server()
    variables = as_mapping(entry.get("variables"))

    def default(match: re.Match[str]) -> str:
        return str(as_mapping(variables.get(match[1])).get("default", match[0]))

    try:
        parts = urlsplit(re.sub(r"\{([^{}]*)\}", default, url).strip())
        # Never the user part: it may be a password.
        host = (parts.hostname or "").lower()
        port = parts.port
    except ValueError:
        return Server()
    standard = {"http": 80, "https": 443}.get(parts.scheme)
    base = "/" + parts.path.strip("/") if parts.path.strip("/") else ""
    return Server(f"{host}:{port}" if host and port and port != standard else host, base)


def begins_with(path: str, base: str) -> bool:
    """Tell whether a path begins with a base path, by whole segments."""
    return path == base or path.startswith(base + "/")
