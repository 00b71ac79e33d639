"""Equal requests have equal names, and any difference makes another one."""

from __future__ import annotations

import json
import random
import string
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import synerise_frames as sf
from synerise_frames.connecting import connect
from synerise_frames.http.cache.keys import Tenant
from synerise_frames.redact import Secret, hide, plain
from synerise_frames.wire.api import Api
from synerise_frames.wire.operations import OPERATIONS

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
)
JSON = st.recursive(
    SCALARS | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
PATHS = {key: op.path for key, op in OPERATIONS.items() if not op.verified}


def api_of(key: str = "one-of-the-keys") -> Api:
    return connect(host="http://127.0.0.1:9", api_key=key, cache=False, paths=PATHS).context.api


@pytest.fixture(scope="module")
def api() -> Api:
    return api_of()


def name(api: Api, body: Any, *, path: str = "t", query: dict[str, str] | None = None) -> str:
    return api.prepare("trends.calculate", path={"trendId": path}, query=query, body=body).key


def shuffled(value: Any) -> Any:
    """Give the same JSON with the keys of objects in another order."""
    if isinstance(value, dict):
        items = [(key, shuffled(inner)) for key, inner in value.items()]
        random.Random(1).shuffle(items)
        return dict(items[::-1])
    return [shuffled(inner) for inner in value] if isinstance(value, list) else value


def canonical(value: Any) -> str:
    """Write JSON so that it tells apart what JSON tells apart: 1, 1.0 and true for some."""
    return json.dumps(value, sort_keys=True)


@given(JSON)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_order_of_keys_does_not_count(api: Api, body: Any) -> None:
    assert name(api, body) == name(api, shuffled(body))


@given(JSON, JSON)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_equal_names_mean_equal_bodies(api: Api, left: Any, right: Any) -> None:
    assert (name(api, left) == name(api, right)) == (canonical(left) == canonical(right))


@given(st.lists(JSON, min_size=2, max_size=4), st.data())
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_order_of_lists_counts(api: Api, items: list[Any], data: st.DataObject) -> None:
    moved = data.draw(st.permutations(items))
    same = canonical(items) == canonical(list(moved))
    assert (name(api, {"x": items}) == name(api, {"x": list(moved)})) == same


@given(st.text(string.ascii_letters + "/?&=,'\" ", min_size=1, max_size=5),
       st.dictionaries(TEXT, TEXT, max_size=2))  # fmt: skip
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_path_and_query_count(api: Api, path: str, query: dict[str, str]) -> None:
    assert (name(api, {}, path=path) == name(api, {}, path="t")) == (path == "t")
    assert (name(api, {}, query=query) == name(api, {})) == (not query)
    backwards = dict(reversed(query.items()))
    assert name(api, {}, query=query) == name(api, {}, query=backwards)


def test_no_two_operations_share_a_name(api: Api) -> None:
    names = set()
    for key, op in OPERATIONS.items():
        values = dict.fromkeys(op.path_parameters, "x")
        names.add(api.prepare(key, path=values, body={"a": 1}).key)
    assert len(names) == len(OPERATIONS)


def test_no_two_tenants_share_a_name(api: Api) -> None:
    other = api_of("another-of-the-keys")
    assert name(api, {}).split("-")[0] != name(other, {}).split("-")[0]
    assert name(api, {}).split("-")[-1] != name(other, {}).split("-")[-1]


def test_no_body_is_not_null_and_not_empty(api: Api) -> None:
    bodies = [name(api, body) for body in ({}, [], "", 0, False, {"a": None})]
    assert len({*bodies, name(api, None)}) == 7


def test_names_say_nothing_of_what_was_asked(api: Api) -> None:
    asked = name(api, {"identifierValue": "jane@example.com"}, path="my-trend")
    tenant, effect, key = asked.split("-")
    assert (len(tenant), effect, len(key)) == (16, "c", 40)
    assert set(tenant + key) <= set(string.hexdigits)


def test_a_place_that_a_user_put_right_is_another_one(api: Api) -> None:
    moved = sf.connect(
        host="http://127.0.0.1:9",
        api_key="one-of-the-keys",
        cache=False,
        paths={**PATHS, "trends.calculate": "POST /elsewhere/{trendId}"},
    )
    assert name(api, {}) != name(moved.context.api, {})


def test_values_whose_repr_tells_nothing_have_keys_of_their_own() -> None:
    tenant = Tenant("https://a.example", ["w"], Secret("a-key-of-a-test"))
    values = ["a", b"a", ["a"], ("a",), {"a": "b"}, {"a": ["b"]}, [{"a": ("b", b"c")}]]
    others = ["b", b"b", ["b"], ("b",), {"a": "c"}, {"a": ["c"]}, [{"a": ("c", b"c")}]]
    for value, other in zip(values, others, strict=True):
        assert tenant.key(hide(value)) == tenant.key(plain(hide(value)))
        assert tenant.key(hide(value)) != tenant.key(hide(other))
        assert tenant.key([hide(value)]) != tenant.key([hide(other)])
    assert tenant.digest("id", hide("a")) == tenant.digest("id", "a")
    assert tenant.digest("id", hide("a")) != tenant.digest("id", hide("b"))
