"""Bodies of requests: what is given is sent, or refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from synerise_frames.errors import ConfigError
from synerise_frames.periods import between
from synerise_frames.wire.bodies import date_filter, variable_list


@pytest.mark.parametrize(
    "given",
    [{"campaign": 7}, [{"name": "campaign", "value": 7}], ({"name": "campaign", "value": 7},)],
)
def test_variables_are_sent_as_objects(given: Any) -> None:
    assert variable_list(given) == [{"name": "campaign", "value": 7}]


@pytest.mark.parametrize("given", [5, "campaign", [1], iter([{"name": "campaign"}])])
def test_what_are_no_variables_is_told_and_not_left_out(given: Any) -> None:
    with pytest.raises(ConfigError, match="variables="):
        variable_list(given)


@pytest.mark.parametrize(
    ("start", "end", "tz"),
    [
        (date(1, 1, 1), date(1, 1, 2), "Asia/Tokyo"),
        ("9999-12-31T00:00", "9999-12-31T22:00", "America/New_York"),
    ],
)
def test_a_window_at_the_end_of_the_calendar_is_refused(start: Any, end: Any, tz: str) -> None:
    with pytest.raises(ConfigError, match="beyond all dates") as told:
        date_filter(between(start, end), tz)
    assert told.value.hint
    assert date_filter(between("0002-01-01", "9998-12-31"), tz)["from"].startswith("0002-01-01")
