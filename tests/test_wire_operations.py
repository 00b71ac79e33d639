"""The registry of operations in itself; tests/reference holds it against the reference."""

from __future__ import annotations

import re
from typing import Any

import pytest

from synerise_frames.errors import ConfigError
from synerise_frames.wire.operations import OPERATIONS, operation
from synerise_frames.wire.paths import PathBook, Route


def test_every_operation_is_there_once() -> None:
    assert len(OPERATIONS) == 92
    routes = [(op.method, re.sub(r"\{\w+\}", "{}", op.path)) for op in OPERATIONS.values()]
    assert len(set(routes)) == len(routes)


def test_required_fields_are_fields() -> None:
    for op in OPERATIONS.values():
        assert set(op.required) <= {*op.body}, op.key
        assert set(op.required_query) <= {*op.query}, op.key
        assert {name for name, _ in op.enums} <= {*op.path_parameters, *op.query, *op.body}, op.key
        assert op.method in {"GET", "POST", "PUT", "DELETE"}


def test_only_what_is_public_counts_as_verified_without_being_printed() -> None:
    public = {key for key, op in OPERATIONS.items() if op.evidence == "public"}
    assert public == {
        "auth.login_workspace",
        "aggregates.calculate",
        "aggregates.history",
        "expressions.calculate",
    }


def test_inferred_paths_are_printed_for_another_operation_or_begin_one() -> None:
    printed = {op.path for op in OPERATIONS.values() if op.evidence == "reference"}
    inferred = [op for op in OPERATIONS.values() if op.evidence == "inferred"]
    assert inferred
    for op in inferred:
        assert op.effect in ("write", "login"), op.key
        assert any(f"{path}/".startswith(f"{op.path}/") for path in printed), op.key


def test_what_has_no_namespace_belongs_to_the_calculation_engine() -> None:
    others = ("auth.", "directories.", "metrics.recommendation_")
    for op in OPERATIONS.values():
        if not op.key.startswith(others):
            engine = op.path.startswith("/analytics/analytics/")
            assert engine != op.path.startswith("/analytics/{namespace}/"), op.key


def test_deleting_and_every_login_that_may_create_a_profile_are_writes() -> None:
    for op in OPERATIONS.values():
        assert op.writes or op.method not in ("DELETE", "PUT"), op.key
        assert op.effect == "login" or not op.creates, op.key
        assert not (op.reads and op.writes), op.key


def test_values_are_known_by_the_name_of_their_parameter() -> None:
    op = operation("aggregates.list")
    assert op.values("aggregateType") == ("AGGREGATE", "RUNNING_AGGREGATE")
    assert op.values("search") == ()


def test_an_unknown_key_lists_close_matches() -> None:
    with pytest.raises(ConfigError, match=r"trends\.calculate"):
        operation("trend.calculate")


def test_a_users_path_wins_and_counts_as_verified() -> None:
    op = operation("trends.calculate")
    assert not PathBook().verified(op)
    book = PathBook({"trends.calculate": "GET /own/{trendId}/run"})
    assert book.verified(op)
    assert book.route(op) == Route("GET", "/own/{trendId}/run", "user")
    assert book.fill(op, {"trendId": "a/b c"}) == "/own/a%2Fb%20c/run"


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        ({"trends.calculat": "/x"}, "no operation"),
        ({"trends.calculate": "x"}, "is no path"),
        ("trends.calculate", "maps no operations to paths"),
        ({"trends.get": "DELETE /x/{trendId}"}, "is no DELETE"),
        ({"trends.calculate": "/x"}, "no place for trendId"),
        ({"trends.calculate": "/x/{reportId}"}, "unknown placeholders: reportId"),
    ],
)
def test_bad_paths_are_refused(paths: Any, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        PathBook(paths)
