"""References, and the top level of bodies and answers."""

from __future__ import annotations

import time

import pytest

from synerise_frames.wire.openapi.operations import flatten

ROW = ("POST", "/x/{a}", "T", "S")
AB = {"type": "object", "properties": {"a": {}, "b": {}}, "required": ["a"]}
C = {"properties": {"c": {}}, "required": ["c"]}


@pytest.fixture
def body(small):
    """Give the shape of a body schema, and the references that were not followed."""

    def body(schema, **schemas):
        node = {"requestBody": {"content": {"application/json": {"schema": schema}}}}
        content = small((*ROW, node), components={"schemas": schemas})
        flat = flatten(content)
        (only,) = flat.operations
        shape = only.body
        return (shape.kind, shape.keys, set(shape.required)), flat.not_followed

    return body


def ref(name):
    return {"$ref": f"#/components/schemas/{name}"}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (AB, ("object", ("a", "b"), {"a"})),
        (ref("ab"), ("object", ("a", "b"), {"a"})),
        (ref("far"), ("object", ("a", "b"), {"a"})),
        (ref("sl~1a~0sh%20%7B"), ("object", ("c",), {"c"})),
        ({"$ref": "#/components/schemas/list/oneOf/1"}, ("object", ("c",), {"c"})),
        ({"allOf": [ref("ab"), C]}, ("object", ("a", "b", "c"), {"a", "c"})),
        ({"oneOf": [ref("ab"), C]}, ("object", ("a", "b", "c"), set())),
        ({"oneOf": [ref("ab"), {"type": "null"}]}, ("object", ("a", "b"), {"a"})),
        ({"anyOf": [ref("ab"), {"type": "string"}]}, ("", ("a", "b"), set())),
        ({**ref("ab"), "properties": {"d": {}}}, ("object", ("a", "b", "d"), {"a"})),
        ({"type": "array", "items": ref("ab")}, ("array", ("a", "b"), {"a"})),
        ({"items": {"type": "string"}}, ("array", (), set())),
        ({"type": ["object", "null"]}, ("object", (), set())),
        ({"type": ["string", "integer"]}, ("", (), set())),
        ({"type": "string"}, ("string", (), set())),
        ({}, ("", (), set())),
        (True, ("", (), set())),
        ("x", ("", (), set())),
        ({"type": {}, "properties": [], "required": "a", "allOf": {}}, ("", (), set())),
    ],
)
def test_the_top_level_is_merged(body, schema, expected):
    shape, lost = body(
        schema, **{"ab": AB, "far": ref("ab"), "sl/a~sh {": {"type": "object", **C}},
        list={"oneOf": [AB, {"type": "object", **C}]},
    )  # fmt: skip
    assert shape == expected
    assert not lost


@pytest.mark.parametrize(
    ("reference", "reason"),
    [
        ("#/components/schemas/nothing", "nothing at that place"),
        ("#/components/schemas/ab/required/7", "nothing at that place"),
        ("#/components/schemas/ab/required/0/x", "nothing at that place"),
        ("#anchor", "anchor"),
        ("other.json#/x", "out of the document"),
        ("https://example.com/api.json", "out of the document"),
        ("#/components/schemas/one", "back to itself"),
        ("#/components/schemas/self", "back to itself"),
        ("#/components/schemas/all", "back to itself"),
    ],
)
def test_references_that_lead_nowhere_are_told(body, reference, reason):
    shape, lost = body(
        {"allOf": [{"$ref": reference}, AB]},
        ab=AB,
        one=ref("two"),
        two=ref("one"),
        self=ref("self"),
        all={"allOf": [ref("all"), C]},
    )
    assert set(shape[1]) >= {"a", "b"}
    assert reason in " ".join(lost.values())


def test_the_document_itself_is_no_endless_schema(body):
    shape, _ = body({"$ref": "#"})
    assert shape[1] == ()


def test_schemas_that_double_at_each_step_are_read_at_once(body):
    schemas = {f"s{n}": {"allOf": [ref(f"s{n + 1}")] * 10} for n in range(30)}
    start = time.process_time()
    shape, lost = body(ref("s0"), **schemas, s30=AB)
    assert shape == ("object", ("a", "b"), {"a"})
    assert not lost
    assert time.process_time() - start < 30  # no blow-up; speed itself is for benchmarks


def test_a_chain_without_end_is_left(body):
    schemas = {f"s{n}": {"allOf": [ref(f"s{n + 1}"), C]} for n in range(3_000)}
    shape, _ = body(ref("s0"), **schemas)
    assert shape[1] == ("c",)


def test_every_part_may_be_a_reference(small):
    components = {
        "pathItems": {
            "x": {
                "parameters": [{"$ref": "#/components/parameters/q"}],
                "post": {
                    "summary": "S",
                    "parameters": [{"name": "r", "in": "query"}, {"name": "h", "in": "header"}],
                    "requestBody": {"$ref": "#/components/requestBodies/b"},
                    "responses": {"default": {}, "201": {"$ref": "#/components/responses/r"}},
                },
            }
        },
        "parameters": {"q": {"name": "q", "in": "query"}},
        "requestBodies": {
            "b": {"content": {"text/csv": {}, "application/vnd.x+json; a=b": {"schema": AB}}}
        },
        "responses": {"r": {"content": {"application/json": {"schema": {"type": "string"}}}}},
    }
    content = small(components=components)
    content["paths"]["/x"] = {"$ref": "#/components/pathItems/x"}
    flat = flatten(content)
    (only,) = flat.operations
    assert only.query == ("q", "r")
    assert only.body.keys == ("a", "b")
    assert only.answer.kind == "string"
    assert not flat.not_followed


@pytest.mark.parametrize("status", ["200", "201", "2XX", "2xx"])
def test_answers_of_success_are_read(small, status):
    answer = {"content": {"application/json": {"schema": {"type": "array", "items": AB}}}}
    error = {"content": {"application/json": {"schema": C}}}
    node = {"responses": {"400": error, "default": error, "202": error, status: answer}}
    (only,) = flatten(small((*ROW, node))).operations
    assert (only.answer.kind, only.answer.keys) == ("array", ("a", "b"))
