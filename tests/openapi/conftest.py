"""A document as a vendor could write it, made from the registry."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from synerise_frames.wire.openapi.matching import match
from synerise_frames.wire.openapi.operations import flatten
from synerise_frames.wire.operations import OPERATIONS, Operation

# Each writes a tag in another way.
TAG_FORMS: dict[str, Callable[[str], str]] = {
    "as printed": lambda tag: tag,
    "prefix": lambda tag: tag if tag.startswith("Analytics") else f"Analytics: {tag}",
    "kebab": lambda tag: "analytics-" + re.sub(r"\W+", "-", tag.lower()),
    "suffix": lambda tag: f"{tag} (Analytics)",
    "camel": lambda tag: "Analytics" + re.sub(r"\W", "", tag.title()),
    "singular": lambda tag: tag.removesuffix("s"),
    "version": lambda tag: f"{tag} v2 API",
}
# Each writes a summary in another way.
SUMMARY_FORMS: dict[str, Callable[[str], str]] = {
    "as printed": lambda text: text,
    "dot": lambda text: text + ".",
    "upper": lambda text: text.upper(),
    "spaces": lambda text: "  " + text.replace(" ", " \u00a0 ") + "\n",
    "dashes": lambda text: text.replace(" ", "-"),
}
# Each names the placeholders of an operation in another way.
PARAMETER_FORMS: dict[str, Callable[[str, int], str]] = {
    "as printed": lambda name, at: name,
    "snake": lambda name, at: re.sub(r"([A-Z]+)", r"_\1", name).lower(),
    "numbered": lambda name, at: f"p{at}",
    "general": lambda name, at: "id" if at == 0 else f"other{at}",
}


def own_path(op: Operation, change: str) -> str:
    """Give the path that the document has, in our placeholders."""
    if change == "none":
        return op.path
    if change == "versions":
        first, _, rest = op.path[1:].partition("/")
        return f"/{first}/v17/{rest}"
    return f"/new{op.path.rstrip('/')}/now"


def document(
    *,
    change: str = "versions",
    tag: str = "as printed",
    summary: str = "as printed",
    parameter: str = "as printed",
    namespace: str = "{namespace}",
    openapi: str = "3.0.3",
    extra: int = 0,
    seed: int = 0,
    noise: tuple[str, ...] = (),
) -> tuple[dict[str, Any], dict[str, str]]:
    """Give a document, and what reading it has to find: key to ``METHOD path``."""
    chance = random.Random(seed)
    paths: dict[str, Any] = {}
    expected = {}
    rows: list[Operation | int] = [*OPERATIONS.values(), *range(extra)]
    chance.shuffle(rows)
    for row in rows:
        if isinstance(row, int):
            paths[f"/other/v1/things{row}/{{thingId}}"] = _other(row)
            continue
        path = own_path(row, change).replace("{namespace}", namespace)
        expected[row.key] = f"{row.method} {path}"
        names = [name for name in row.path_parameters if name != "namespace"]
        theirs = {name: PARAMETER_FORMS[parameter](name, at) for at, name in enumerate(names)}
        template = re.sub(r"\{(\w+)\}", lambda m, t=theirs: f"{{{t.get(m[1], m[1])}}}", path)
        tags = [TAG_FORMS[tag](row.tag), *chance.sample(noise, min(len(noise), 2))]
        chance.shuffle(tags)
        item = paths.setdefault(template, {"parameters": [{"$ref": "#/components/parameters/ns"}]})
        item[row.method.lower()] = _operation(row, tags, SUMMARY_FORMS[summary](row.summary))
    return {
        "openapi": openapi,
        "info": {"title": "Vendor", "version": "2025-02"},
        "servers": [{"url": "https://api.example.com"}],
        "tags": [{"name": "Zebra"}],
        "paths": paths,
        "components": _components(),
    }, expected


def _operation(op: Operation, tags: list[str], summary: str) -> dict[str, Any]:
    body = {
        "type": "object",
        "properties": {key: {} for key in op.body},
        "required": list(op.required),
    }
    answer: dict[str, Any] = {"object": {"type": "object"}, "array": {"type": "array"}}.get(
        op.shape, {"type": "string"}
    )
    made: dict[str, Any] = {
        "tags": tags,
        "summary": summary,
        "operationId": op.key,
        "parameters": [{"name": name, "in": "query"} for name in op.query],
        "responses": {
            "200": {
                "content": {
                    "application/json;charset=UTF-8": {
                        "schema": {**answer, "properties": {key: {} for key in op.printed}}
                    }
                }
            }
        },
    }
    if op.body:
        made["requestBody"] = {"content": {"application/json": {"schema": body}}}
    return made


def _other(number: int) -> dict[str, Any]:
    # Some of the others have summaries of ours, under tags of their own.
    rows = list(OPERATIONS.values())
    same = rows[number % len(rows)].summary if number % 3 == 0 else f"Do thing {number}"
    return {
        "get": {
            "tags": [f"Shop {number % 40}"],
            "summary": same,
            "description": "x" * 200,
            "responses": {"200": {"$ref": "#/components/responses/page"}},
        }
    }


def _components() -> dict[str, Any]:
    return {
        "parameters": {
            "ns": {"name": "namespace", "in": "path", "schema": {"default": "profiles"}}
        },
        "responses": {
            "page": {
                "content": {
                    "application/json": {"schema": {"$ref": "#/components/schemas/a~1b%20c"}}
                }
            }
        },
        "schemas": {"a/b c": {"type": "object", "properties": {"data": {}, "meta": {}}}},
    }


def written(folder: Path, content: Any, form: str = "json") -> Path:
    """Write a document into a file."""
    path = folder / f"vendor.{form}"
    text = json.dumps(content) if form == "json" else yaml.safe_dump(content, sort_keys=False)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def build() -> Callable[..., tuple[dict[str, Any], dict[str, str]]]:
    return document


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    return lambda content, form="json": written(tmp_path, content, form)


@pytest.fixture(scope="session")
def forms() -> dict[str, list[str]]:
    return {
        "tag": list(TAG_FORMS),
        "summary": list(SUMMARY_FORMS),
        "parameter": list(PARAMETER_FORMS),
    }


def tiny(*rows: tuple[Any, ...], **document_parts: Any) -> dict[str, Any]:
    """Give a document of a few operations: method, path, tag, summary, further parts."""
    paths: dict[str, Any] = {}
    for method, path, tag, summary, *more in rows:
        node = {"tags": [tag] if tag else [], "summary": summary, **(more[0] if more else {})}
        paths.setdefault(path, {})[method.lower()] = node
    return {"openapi": "3.0.3", "paths": paths, **document_parts}


@pytest.fixture(scope="session")
def small() -> Callable[..., dict[str, Any]]:
    return tiny


@pytest.fixture(scope="session")
def look() -> Callable[..., Any]:
    """Match a few operations; give what is said about one of ours."""

    def look(key: str, *rows: tuple[Any, ...], **parts: Any) -> Any:
        matches = match(flatten(tiny(*rows, **parts)).operations)
        return next(item for item in matches if item.operation.key == key)

    return look
