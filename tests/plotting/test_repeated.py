"""Rows about one thing that are in a frame twice: what the picture does with them is told."""

import pandas as pd
import pytest

from synerise_frames.errors import SyneriseWarning

FRAMES = {
    "funnel": (
        {"group": [None] * 2, "step": [1, 2], "name": ["a", "b"], "value": [9, 4]},
        None,
        "2 too many, and only the last",
    ),
    "sankey": (
        {"step": [1], "source": ["a"], "target": ["b"], "value": [9]},
        None,
        "1 too many, and their flows are added up",
    ),
    "metric": ({"metric_id": ["m"], "metric": ["Revenue"], "value": [3.0]}, None, "each is drawn"),
    "segmentation": ({"segment": ["a", "b"], "value": [3, 4]}, None, "2 too many, and each"),
    "report": (
        {"row": [0, 1], "metric": ["m"] * 2, "value": [1.0, 2.0]},
        {"store": ["n", "s"]},
        "2 too many, and each is drawn",
    ),
    "membership": (
        {"profile": ["1"], "segmentation_id": ["s"], "segmentation": ["S"], "member": [True]},
        None,
        "only the last",
    ),
}


@pytest.mark.parametrize("kind", FRAMES)
def test_two_pulls_in_one_frame_are_told(make, kind) -> None:
    columns, dims, told = FRAMES[kind]
    one = make(kind, columns, dims)
    one.synerise.plot()  # a warning would be an error
    both = pd.concat([one, one])
    with pytest.warns(SyneriseWarning, match=told) as caught:
        both.synerise.plot()
    assert [w.filename for w in caught] == [__file__]
    # What the warning says to do is enough.
    hint = str(caught[0].message).rpartition(": df.")[2].rstrip(".")
    kept = eval(f"df.{hint}", {"df": both})
    assert len(kept) == len(one)
    kept.synerise.plot()


def test_a_report_of_two_metrics_repeats_nothing(make) -> None:
    data = {"row": [0, 0, 1, 1], "metric": ["m", "n"] * 2, "value": [1.0, 2.0, 3.0, 4.0]}
    make("report", data, {"store": ["a", "a", "b", "b"]}).synerise.plot()
