"""``df.synerise``: the kind of a frame, and the way to its picture."""

import inspect
from functools import partial
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.axes import Axes

from synerise_frames import ConfigError, plotting, provenance
from synerise_frames.plotting import accessor, breakdowns, of_profiles, of_two, over_time
from synerise_frames.plotting.accessor import Plot
from synerise_frames.plotting.recognise import PICTURES
from synerise_frames.schema import kinds

# What cannot be told apart by columns, is taken for the first of its like.
SAME = {"histogram": "trend", "expression": "aggregate"}


@pytest.mark.parametrize("kind", kinds())
def test_kind_from_attrs_or_else_from_columns(make, kind) -> None:
    dims = {"department": []} if kind == "report" else None
    df = make(kind, {}, dims)
    assert df.synerise.kind == kind
    df.attrs.clear()
    assert df.synerise.kind == SAME.get(kind, kind)
    assert df.assign(more=1).synerise.kind == SAME.get(kind, kind)


def test_attrs_that_name_no_kind_of_ours_do_not_count(make) -> None:
    df = make("funnel", {})
    df.attrs["kind"] = "sandwich"
    assert df.synerise.kind == "funnel"


def test_unknown_frame_is_told_how_to_name_the_picture() -> None:
    df = pd.DataFrame({"a": [1]})
    with pytest.raises(ConfigError) as caught:
        df.synerise.plot()
    assert all(kind in caught.value.hint for kind in PICTURES)


@pytest.mark.parametrize("kind", ["listing", "directories"])
def test_lists_have_no_picture(make, kind) -> None:
    with pytest.raises(ConfigError, match="no picture") as caught:
        make(kind, {}).synerise.plot()
    assert "sankey" in caught.value.hint


def test_every_kind_but_lists_has_a_function_and_a_method() -> None:
    assert set(PICTURES) == set(kinds()) - {"listing", "directories"}
    assert set(plotting.__all__) == {*PICTURES, "plot"}
    for kind in PICTURES:
        twin = inspect.signature(getattr(plotting, kind))
        assert list(twin.parameters)[:2] == ["df", "ax"]
        method = getattr(Plot, kind)
        own = list(inspect.signature(method).parameters.values())
        assert own[0].name == "self"
        assert own[1:] == list(twin.parameters.values())[1:]
        assert method.__doc__.startswith(getattr(plotting, kind).__doc__.partition("\n")[0])
        assert f"plotting.{kind}`" in method.__doc__


def test_method_twin_and_call_draw_the_same(timeline) -> None:
    df = timeline({"a": [1, 2]})
    drawn = [df.synerise.plot(), df.synerise.plot.trend(), plotting.trend(df), plotting.plot(df)]
    assert {tuple(ax.lines[0].get_ydata()) for ax in drawn} == {(1.0, 2.0)}
    assert len({id(ax.figure) for ax in drawn}) == 4


@pytest.mark.parametrize("kind", PICTURES)
def test_each_method_goes_to_its_twin(make, monkeypatch, kind) -> None:
    df, asked = make(kind, {}), []
    # Which drawing a function asks for is not what makes it the twin.
    for module in (breakdowns, of_profiles, of_two, over_time):
        monkeypatch.setattr(module, "draw", lambda *args, **options: asked.append((args, options)))
    for draw in (partial(getattr(plotting, kind), df), getattr(df.synerise.plot, kind)):
        draw("axes", title="T")
    assert asked[0] == asked[1]
    assert asked[1][0][1] is df
    assert asked[1][0][2] == "axes"
    assert asked[1][1]["title"] == "T"


def test_unknown_option_lists_those_there_are(timeline) -> None:
    with pytest.raises(ConfigError, match="'colour'") as caught:
        timeline({"a": [1]}).synerise.plot(colour="red")
    assert "ax, top, area, rest, title, figsize" in caught.value.hint


def test_picture_of_another_kind_says_which_columns_are_missing(make) -> None:
    with pytest.raises(ConfigError, match="bucket_start"):
        make("metric", {}).synerise.plot.trend()


def test_times_that_are_none_are_refused(timeline) -> None:
    df = timeline({"a": [1]})
    df["bucket_start"] = df["bucket_start"].astype("string")
    with pytest.raises(ConfigError, match="no times") as caught:
        df.synerise.plot()
    assert "to_datetime" in caught.value.hint


def test_title_is_the_name_of_the_analysis_with_the_window_below(timeline, texts) -> None:
    window = {"type": "absolute", "start": "2017-03-09T00:00:00", "end": "2017-03-11T00:00:00"}
    ax = timeline({"a": [1, 2]}, analysis_name="Baskets", window=window).synerise.plot()
    assert ax.get_title(loc="left") == "Baskets"
    subtitle = " ".join(texts(ax, "subtitle"))
    assert "9 Mar 2017 – 10 Mar 2017" in subtitle
    assert "per day" in subtitle
    assert "America/New_York" in subtitle
    own = timeline({"a": [1]}, analysis_name="Baskets").synerise.plot(title="Mine")
    assert own.get_title(loc="left") == "Mine"


def test_old_data_says_so(timeline, texts) -> None:
    attrs = {"source": "stale", "fetched_at": "2018-01-01T12:30:00-05:00"}
    ax = timeline({"a": [1]}, **attrs).synerise.plot()
    assert "stale copy of 2018-01-01T12:30" in texts(ax, "subtitle")[0].replace("\n", " ")


def test_explain_and_to_parquet_delegate(timeline, tmp_path: Path) -> None:
    df = timeline({"a": [1, 2]}, analysis_name="Baskets")
    assert df.synerise.explain() == provenance.explain(df)
    written = df.synerise.to_parquet(tmp_path / "a.parquet")
    assert len(pd.read_parquet(written)) == 2


def test_accessor_reads_only(timeline) -> None:
    df = timeline({"a": [1, None]}, analysis_name="Baskets")
    before, attrs = df.copy(deep=True), dict(df.attrs)
    df.synerise.plot()
    pd.testing.assert_frame_equal(df, before)
    assert df.attrs == attrs
    with pytest.raises(AttributeError):
        df.synerise.kind = "trend"
    assert "trend" in repr(df.synerise.plot)
    assert repr(df.synerise) == "<synerise: .compare, .explain, .kind, .plot, .to_parquet>"


def test_registering_again_is_no_harm() -> None:
    # pandas warns when an accessor is replaced, and warnings are errors here.
    accessor.register()
    assert pd.DataFrame.synerise is accessor.SyneriseAccessor


def test_figsize_is_that_of_the_new_figure(timeline) -> None:
    ax: Axes = timeline({"a": [1]}).synerise.plot(figsize=(3, 2))
    assert tuple(ax.figure.get_size_inches()) == (3, 2)
    assert plt.get_fignums() == [ax.figure.number]
