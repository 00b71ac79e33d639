"""What comes back, as text."""

from __future__ import annotations

import pytest

from synerise_frames.http.message import Response
from synerise_frames.wire.codec import decode
from synerise_frames.wire.operations import operation

TEXT = "miasto,wartość\nŁódź,1\n"


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("text/csv", TEXT.encode()),
        ("text/csv; charset=UTF-8", TEXT.encode("utf-8-sig")),
        ('text/csv; header=present; charset="windows-1250"', TEXT.encode("cp1250")),
        ("text/csv;charset=utf-16", TEXT.encode("utf-16")),
        ("text/csv; charset=no-such", TEXT.encode()),
        ("text/csv; charset=ascii", TEXT.encode()),
        ("text/csv; charset=hex", TEXT.encode()),
    ],
)
def test_csv_is_read_as_its_content_type_says(kind: str, content: bytes) -> None:
    answer = Response(200, {"Content-Type": kind}, content)
    assert decode(operation("reports.preview_csv"), answer) == TEXT


def test_bytes_that_are_no_text_stop_nothing() -> None:
    answer = Response(200, {"Content-Type": "text/csv"}, b"a\n\xff\n")
    assert decode(operation("reports.preview_csv"), answer) == "a\n\ufffd\n"
