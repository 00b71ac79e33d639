"""Bodies of requests: what is given is sent, or refused."""

from __future__ import annotations

from typing import Any

import pytest

from synerise_frames.errors import ConfigError
from synerise_frames.wire.bodies import variable_list


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
