"""The registry of operations: complete, consistent, and honest about its paths."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from synerise_frames.errors import ConfigError
from synerise_frames.wire.operations import OPERATIONS, operation
from synerise_frames.wire.paths import PathBook, Route

REFERENCE = Path(__file__).parents[2] / "shared" / "api-reference.txt"


def test_every_operation_is_there_once() -> None:
    assert len(OPERATIONS) == 92
    routes = [(op.method, re.sub(r"\{\w+\}", "{}", op.path)) for op in OPERATIONS.values()]
    assert len(set(routes)) == len(routes)


def test_required_fields_are_fields() -> None:
    for op in OPERATIONS.values():
        assert set(op.required) <= {*op.body}, op.key
        assert op.method in {"GET", "POST", "PUT", "DELETE"}


@pytest.mark.skipif(not REFERENCE.exists(), reason="the reference's text is not beside this clone")
def test_reference_paths_are_those_that_the_reference_prints() -> None:
    text = REFERENCE.read_text()
    printed = {
        (method, re.sub(r"%7B(\w+)%7D", r"{\1}", path))
        for method, path in re.findall(
            r"--request (\w+) \n  --url '?https://api\.synerise\.com(\S+?)(?:\?\S*)?'? *$",
            text,
            flags=re.MULTILINE,
        )
    }
    ours = {(op.method, op.path) for op in OPERATIONS.values() if op.evidence == "reference"}
    assert ours == printed


def test_an_unknown_key_lists_close_matches() -> None:
    with pytest.raises(ConfigError, match=r"trends\.calculate"):
        operation("trend.calculate")


def test_a_users_path_wins_and_counts_as_verified() -> None:
    op = operation("trends.calculate")
    assert not PathBook().verified(op)
    book = PathBook({"trends.calculate": "PUT /own/{trendId}/run"})
    assert book.verified(op)
    assert book.route(op) == Route("PUT", "/own/{trendId}/run", "user")
    assert book.fill(op, {"trendId": "a/b c"}) == "/own/a%2Fb%20c/run"


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        ({"trends.calculat": "/x"}, "no operation"),
        ({"trends.calculate": "x"}, "is no path"),
        ({"trends.calculate": "/x"}, "no place for trendId"),
        ({"trends.calculate": "/x/{reportId}"}, "unknown placeholders: reportId"),
    ],
)
def test_bad_paths_are_refused(paths: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        PathBook(paths)
