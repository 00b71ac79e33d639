"""Read an OpenAPI document from a file, and say plainly why it is none."""

from __future__ import annotations

import codecs
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from synerise_frames.errors import ConfigError
from synerise_frames.wire.openapi.plain import plain

#: Larger files are refused before they are read.
MAX_BYTES = 64 * 1024 * 1024

# Documents of other kinds, by the key that tells them.
_RELATIVES = {
    "swagger": "a Swagger document of version",
    "asyncapi": "an AsyncAPI document of version",
    "item": "a Postman collection",
    "$schema": "a JSON schema",
}
_HINT = "Give the OpenAPI 3.0 or 3.1 file that the vendor's reference page offers."


def read_document(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Read an OpenAPI 3.0 or 3.1 document, JSON or YAML by its content.

    Parameters
    ----------
    path : path-like
        The file.

    Returns
    -------
    dict
        The document. Keys of mappings are text, also where YAML reads numbers.

    Raises
    ------
    ConfigError
        If the file cannot be read, or is no such document; the message says what it is.
    """
    file = Path(path)
    name = plain(file.name)
    kind, content = _parse(name, _decode(name, _load(file)))
    problem = _problem(kind, content)
    if problem:
        raise ConfigError(f"{name} is {problem}.", hint=_HINT)
    assert isinstance(content, dict)  # noqa: S101 - what _problem has seen to
    return content


def _load(file: Path) -> bytes:
    try:
        if not file.is_file():
            what = "a folder" if file.is_dir() else "not there"
            raise ConfigError(f"The OpenAPI file {plain(file.name)} is {what}.", hint=_HINT)
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise ConfigError(
            f"Cannot read the OpenAPI file {plain(file.name)}: {error.strerror}.", hint=_HINT
        ) from None
    if len(data) > MAX_BYTES:
        raise ConfigError(
            f"{plain(file.name)} is larger than {MAX_BYTES >> 20} MB.",
            hint="Remove what is not needed from it: only `paths` and `components` are read.",
        )
    return data


def _decode(name: str, data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise ConfigError(f"{name} is UTF-16, not UTF-8.", hint="Save it as UTF-8.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        what = "a ZIP archive" if data.startswith(b"PK") else "no UTF-8 text"
        raise ConfigError(
            f"{name} is {what} (byte {error.start}).",
            hint="Save it as UTF-8 text, unpacked: JSON or YAML.",
        ) from None


def _parse(name: str, text: str) -> tuple[str, Any]:
    start = text.lstrip()[:1]
    if not start:
        raise ConfigError(f"{name} is empty.", hint=_HINT)
    if start == "<":
        raise ConfigError(f"{name} is a page of HTML or XML, no OpenAPI document.", hint=_HINT)
    if start in '{["' and not name.lower().endswith((".yaml", ".yml")):
        return "JSON", _parse_json(name, text)
    # The reader of YAML is an extra: known only to who needs it.
    from synerise_frames.wire.openapi.yaml_text import parse_yaml  # noqa: PLC0415

    return "YAML", parse_yaml(name, text)


def _parse_json(name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ConfigError(
            f"{name} is no valid JSON: {error.msg} in line {error.lineno}, column {error.colno}.",
            hint="Download it again: the file may have been cut short.",
        ) from None
    except (ValueError, RecursionError):
        raise ConfigError(
            f"{name} holds JSON that cannot be read (a huge number, or nested too deep).",
            hint=_HINT,
        ) from None


def _problem(kind: str, content: Any) -> str:
    """Say what the content is, if it is no OpenAPI 3 document; else nothing."""
    if not isinstance(content, Mapping):
        what = "a list" if isinstance(content, list) else "a single value"
        return f"{what} in {kind}, no OpenAPI document"
    version = plain(content.get("openapi"), 20)
    if version.split(".")[0] != "3":
        return _other(kind, content, version)
    if isinstance(content.get("paths"), Mapping):
        return ""
    return f"an OpenAPI {version} document without `paths`"


def _other(kind: str, content: Mapping[str, Any], version: str) -> str:
    if version:
        return f"an OpenAPI document of version {version}; 3.0 and 3.1 can be read"
    for key, what in _RELATIVES.items():
        if key in content:
            return f"{what} {plain(content[key], 20)}".strip() + ", not OpenAPI 3.0 or 3.1"
    keys = ", ".join(plain(key, 30) for key in list(content)[:5]) or "no keys"
    return f"{kind} with {keys} at the top, no OpenAPI document"
