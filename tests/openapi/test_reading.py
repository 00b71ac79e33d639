"""Files that are a document, and all the others."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest

from synerise_frames import extras
from synerise_frames.errors import ConfigError
from synerise_frames.wire.openapi import document, read_document, read_openapi

GOOD = {"openapi": "3.0.3", "info": {"title": "T"}, "paths": {}}


def put(tmp_path, content, name="api.yaml"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("name", ["api.json", "api.yaml", "api", "api.txt"])
@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("mark", ["", "\ufeff", "\n \n"])
def test_json_is_known_by_its_content(tmp_path, name, indent, mark):
    path = put(tmp_path, mark + json.dumps(GOOD, indent=indent), name)
    assert read_document(path) == GOOD
    assert read_document(str(path)) == GOOD


@pytest.mark.parametrize("name", ["api.json", "api.yaml", "api"])
def test_yaml_is_known_by_its_content(tmp_path, name):
    text = "# about\nopenapi: 3.0.3\ninfo: {title: T}\npaths: {}\n"
    assert read_document(put(tmp_path, text, name)) == GOOD


def test_the_surprises_of_yaml_are_none(tmp_path):
    text = """\
openapi: 3.1
info:
  version: 2025-02-19
  at: 12:30:45
  country: no
  octal: 010
  number: 12
  part: 1.5
  empty:
  value: =
  on: yes
paths:
  /x:
    get:
      deprecated: true
      responses:
        200: {description: fine}
        2XX: {description: fine}
"""
    content = read_document(put(tmp_path, text))
    assert content["info"] == {
        "version": "2025-02-19",
        "at": "12:30:45",
        "country": "no",
        "octal": "010",
        "number": 12,
        "part": 1.5,
        "empty": None,
        "value": "=",
        "on": "yes",
    }
    operation = content["paths"]["/x"]["get"]
    assert operation["deprecated"] is True
    assert list(operation["responses"]) == ["200", "2XX"]


def test_aliases_and_merges_are_followed(tmp_path):
    text = """\
openapi: 3.0.0
x-base: &base {summary: Get Workspaces, tags: [Authorization]}
x-more: &more {deprecated: false, tags: [Other]}
paths:
  /u:
    get:
      <<: [*base, *more]
      operationId: u
  /v:
    get: *base
