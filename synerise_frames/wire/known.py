"""Routes that were found out about a host, remembered in a folder."""

from __future__ import annotations

import ipaddress
import json
import re
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from synerise_frames.errors import ConfigError
from synerise_frames.private import private_folder
from synerise_frames.replacing import whole
from synerise_frames.wire.operations import OPERATIONS
from synerise_frames.wire.paths import Route, Source, parse_route

__all__ = ["KnownRoutes"]

_VERSION = 1
# What stands in a document is surer than what a probe saw.
_WEIGHT: Mapping[Source, int] = {"probe": 1, "openapi": 2}
_SUFFIX = ".json"
_LARGEST = 4 * 1024 * 1024

_one_writer = threading.Lock()


class KnownRoutes:
    """The routes of each host that a document or a probe has put right.

    Parameters
    ----------
    folder : Path
        Where the files are, one a host. It is made when something is saved.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from synerise_frames.wire.known import KnownRoutes
    >>> from synerise_frames.wire.paths import Route
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     known = KnownRoutes(Path(folder))
    ...     route = Route("POST", "/own/{trendId}/run", "probe")
    ...     known.save("https://api.example.com", {"trends.calculate": route})
    ...     print(known.hosts(), known.load("api.example.com")["trends.calculate"])
    ['api.example.com'] POST /own/{trendId}/run
    """

    def __init__(self, folder: Path) -> None:
        self._folder = Path(folder)

    def __repr__(self) -> str:
        return f"KnownRoutes({str(self._folder)!r})"

    def load(self, host: str) -> dict[str, Route]:
        """Give what is known of a host, by operation key; nothing if it is a new one.

        Raises
        ------
        ConfigError
            If the host is none, or its file is broken or of a newer library.
        """
        path = self._file(host)
        found = {}
        for key, entry in self._read(path).items():
            if key in OPERATIONS and entry["source"] in _WEIGHT:
                found[key] = _route(path, key, entry)
        return found

    def save(self, host: str, routes: Mapping[str, Route], *, note: str = "") -> None:
        """Remember routes of a host, beside those that are known already.

        A route from a document is never replaced by one from a probe; of two from the same
        source the newer one stays.

        Parameters
        ----------
        host : str
            A host, with port if it has one, or a URL.
        routes : mapping
            Operation key to route; its source is ``"openapi"`` or ``"probe"``.
        note : str, optional
            Kept with each route, such as the name of the document.

        Raises
        ------
        ConfigError
            If a route is not valid, or the file cannot be read or written.
        """
        path = self._file(host)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        new = {key: _entry(key, route, now, note) for key, route in routes.items()}
        if not new:
            return
        with _one_writer:
            known = self._read(path)
            for key, entry in new.items():
                if _weight(entry) >= _weight(known.get(key, {})):
                    known[key] = entry
            self._write(path, host, known)

    def forget(self, host: str, source: str | None = None) -> None:
        """Forget a host, or only what comes from one source.

        Without `source` the file is removed unread, so this mends a broken one.

        Raises
        ------
        ConfigError
            If the file cannot be removed or, with a `source`, not be read.
        """
        path = self._file(host)
        with _one_writer:
            known = self._read(path) if source else {}
            left = {key: entry for key, entry in known.items() if entry["source"] != source}
            if left:
                self._write(path, host, left)
                return
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise _trouble(path, f"cannot be removed ({error.strerror})") from None

    def hosts(self) -> list[str]:
        """Give the hosts of which something is known, sorted."""
        try:
            names = [entry.name for entry in self._folder.iterdir() if entry.is_file()]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise _trouble(self._folder, f"cannot be read ({error.strerror})") from None
        stems = [name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX)]
        return sorted(unquote(stem) for stem in stems if not stem.startswith("."))

    def _file(self, host: str) -> Path:
        # Reversible, and without characters that a file system could refuse.
        return self._folder / (quote(_host(host), safe="") + _SUFFIX)

    def _read(self, path: Path) -> dict[str, dict[str, Any]]:
        try:
            with path.open("rb") as stream:
                data = stream.read(_LARGEST + 1)
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except OSError as error:
            raise _trouble(path, f"cannot be read ({error.strerror})") from None
        try:
            content = json.loads(data) if len(data) <= _LARGEST else None
        except (ValueError, RecursionError):
            content = None
        version = content.get("version") if isinstance(content, dict) else None
        if isinstance(version, int) and version > _VERSION:
            raise ConfigError(
                f"{path} was written by a newer version of this library.",
                hint="Update synerise-frames, or remove the file to find the routes again.",
            )
        routes = content.get("routes") if isinstance(content, dict) else None
        if version != _VERSION or not isinstance(routes, dict) or not _well_formed(routes):
            raise _trouble(path, "is broken")
        return routes

    def _write(self, path: Path, host: str, routes: Mapping[str, Any]) -> None:
        content = {"version": _VERSION, "host": _host(host), "routes": dict(sorted(routes.items()))}
        text = json.dumps(content, indent=1, ensure_ascii=True) + "\n"
        try:
            private_folder(self._folder)
            with whole(path) as place:
                place.touch(mode=0o600)
                place.write_text(text, encoding="utf-8")
        except OSError as error:
            raise _trouble(path, f"cannot be written ({error.strerror})") from None


def _host(text: str) -> str:
    """Give host and port in one form, from a host or a URL."""
    given = text.strip() if isinstance(text, str) else ""
    try:
        parts = urlsplit(given if "://" in given else f"//{given}")
        name, port = (parts.hostname or "").rstrip("."), parts.port
        if ":" in name:
            name = f"[{ipaddress.IPv6Address(name)}]"
        else:
            name = name.encode("idna").decode("ascii")
    except ValueError:
        name, port = "", None
    if not re.fullmatch(r"[a-z0-9_][a-z0-9._-]{0,252}|\[[0-9a-f:.]+(%[\w.-]+)?\]", name, re.I):
        raise ConfigError("This is no host.", hint="Give one such as api.synerise.com.")
    usual = {"http": 80, "https": 443, "": 443}.get(parts.scheme)
    return f"{name}:{port}" if port is not None and port != usual else name


def _well_formed(routes: dict[str, Any]) -> bool:
    return all(
        isinstance(entry, dict)
        and all(isinstance(entry.get(name), str) for name in ("method", "path", "source"))
        for entry in routes.values()
    )


def _entry(key: str, route: Route, now: str, note: str) -> dict[str, str]:
    if route.source not in _WEIGHT:
        raise ConfigError(
            f"A route of {key} with the source {route.source!r} is not remembered.",
            hint=f"Remembered are those from {' and '.join(_WEIGHT)}.",
        )
    parse_route(key, str(route), route.source)
    entry = {"method": route.method, "path": route.path, "source": route.source, "saved_at": now}
    return {**entry, "note": note} if note else entry


def _weight(entry: Mapping[str, Any]) -> int:
    return _WEIGHT.get(entry.get("source", ""), 0)


def _route(path: Path, key: str, entry: Mapping[str, Any]) -> Route:
    try:
        return parse_route(key, f"{entry['method']} {entry['path']}", entry["source"])
    except ConfigError as error:
        raise _trouble(path, f"has a wrong route of {key}: {error.message}") from None


def _trouble(path: Path, what: str) -> ConfigError:
    return ConfigError(
        f"{path} {what}.",
        hint="Mend or remove it, then find the routes again "
        "(synerise-frames openapi import, synerise-frames doctor --probe).",
    )
