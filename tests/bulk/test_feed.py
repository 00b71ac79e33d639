"""Few pieces of the inputs are open at once, however many there are: memory stays flat."""

from __future__ import annotations

import itertools
from types import SimpleNamespace
from typing import Any, cast

from synerise_frames.bulk.cell import Cell
from synerise_frames.bulk.feed import _MOST_OPEN, Feed, Tag
from synerise_frames.bulk.ids import check


def test_an_endless_source_is_read_as_far_as_answers_come() -> None:
    read = itertools.count()
    pieces = (check([str(next(read)), str(next(read))], "id") for _ in itertools.count())
    template = SimpleNamespace(
        path="/x", method="POST", body=lambda profile: b"", scopes=lambda profile: ()
    )
    unit = SimpleNamespace(template=template, positions=(0,))
    feed = Feed(pieces, cast("Any", [unit]), str.encode, [], repeats=False)
    calls = feed.calls()
    asked = list(itertools.takewhile(lambda call: call is not None, itertools.islice(calls, 100)))
    assert len(asked) == 2 * _MOST_OPEN
    assert next(calls) is None
    # A later piece that is done waits for the first one, and no further one is opened.
    for call in asked[2:]:
        tag = cast("Tag", call.tag)
        tag.chunk.put(tag.row, 0, Cell("ok"))
    assert list(feed.done()) == []
    assert next(calls) is None
    for call in asked[:2]:
        tag = cast("Tag", call.tag)
        tag.chunk.put(tag.row, 0, Cell("ok"))
    assert [chunk.number for chunk in feed.done()] == [*range(_MOST_OPEN)]
    assert next(calls) is not None
    assert next(read) <= 2 * (_MOST_OPEN + 2)
