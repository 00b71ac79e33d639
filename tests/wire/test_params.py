"""Parameters by name: each goes to its place, or the error says which there are."""

from __future__ import annotations

import pytest

from synerise_frames.errors import ConfigError
from synerise_frames.wire.operations import OPERATIONS, operation
from synerise_frames.wire.params import sort_out


def test_each_parameter_goes_to_its_place() -> None:
    given = {"trendId": 7, "variables": [], "filter": {}}
    sorted_out = sort_out(operation("trends.calculate"), given)
    assert sorted_out.path == {"trendId": "7"}
    assert sorted_out.query == {}
    assert sorted_out.body == {"variables": [], "filter": {}}


def test_query_parameters_are_text() -> None:
    op = operation("reports.list")
    query = sort_out(op, {"page": 2, "ids": ["a", "b"], "search": "x", "limit": None}).query
    assert query == {"page": "2", "ids": "a,b", "search": "x"}


def test_a_whole_body_is_sent_as_it_is() -> None:
    op = operation("trends.preview")
    assert sort_out(op, {"body": ["anything"]}).body == ["anything"]
    with pytest.raises(ConfigError, match="not both"):
        sort_out(op, {"body": {}, "analysis": {}})


def test_operations_without_a_body_send_none() -> None:
    assert sort_out(operation("metrics.calculate"), {"metricId": "m"}).body is None


@pytest.mark.parametrize("key", OPERATIONS)
def test_every_operation_takes_all_that_it_knows_and_nothing_else(key: str) -> None:
    op = OPERATIONS[key]
    names = [*op.path_parameters, *op.query, *op.body]
    given = {n: op.values(n)[0] if op.values(n) else "x" for n in names}
    sorted_out = sort_out(op, given)
    assert {*sorted_out.path} == {*op.path_parameters}
    assert {*sorted_out.query} == {*op.query}
    assert {*(sorted_out.body or {})} == {*op.body}
    with pytest.raises(ConfigError, match="takes no nonsense"):
        sort_out(op, {"nonsense": 1})
    for name in [n for n in op.path_parameters if n != "namespace"] + [
        *op.required,
        *op.required_query,
    ]:
        with pytest.raises(ConfigError, match=f"needs {name}"):
            sort_out(op, {n: v for n, v in given.items() if n != name})


def test_a_close_name_is_proposed() -> None:
    with pytest.raises(ConfigError, match="'trendId'"):
        sort_out(operation("trends.get"), {"trend_id": "x"})


def test_values_are_those_that_the_reference_prints() -> None:
    with pytest.raises(ConfigError, match="'TREND'"):
        sort_out(operation("directories.list"), {"analyticType": "TRENDS"})
