"""No document is so strange that reading it fails in an unknown way."""

from __future__ import annotations

import contextlib
import json
import random

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synerise_frames.errors import ConfigError
from synerise_frames.wire.openapi import read_openapi

WORDS = st.sampled_from(
    [
        *("openapi", "3.0.0", "paths", "/x", "/{a}", "get", "post", "tags", "summary", "$ref"),
        *("#", "#/paths", "parameters", "Trends", "Get trend details", "responses", "200", "type"),
        *("content", "application/json", "schema", "allOf", "oneOf", "items", "properties"),
        *("servers", "url", "https://a/b", "variables", "default", "x-displayName", "name", "in"),
        *("path", "enum", "{", "/a/../b", "//", "\ud800"),
    ]
)
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), WORDS,
    st.just("\ud800\x00{"),
)  # fmt: skip
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(WORDS, st.text(max_size=8)), inner, max_size=4),
    ),
    max_leaves=25,
)
SETTINGS = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def survives(path, content):
    path.write_text(json.dumps(content), encoding="utf-8")
    try:
        imported = read_openapi(path)
    except ConfigError:
        return None
    assert len(imported.frame()) == 92
    assert str(imported)
    imported.differences()
    return imported


@SETTINGS
@given(VALUES)
def test_any_json(tmp_path_factory, content):
    survives(tmp_path_factory.mktemp("any") / "a.json", content)


@SETTINGS
@given(st.dictionaries(st.one_of(WORDS, st.text(max_size=8)), VALUES, max_size=4), VALUES)
def test_any_paths(tmp_path_factory, paths, components):
    content = {"openapi": "3.1.0", "paths": paths, "components": components, "info": components}
    assert survives(tmp_path_factory.mktemp("any") / "a.json", content) is not None


def places(node, found):
    """Collect every place of a document: its holder, and the key there."""
    for key in node if isinstance(node, dict) else range(len(node)):
        found.append((node, key))
        if isinstance(node[key], dict | list):
            places(node[key], found)
    return found


@SETTINGS
@given(value=VALUES, count=st.integers(1, 20), seed=st.integers(0, 10**6))
def test_any_value_at_any_place(tmp_path_factory, build, value, count, seed):
    content, expected = build(extra=5)
    chance = random.Random(seed)
    for holder, key in chance.sample(places(content["paths"], []), count):
        holder[key] = value
    imported = survives(tmp_path_factory.mktemp("any") / "a.json", content)
    if imported:
        # What is still found is right, or is elsewhere by the value that was put in.
        wrong = [k for k, route in imported.routes.items() if str(route) != expected[k]]
        assert len(wrong) <= count


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.one_of(st.text(max_size=200), VALUES.map(lambda v: yaml.safe_dump(v, allow_unicode=True)))
)
def test_any_text(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("any") / "a.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with contextlib.suppress(ConfigError):
        read_openapi(path)
