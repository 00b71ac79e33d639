"""What a newcomer stumbled over once."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import synerise_frames as sf
from synerise_frames import cli
from synerise_frames.kinds.zones import warn_of_zone
from synerise_frames.periods import Interval
from synerise_frames.sandbox.launch import launch


@pytest.fixture(scope="module")
def own() -> Iterator[sf.Workspace]:
    with sf.demo() as workspace:
        yield workspace


def test_a_trend_that_is_gone_is_left_out_with_a_word(own: sf.Workspace) -> None:
    before = own.trends.list()["id"].tolist()
    own.trends.remember("zzz")
    for ask in (own.trends.list, lambda: own.trends.find("Baskets per day")):
        with pytest.warns(sf.SyneriseWarning, match=r"forget\('zzz'\)") as told:
            ask()
        # In the code of whoever asked.
        assert {one.filename for one in told} == {__file__}
    with pytest.warns(sf.SyneriseWarning, match=r"forget\('zzz'\)"):
        assert own.trends.list()["id"].tolist() == before
    own.trends.forget("zzz")
    assert own.trends.list()["id"].tolist() == before


def test_what_is_looked_for_is_text(own: sf.Workspace) -> None:
    for ask in (
        lambda: own.trends.list(search=5),
        lambda: own.metrics.list(search=5),
    ):
        with pytest.raises(sf.ConfigError, match="=5 is no text"):
            ask()


@pytest.mark.parametrize(
    ("family", "name", "ask"),
    [
        ("trends", "Baskets per day", lambda ws, name: ws.trends.calculate(name)),
        ("trends", "Baskets per day", lambda ws, name: ws.trends.get(name)),
        ("metrics", "Revenue", lambda ws, name: ws.metrics.calculate(name)),
        ("aggregates", "Spend", lambda ws, name: ws.aggregates.calculate(name, 1)),
        ("aggregates", "Spend", lambda ws, name: ws.aggregates.history(name, 1)),
        ("segmentations", "Shoppers by size", lambda ws, name: ws.segmentations.calculate(name)),
    ],
)
def test_a_name_in_place_of_an_id_is_told_as_one(
    own: sf.Workspace, family: str, name: str, ask: Callable[[sf.Workspace, str], object]
) -> None:
    kind = getattr(own, family)
    if name not in [*kind.list()["name"]]:
        name = kind.list()["name"].iloc[0]
    for given in (name, name.lower()):
        with pytest.raises(sf.NotFound) as caught:
            ask(own, given)
        told = f"That is the name of one: ws.{family}.find({name!r}) gives its id."
        assert caught.value.hint == told
    with pytest.raises(sf.NotFound) as caught:
        ask(own, "no such name")
    assert caught.value.hint.startswith(
        f"If that is a name, ws.{family}.find('no such name') gives the id. "
    )
    with pytest.raises(sf.NotFound) as caught:
        ask(own, "nope")
    assert "name of one" not in caught.value.hint
    assert "If that is" not in caught.value.hint


def test_a_wrong_path_of_the_users_own_is_told_from_a_wrong_id(own: sf.Workspace) -> None:
    api = own.context.api
    paths = {"trends.calculate": "/analytics/wrong/{trendId}"}
    trend = own.trends.list()["id"].iloc[0]
    # The same server and key, another opinion about a path.
    from synerise_frames.wire.api import Api
    from synerise_frames.wire.paths import PathBook

    other = Api(api._client, api._auth, PathBook(paths, trusted=True), api.tenant)
    body = {"variables": []}
    with pytest.raises(sf.PathNotVerified, match=r"/analytics/wrong/.*user"):
        other.call("trends.calculate", path={"trendId": trend}, body=body)
    with pytest.raises(sf.NotFound, match="no trend 'nope'"):
        other.call("trends.calculate", path={"trendId": "nope"}, body=body)


def test_a_refused_write_drops_nothing_and_a_made_one_does(own: sf.Workspace) -> None:
    metric = own.metrics.find("Buyers")
    own.metrics.calculate(metric)
    kept = own.cache.info().files
    assert kept
    with pytest.raises(sf.InvalidRequest):
        own.metrics.create({"x": 1})
    with pytest.raises(sf.NotFound):
        own.metrics.delete("nope")
    assert own.cache.info().files >= kept
    own.metrics.delete(own.metrics.create(own.metrics.get(metric)))
    assert own.metrics.calculate(metric).attrs["source"] == "live"


def test_ids_may_be_a_column(own: sf.Workspace) -> None:
    with pytest.raises(sf.PermissionDenied, match="gives this to user"):
        own.delete_many(metrics=own.metrics.list()["id"])


def test_find_looks_again_before_it_says_no(own: sf.Workspace) -> None:
    own.funnels.list()
    # Somebody else saves one, of which this client's cache knows nothing.
    analysis = own.funnels.get(own.funnels.list()["id"].iloc[0])["analysis"]
    api = own.context.api
    memory, api.memory = api.memory, None
    try:
        made = own.funnels.create({**analysis, "title": "Made elsewhere"})
    finally:
        api.memory = memory
    assert own.funnels.find("Made elsewhere") == made


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"host": "eu_azure"}, "'eu-azure'"),
        ({"host": "somewhere"}, "neither an address nor a region"),
        ({"limits": 5}, r"RateLimits\(per_second=50\)"),
        ({"retry": 5}, "RetryPolicy"),
        ({"cache": 5}, "CachePolicy"),
    ],
)
def test_wrong_arguments_are_told_at_once(arguments: dict[str, object], words: str) -> None:
    with pytest.raises(sf.ConfigError, match=words):
        sf.connect(api_key="some-key", **arguments)  # type: ignore[arg-type]


def test_a_region_is_a_host() -> None:
    assert "api.geb.synerise.com" in repr(sf.connect(api_key="some-key", host="gcp"))


def test_the_librarys_own_words_are_not_masked() -> None:
    with pytest.raises(sf.ConfigError, match=r"api_key= or username="):
        sf.connect(api_key="some-key", username="u", password="p-of-the-user")


def test_a_cache_folder_that_cannot_be_used_is_a_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "http-1").write_text("")
    for command in ("info", "prune", "clear"):
        assert cli.main(["cache", command, "--folder", str(tmp_path)]) == 2
        assert "cannot be used" in capsys.readouterr().err


@pytest.mark.parametrize("interval", ["1D", "7D"])
def test_readers_take_an_interval_as_text(interval: str) -> None:
    payload = [{"date": "2024-01-01", "value": 1}]
    frame = sf.frames.trend(payload, tz="Europe/Warsaw", interval=interval)
    width = frame["bucket_end"] - frame["bucket_start"]
    assert width.dt.days.tolist() == [int(interval[0])]


def test_the_last_bucket_ends_with_its_window(ws: sf.Workspace) -> None:
    baskets = ws.trends.find("Baskets per day")
    for interval in ("1W", "1M", "6h"):
        november = ws.trends.calculate(
            baskets, dates=sf.between("2017-11-01", "2017-11-30T03:00"), interval=interval
        )
        assert november["bucket_end"].max() == pd.Timestamp(
            "2017-11-30T03:00", tz="America/New_York"
        )
        assert (november["bucket_end"] > november["bucket_start"]).all()
    # Of a window that ends now, the last one goes on.
    with sf.demo(now="2017-11-15T14:30") as early:
        today = early.trends.calculate(
            early.trends.find("Baskets per day"), dates=sf.last(3, "days"), interval="1D"
        )
    last = today.iloc[-1]
    assert last["bucket_end"] == pd.Timestamp("2017-11-16", tz="America/New_York")
    assert last["is_partial"]


def test_a_lone_bucket_that_the_window_cuts_has_no_guessed_end(ws: sf.Workspace) -> None:
    # December, which is over: 2 January would be a month after the window's start.
    december = ws.trends.calculate(
        ws.trends.find("Baskets per day"), dates=sf.last(30, "days"), interval="1M"
    )
    assert len(december) == 1
    assert december[["bucket_end", "is_partial"]].isna().all(axis=None)
    # No calendar goes back so far.
    years = ws.trends.calculate(
        ws.trends.find("Baskets per day"), dates=sf.last(10_000, "years"), interval="1Y"
    )
    assert years["value"].sum() > 0


@pytest.mark.parametrize(
    "asked",
    [
        {"dates": sf.between("2017-03-01", "2017-03-05"), "interval": "1D"},
        {"dates": sf.last(50, "days"), "interval": "1M"},
        {"dates": sf.last(30, "days"), "interval": "1W"},
    ],
)
def test_days_that_begin_in_the_middle_of_a_day_are_the_sign_of_a_wrong_zone(
    asked: dict[str, object],
) -> None:
    with launch() as sandbox:
        trend = sandbox.definitions["trend"][0]
        given = {"host": sandbox.url, "api_key": sandbox.api_key, "cache": False}
        with (
            sf.connect(**given, tz="Europe/Warsaw") as wrong,
            warnings.catch_warnings(record=True) as caught,
        ):
            warnings.simplefilter("always")
            # At a clock of its own: at six of the real one, buckets might go back from the moment.
            noon = sandbox.now.replace(hour=12)
            at = sf.Workspace(replace(wrong.context, now=lambda: noon), wrong.cache)
            at.trends.calculate(trend, **asked)
            # Hours begin in any zone where they do.
            at.trends.calculate(trend, dates=sf.last(50, "hours"), interval="6h")
        told = [
            str(one.message)
            for one in caught
            if not isinstance(one.message, sf.UnverifiedPathWarning)
        ]
        assert told == [
            "Days begin at 06:00 in Europe/Warsaw, as if the workspace were in another zone: days "
            "and windows are wrong then. Pass tz=, the zone of the workspace."
        ]
        with (
            sf.connect(**given, tz="America/New_York") as right,
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("error")
            warnings.simplefilter("ignore", sf.UnverifiedPathWarning)
            right.trends.calculate(trend, **asked)


def test_buckets_that_go_back_from_the_moment_are_no_sign_of_a_wrong_zone() -> None:
    frame = pd.DataFrame(
        {"bucket_start": pd.date_range("2024-03-01T14:30", periods=3, tz="Europe/Warsaw")}
    )
    known = {"interval": Interval(1, "DAYS"), "tz": "Europe/Warsaw"}
    begun = frame["bucket_start"][0].to_pydatetime()
    assert warn_of_zone(frame, {**known, "window_start": begun}) is frame
    with pytest.warns(sf.SyneriseWarning, match="begin at 14:30"):
        warn_of_zone(frame, {**known, "window_start": begun + pd.Timedelta(hours=2)})
