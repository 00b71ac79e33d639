"""Put the library's paths right from the vendor's OpenAPI document."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

from synerise_frames.wire.openapi.document import read_document
from synerise_frames.wire.openapi.matching import Match, match
from synerise_frames.wire.openapi.operations import flatten
from synerise_frames.wire.openapi.plain import as_mapping, plain
from synerise_frames.wire.openapi.report import Import
from synerise_frames.wire.paths import Route

__all__ = ["Import", "Match", "read_document", "read_openapi", "routes_of"]


def read_openapi(path: str | os.PathLike[str]) -> Import:
    """Read an OpenAPI document and find the operations of the registry in it.

    They are found by tag and summary, whatever their paths are in the document. What is
    not certain is reported and not used.

    Parameters
    ----------
    path : path-like
        An OpenAPI 3.0 or 3.1 file, JSON or YAML (the latter needs the extra ``openapi``).

    Returns
    -------
    Import
        Its ``routes`` can be used; ``frame()`` and ``str()`` tell about all operations.

    Raises
    ------
    ConfigError
        If the file cannot be read, or is no such document.

    Examples
    --------
    >>> import json, tempfile
    >>> from synerise_frames.wire.openapi import read_openapi
    >>> document = {
    ...     "openapi": "3.0.3",
    ...     "info": {"title": "Example", "version": "1"},
    ...     "paths": {
    ...         "/analytics/v9/trends/{id}/run": {
    ...             "post": {
    ...                 "tags": ["Analytics: Trends"],
    ...                 "summary": "Calculate trend with parameter override",
    ...             }
    ...         }
    ...     },
    ... }
    >>> with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
    ...     json.dump(document, file)
    ...     file.flush()
    ...     found = read_openapi(file.name)
    >>> print(found.routes["trends.calculate"])
    POST /analytics/v9/trends/{trendId}/run
    """
    document = read_document(path)
    flat = flatten(document)
    matches = match(flat.operations)
    # Not by identity: a base path written twice makes new rows.
    ours = Counter((m.found.method, m.found.summary, m.found.tags) for m in matches if m.found)
    others = Counter((d.method, d.summary, d.tags) for d in flat.operations) - ours
    tags: Counter[str] = Counter()
    for (_, _, names), count in others.items():
        tags[names[0] if names else "no tag"] += count
    info = as_mapping(document.get("info"))
    return Import(
        name=plain(Path(path).name),
        title=plain(info.get("title"), 80),
        version=plain(info.get("version"), 40),
        matches=tuple(matches),
        extra=others.total(),
        extra_tags=dict(tags.most_common()),
        not_followed=dict(flat.not_followed),
    )


def routes_of(path: str | os.PathLike[str]) -> dict[str, Route]:
    """Give the routes of an OpenAPI document that can be used, by operation key.

    Raises
    ------
    ConfigError
        If the file cannot be read, or is no such document.
    """
    return dict(read_openapi(path).routes)
