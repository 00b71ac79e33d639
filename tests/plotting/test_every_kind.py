"""What holds for the picture of every kind: no rows, one, many; any script; the caller's axes."""

import matplotlib.pyplot as plt
import pytest

from synerise_frames.plotting.recognise import PICTURES

DAY = [f"2017-03-{d:02d}T00:00:00-05:00" for d in range(1, 12)]
NAMES = [
    "Plain",
    "A name so long that nobody would want to see all of it on any slide at all",
    "东京的客户",
    "לקוחות קבועים",
    "عملاء جدد",
    "$5 off, $10 back_{x}",
    "_hidden",
    "two\nlines\tand\x07 bell",
    "",
    None,
]


def columns(kind: str, n: int) -> tuple[dict, dict | None]:
    """Give n rows of a kind, with difficult names and missing values."""
    name = [NAMES[i % len(NAMES)] for i in range(n)]
    value = [None if i == 3 else 10.0 * i + 1 for i in range(n)]
    ids = [str(i) for i in range(n)]
    bucket = {
        "bucket_start": [DAY[i % 10] for i in range(n)],
        "bucket_end": [DAY[i % 10 + 1] for i in range(n)],
        "value": value,
        "is_partial": [i % 10 == 9 for i in range(n)],
    }
    count = [None if v is None else int(v) for v in value]
    values = {
        "profile": ids,
        "name": ["Spend"] * n,
        "result": [None if v is None else str(v) for v in value],
        "value": value,
    }
    return {
        "trend": ({"series_id": ids, "series": name, **bucket}, None),
        "histogram": ({"series_id": ids, "series": name, **bucket}, None),
        "aggregate_history": ({"aggregate_id": ids, "profile": name, **bucket}, None),
        "funnel": ({"group": [None] * n, "step": range(1, n + 1), "name": name, "value": count}, 0),
        "report": ({"row": range(n), "metric": ["m"] * n, "value": value}, {"dim": name}),
        "metric": ({"metric_id": ids, "metric": name, "value": value}, None),
        "sankey": ({"step": [1] * n, "source": name, "target": ids, "value": count}, None),
        "segmentation": ({"segment_id": ids, "segment": name, "value": count}, None),
        "segment_profiles": ({"segment": range(n), "profile_id": ids}, None),
        "membership": (
            {"profile": ids, "segmentation_id": ids, "segmentation": name, "member": [True] * n},
            None,
        ),
        "aggregate": (values, None),
        "expression": ({**values, "value": [None] * n, "result": name}, None),
        "ledger": (
            {
                "profile": ids,
                "analysis_id": ids,
                "name": name,
                "value": value,
                "status": [("ok", "error", "not_found")[i % 3] for i in range(n)],
                "attempts": [i % 3 for i in range(n)],
            },
            None,
        ),
        "changes": (
            {
                "segment": name,
                "status": [("changed", "new", "gone")[i % 3] for i in range(n)],
                "old": value,
                "new": value,
                "difference": value,
            },
            None,
        ),
        "comparison": (
            {"segment": name, "value": value, "baseline": [5.0] * n, "change": [0.5] * n},
            None,
        ),
    }[kind]


@pytest.mark.parametrize("kind", PICTURES)
@pytest.mark.parametrize("n", [0, 1, 10, 60])
def test_drawn_without_a_warning(make, kind, n) -> None:
    data, dims = columns(kind, n)
    data = {k: list(v) for k, v in data.items()}
    df = make(kind, data, dims or None, analysis_name="客户 $a$ _b_")
    ax = df.synerise.plot()
    assert len(plt.get_fignums()) == 1
    # Warnings for missing glyphs, layouts and limits come when it is drawn; they are errors.
    ax.figure.canvas.draw()
    assert ax.get_title(loc="left").endswith("$a$ _b_")


@pytest.mark.parametrize("kind", PICTURES)
def test_empty_frame_says_no_data(make, texts, kind) -> None:
    ax = make(kind, {}, analysis_name="Mine").synerise.plot()
    assert "no data" in texts(ax)
    assert ax.get_title(loc="left") == "Mine"


@pytest.mark.parametrize("kind", PICTURES)
def test_all_missing_values_are_no_error(make, kind) -> None:
    data, dims = columns(kind, 4)
    data = {k: list(v) for k, v in data.items()} | {"value": [None] * 4}
    if kind in {"segment_profiles", "membership"}:
        data.pop("value")
    make(kind, data, dims or None).synerise.plot().figure.canvas.draw()


@pytest.mark.parametrize("kind", PICTURES)
@pytest.mark.parametrize("layout", [None, "constrained"])
def test_the_callers_axes_are_used_and_returned(make, kind, layout) -> None:
    data, dims = columns(kind, 10)
    df = make(kind, {k: list(v) for k, v in data.items()}, dims or None)
    figure, (left, right) = plt.subplots(1, 2, layout=layout)
    size = tuple(figure.get_size_inches())
    assert df.synerise.plot(ax=left) is left
    figure.canvas.draw()
    assert figure.axes == [left, right]
    assert tuple(figure.get_size_inches()) == size
    assert plt.get_fignums() == [figure.number]
    assert not right.has_data()


@pytest.mark.parametrize("kind", PICTURES)
def test_dark_grounds_keep_the_texts_of_the_style(make, kind) -> None:
    data, dims = columns(kind, 10)
    df = make(kind, {k: list(v) for k, v in data.items()}, dims or None)
    with plt.style.context("dark_background"):
        ax = df.synerise.plot()
        assert ax.title.get_color() == "white"
        assert {t.get_color() for t in ax.get_yticklabels()} <= {"white"}
        ax.figure.canvas.draw()


def test_names_are_written_as_they_are(make, texts) -> None:
    names = [n for n in NAMES if n]
    value = list(range(len(names), 0, -1))
    ax = make("segmentation", {"segment": names, "value": value}).synerise.plot()
    drawn = [t.get_text() for t in ax.get_yticklabels()]
    assert drawn[0] == "Plain"
    assert drawn[1].endswith("…")
    assert len(drawn[1]) < 40
    assert drawn[3:7] == ["לקוחות קבועים", "عملاء جدد", "$5 off, $10 back_{x}", "_hidden"]
    assert drawn[7] == "two lines and bell"
    assert not any(t.get_parse_math() for t in ax.get_yticklabels())
