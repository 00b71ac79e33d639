"""What holds for the comparison of any two frames, of every kind, whatever they are called."""

import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import synerise_frames as sf
from synerise_frames.comparing import compare_periods
from synerise_frames.schema.tables import TABLES

# Rows of any cells are there twice, too.
pytestmark = pytest.mark.filterwarnings("ignore:.* are there twice:synerise_frames.SyneriseWarning")

KINDS = [
    "trend", "histogram", "aggregate_history", "funnel", "report", "metric", "sankey",
    "segmentation", "aggregate", "expression", "ledger",
]  # fmt: skip
DTYPES = {"string": "string", "Int64": "Int64", "Float64": "Float64", "boolean": "boolean"}
# Names that a result has, that joins of pandas make, and that say nothing.
# A busy machine is no failure.
SLOWLY = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ODD = [
    "status",
    "old",
    "new",
    "change",
    "difference",
    "baseline",
    "result",
    "value_old",
    "_order",
    "_merge",
    "position",
    "left",
    "right",
    "group",
    "step",
    "name",
    "kind",
    "change_dimension",
]
DIMENSIONS = st.lists(
    st.one_of(
        st.sampled_from(ODD),
        st.text(min_size=1, max_size=4),
    ).filter(lambda name: name not in {"row", "metric", "value"}),
    unique=True,
    max_size=3,
)
CELLS = {
    "string": st.one_of(st.none(), st.sampled_from(["", "a", "b", "A", "<NA>", "nan"])),
    "Int64": st.one_of(st.none(), st.integers(1, 3)),
    "Float64": st.one_of(st.none(), st.floats(-9, 9), st.sampled_from([float("inf"), 2.0**60])),
    "boolean": st.sampled_from([None, True, False]),
    "time": st.integers(0, 4),
}
DAYS = pd.date_range("2017-03-10", periods=6, tz="America/New_York", unit="us")


@st.composite
def frames(draw, kind: str, count: int) -> list[pd.DataFrame]:
    """Draw frames of one kind with the same dimensions."""
    columns = {column.name: column.dtype for column in TABLES[kind]}
    if kind == "report":
        names = draw(DIMENSIONS)
        columns = {"row": "Int64", **dict.fromkeys(names, "string"), "metric": "string"}
        columns["value"] = "Float64"
    made = []
    for _ in range(count):
        rows = draw(st.lists(st.tuples(*(CELLS[d] for d in columns.values())), max_size=6))
        cells = dict(zip(columns, zip(*rows, strict=True), strict=True)) if rows else {}
        frame = pd.DataFrame(
            {
                name: DAYS.take(list(cells.get(name, [])))
                if dtype == "time"
                else pd.array(list(cells.get(name, [])), dtype=DTYPES[dtype])
                for name, dtype in columns.items()
            }
        )
        if "bucket_end" in frame:
            frame["bucket_end"] = frame["bucket_start"] + pd.Timedelta(days=1)
        frame.attrs["kind"] = kind
        made.append(frame)
    return made


def alike_in_groups(old: pd.DataFrame, new: pd.DataFrame) -> bool:
    """Tell funnels that are not refused: both by group, both of all, or one without rows."""
    return not (len(old) and len(new)) or old["group"].isna().all() == new["group"].isna().all()


def are_two_metrics(old: pd.DataFrame, new: pd.DataFrame) -> bool:
    """Tell frames of one metric each that differ in id and name: they are refused."""
    known = [[set(one[c].dropna()) for one in (old, new)] for c in ("metric_id", "metric")]
    return all(len(a) == len(b) == 1 and a != b for a, b in known)


def cells(column: pd.Series) -> list[object]:
    return [None if pd.isna(v) else v for v in column]


@pytest.mark.parametrize("kind", KINDS)
@SLOWLY
@given(data=st.data())
def test_a_frame_and_itself_differ_in_nothing(kind, data) -> None:
    (frame,) = data.draw(frames(kind, 1))
    # In any order: rows that are equal in all that tells them apart keep theirs.
    same = sf.compare(frame, frame.copy())
    assert same.empty
    assert same.attrs["unchanged"] == len(frame)
    both = compare_periods(frame, frame.copy())
    assert len(both) == len(frame)
    pd.testing.assert_series_equal(both["value"], both["baseline"], check_names=False)
    known = both["difference"].dropna()
    assert (known == 0).all()


@pytest.mark.parametrize("kind", KINDS)
@SLOWLY
@given(data=st.data())
def test_old_and_new_exchanged_exchange_what_is_said(kind, data) -> None:
    old, new = data.draw(frames(kind, 2))
    assume(kind != "funnel" or alike_in_groups(old, new))
    forth, back = sf.compare(old, new), sf.compare(new, old)
    assert forth.dtypes.equals(back.dtypes)
    assert forth.attrs["unchanged"] == back.attrs["unchanged"]
    # Every row once: those of the new frame, and those that are gone.
    came, went = ((forth["status"] == s).sum() for s in ("new", "gone"))
    assert len(old) - went == len(new) - came == len(forth) - went - came + forth.attrs["unchanged"]
    turned = {"changed": "changed", "new": "gone", "gone": "new"}
    told = sorted(
        zip(forth["status"].map(turned), cells(forth["new"]), cells(forth["old"]), strict=True),
        key=str,
    )
    assert told == sorted(
        zip(back["status"], cells(back["old"]), cells(back["new"]), strict=True), key=str
    )
    differences = sorted(str(-v) if v else "0" for v in forth["difference"].dropna())
    assert differences == sorted(str(v) if v else "0" for v in back["difference"].dropna())


@pytest.mark.parametrize("kind", KINDS)
@SLOWLY
@given(data=st.data())
def test_period_and_baseline_exchanged_exchange_the_numbers(kind, data) -> None:
    new, old = data.draw(frames(kind, 2))
    assume(kind != "funnel" or alike_in_groups(old, new))
    assume(kind != "metric" or not are_two_metrics(old, new))
    forth, back = compare_periods(new, old), compare_periods(old, new)
    assert list(forth) == list(back)
    pairs = sorted(zip(cells(forth["value"]), cells(forth["baseline"]), strict=True), key=str)
    assert pairs == sorted(zip(cells(back["baseline"]), cells(back["value"]), strict=True), key=str)
    difference = {str(-v) if v else "0" for v in forth["difference"].dropna()}
    assert difference == {str(v) if v else "0" for v in back["difference"].dropna()}
