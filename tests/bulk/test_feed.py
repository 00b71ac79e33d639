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
    asked = list(itertools.takewhile(bool, itertools.islice(calls, 200_000)))
    chunks = list(dict.fromkeys(cast("Tag", call.tag).chunk for call in asked))
    assert len(chunks) == _MOST_OPEN
    assert len(asked) < 100_000
    assert next(calls) is None
    # Later chunks that are done wait for the first one, and no further one is opened.
    for call in asked:
        tag = cast("Tag", call.tag)
        if tag.chunk is not chunks[0]:
            tag.chunk.put(tag.row, 0, Cell("ok"))
    assert list(feed.done()) == []
    assert next(calls) is None
    for call in asked:
        tag = cast("Tag", call.tag)
        if tag.chunk is chunks[0]:
            tag.chunk.put(tag.row, 0, Cell("ok"))
    assert [chunk.number for chunk in feed.done()] == [*range(_MOST_OPEN)]
    assert next(calls) is not None
    # Hardly more was read than is asked for.
    assert next(read) <= 2 * len(asked)