"""
    content = read_document(put(tmp_path, text))
    assert content["paths"]["/u"]["get"] == {
        "summary": "Get Workspaces",
        "tags": ["Authorization"],
        "deprecated": False,
        "operationId": "u",
    }
    assert content["paths"]["/v"]["get"]["summary"] == "Get Workspaces"


@pytest.mark.parametrize("form", ["list", "mapping", "merge", "wide merge"])
def test_alias_bombs_are_refused_at_once(tmp_path, form):
    lines = ["openapi: 3.0.0", "paths: {}", "x0: &x0 {a: 1, b: 2, c: 3, d: 4, e: 5}"]
    for n in range(1, 40):
        alias = f"*x{n - 1}"
        bodies = {
            "list": "[" + ", ".join([alias] * 9) + "]",
            "mapping": "{" + ", ".join(f"k{i}: {alias}" for i in range(9)) + "}",
            "merge": "{<<: [" + ", ".join([alias] * 9) + f"], k{n}: {alias}}}",
            "wide merge": "{<<: [" + ", ".join(["*x0"] * 9_000) + "]}",
        }
        lines.append(f"x{n}: &x{n} {bodies[form]}")
    start = time.process_time()
    with pytest.raises(ConfigError, match="aliases"):
        read_document(put(tmp_path, "\n".join(lines)))
    assert time.process_time() - start < 30  # no blow-up; speed itself is for benchmarks


@pytest.mark.parametrize("text", ["x: &x [*x]", "x: &x {a: *x}", "x: &x {<<: *x}"])
def test_aliases_of_themselves_are_refused(tmp_path, text):
    with pytest.raises(ConfigError):
        read_document(put(tmp_path, f"openapi: 3.0.0\npaths: {{}}\n{text}\n"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty"),
        (" \n", "is empty"),
        ("[1]", "a list in JSON"),
        ('"x"', "a single value in JSON"),
        ("- a\n- b", "a list in YAML"),
        ("hello world", "a single value in YAML"),
        ("# only a comment", "a single value in YAML"),
        ("{}", "JSON with no keys"),
        ('{"a": 1, "b": 2}', "JSON with a, b at the top"),
        ('{"swagger": "2.0", "paths": {}}', "Swagger document of version 2.0"),
        ("swagger: 2.0\npaths: {}", "Swagger document of version 2.0"),
        ('{"openapi": "4.0.0", "paths": {}}', "version 4.0.0"),
        ('{"openapi": "3.0.0"}', "without `paths`"),
        ('{"openapi": "3.0.0", "paths": []}', "without `paths`"),
        ('{"openapi": {}, "paths": {}}', "JSON with openapi, paths"),
        ('{"asyncapi": "2.6.0"}', "AsyncAPI"),
        ('{"info": {}, "item": []}', "Postman"),
        ("<!DOCTYPE html><html></html>", "HTML"),
        ('{"openapi": "3.0.0", "paths": {', "no valid JSON"),
        ('{"n": ' + "9" * 5_000 + "}", "cannot be read"),
        ("[" * 100_000, "cannot be read"),
        ("a: [" * 3_000, "neither JSON nor valid YAML"),
        ("a: b: c", "neither JSON nor valid YAML"),
        ("a: !!python/object/apply:os.system [exit]", "neither JSON nor valid YAML"),
        ("a: *nothing", "neither JSON nor valid YAML"),
        ("? [a, b]\n: c", "neither JSON nor valid YAML"),
        ("a: 1\n--- \nb: 2", "neither JSON nor valid YAML"),
        ("<<: 5", "HTML"),
        ("a: {<<: 5}", "neither JSON nor valid YAML"),
        ("a: \x07", "cannot be read"),
        ("a: !!int x", "cannot be read"),
        ("a: !!timestamp 2025-13-45", "cannot be read"),
        (b"\xff\xfea\x00", "UTF-16"),
        ("ż".encode("latin2") + b": 1", "no UTF-8 text"),
        (b"PK\x03\x04\xff", "ZIP"),
    ],
)
def test_what_is_no_document_is_named(tmp_path, content, message):
    path = put(tmp_path, content, "secret-folder.json")
    with pytest.raises(ConfigError, match=message) as caught:
        read_openapi(path)
    assert "secret-folder.json" in caught.value.message
    assert str(tmp_path) not in str(caught.value)
    assert caught.value.hint


def test_duplicate_keys_are_no_error(tmp_path):
    for text in (
        '{"openapi": "2", "openapi": "3.0.0", "paths": {}}',
        "openapi: 2\nopenapi: 3.0.0\npaths: {}",
    ):
        assert read_document(put(tmp_path, text))["openapi"] == "3.0.0"


@pytest.mark.parametrize("name", ["nothing.json", ".", "a\0b", "x" * 5_000])
def test_what_is_no_file_is_said(tmp_path, name):
    with pytest.raises(ConfigError) as caught:
        read_document(f"{tmp_path}/{name}")
    assert caught.value.hint


def test_a_huge_file_is_refused_unread(tmp_path):
    path = tmp_path / "huge.json"
    with path.open("wb") as stream:
        stream.truncate(document.MAX_BYTES + 1)
    with pytest.raises(ConfigError, match=r"huge.json is larger than 64 MB"):
        read_document(path)


def test_only_yaml_needs_the_extra(tmp_path, monkeypatch):
    monkeypatch.setattr(extras, "find_spec", lambda name: None)
    assert read_document(put(tmp_path, json.dumps(GOOD), "a.json")) == GOOD
    with pytest.raises(ConfigError, match="openapi") as caught:
        read_document(put(tmp_path, "openapi: 3.0.0\npaths: {}"))
    assert "synerise-frames[openapi]" in caught.value.hint


def test_json_does_not_load_the_reader_of_yaml(tmp_path):
    path = put(tmp_path, json.dumps(GOOD), "a.json")
    code = (
        "import sys; from synerise_frames.wire.openapi import read_openapi;"
        f"read_openapi({str(path)!r}); print('yaml' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
