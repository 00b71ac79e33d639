"""Recipes: what they may say, and where they are told to be wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

import synerise_frames as sf
from synerise_frames.periods import Interval
from synerise_frames.syncing.places import line_of
from synerise_frames.syncing.recipe import read_recipe

GOOD = """\
# Of the shop.
root = "data"

[workspace]
tz = "Europe/Warsaw"
per_second = 20

[[dataset]]
name = "baskets"
kind = "trend"
analysis = "Baskets per day"
from = 2017-01-01
window = "week"
look_back = "7 days"

[[dataset]]
name = "values"
kind = "profiles"
ids = "ids.parquet"
aggregates = ["Baskets"]
keep = "days"

[[dataset]]
name = "funnel"
kind = "funnel"
analysis = "98c92d01-d274-576f-bfea-6751ca61b1dd"
from = "2017-01-01"
partition = ["window_start:month", "group"]
[dataset.variables]
campaign = "7"
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "shop.toml"
    path.write_text(text)
    return path


def test_a_recipe_is_read(tmp_path: Path) -> None:
    made = read_recipe(written(tmp_path, GOOD))
    assert made.root == str(tmp_path / "data")
    assert made.workspace == {"tz": "Europe/Warsaw", "per_second": 20.0}
    baskets, values, funnel = made.datasets
    assert (baskets.window, baskets.interval) == ("week", "1 days")
    assert baskets.look_back == Interval(7, "DAYS")
    assert baskets.partition == ("bucket_start:week",)
    assert values.bulk["ids"] == str(tmp_path / "ids.parquet")
    assert (values.partition, values.every) == (("window_start:day",), Interval(1, "DAYS"))
    assert funnel.variables == {"campaign": "7"}
    assert funnel.partition == ("window_start:month", "group")


@pytest.mark.parametrize(
    ("old", "new", "line", "says", "hint"),
    [
        ('kind = "trend"', 'kind = "trnd"', 10, "no kind 'trnd'", "'trend'"),
        ("look_back", "lookback", 14, "no key 'lookback'", "'look_back'"),
        ('"week"', '"weak"', 13, "no window 'weak'", "'week'"),
        ('"7 days"', '"7 dayz"', 14, "look_back", "7D"),
        ("2017-01-01\n", '"01.01.2017"\n', 12, "no day", "2024-01-31"),
        ('"week"', '"month"\ninterval = "1W"', 14, "do not fill a month", 'window = "week"'),
        ('"week"', '"week"\ninterval = "5h"', 14, "buckets of 5 hours do not fill", '"1D"'),
        ("Europe/Warsaw", "Mars/Olympus", 5, "no time zone", "Europe/Warsaw"),
        ("tz =", "zone =", 5, "no key 'zone'", "tz"),
        ("tz =", "api_key =", 5, "no place in a recipe", "SYNERISE_API_KEY"),
        ("per_second = 20", "per_second = -1", 6, "above 0", ""),
        ('name = "values"', 'name = "Baskets"', 17, "line 9", ""),
        ('name = "values"', 'name = "../up"', 17, "folder's name", ""),
        ('aggregates = ["Baskets"]\n', "", 16, "nothing is asked", "aggregates"),
        ('keep = "days"', 'window = "day"', 21, "takes no window", "aggregates"),
        ("_start:month", "_start:year", 28, "several windows", "window_start:month"),
        ("window_start:month", "profile", 28, "called as persons", "another column"),
        ("window_start:month", "metric", 28, "window_start with its unit", "window_start:month"),
        ('campaign = "7"', 'campaign = "7', 30, "no TOML", "quotes"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, says: str, hint: str
) -> None:
    assert old in GOOD
    with pytest.raises(sf.ConfigError) as caught:
        read_recipe(written(tmp_path, GOOD.replace(old, new, 1)))
    told = caught.value.message
    assert "shop.toml" in told
    assert f"line {line}" in told
    assert says in told
    assert hint in caught.value.hint


@pytest.mark.parametrize("root", ["memory://", "file:///", "s3://"])
def test_a_url_without_a_folder_is_no_root(tmp_path: Path, root: str) -> None:
    with pytest.raises(sf.ConfigError, match="names no folder"):
        read_recipe(written(tmp_path, f'root = "{root}"'))


def test_a_recipe_of_windows_notepad(tmp_path: Path) -> None:
    path = tmp_path / "shop.toml"
    path.write_text(GOOD, encoding="utf-8-sig")
    assert read_recipe(path).datasets


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ('analysis = ["b", "b"]\nfrom = 2017-01-01', "names 'b' twice"),
        ('analysis = "b"\nfrom = 2017-01-01\nevery = "7 days"', "windows say what is due"),
    ],
)
def test_what_excludes_itself_is_told(tmp_path: Path, more: str, says: str) -> None:
    text = f'root = "x"\n[[dataset]]\nname = "a"\nkind = "metric"\n{more}'
    with pytest.raises(sf.ConfigError, match=says):
        read_recipe(written(tmp_path, text))


def test_a_secret_is_never_told(tmp_path: Path) -> None:
    text = GOOD.replace('tz = "Europe/Warsaw"', 'api_key = "swordfish"')
    with pytest.raises(sf.ConfigError) as caught:
        read_recipe(written(tmp_path, text))
    assert "swordfish" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "root is missing"),
        ('root = "x"', "no data set"),
        ('root = "x"\ndataset = 3', "no data set"),
        ('root = "x"\n[[dataset]]\nname = "a"\nkind = "trend"', "analysis is missing"),
        ('root = "x"\n[[dataset]]\nname = "a"\nkind = "trend"\nanalysis = "b"', "needs from"),
        ('root = "x"\n[[dataset]]\nname = "a"\nkind = "sankey"\nanalysis = "b"\nfrom = 2017-01-01',
         "takes no from"),
        ('root = "x"\n[[dataset]]\nname = "a"\nkind = "metric"\nanalysis = "b"\nwindow = "day"',
         "window needs from"),
    ],
)  # fmt: skip
def test_what_is_missing_is_told(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(sf.ConfigError, match=says):
        read_recipe(written(tmp_path, text))


def test_a_recipe_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(sf.ConfigError, match="Cannot read the recipe"):
        sf.sync(tmp_path / "none.toml")


def test_lines_are_found_whatever_is_around_them() -> None:
    text = (
        'title = """\n[[dataset]]\nkind = "no"\n"""\n'
        "[[dataset]]  # first\n"
        "'kind' = 1\n"
        "a.b = 2\n"
        "[dataset.filter]\nkind = 3\n"
        "[[dataset]]\nkind = 4\n"
    )
    assert line_of(text, ("title",)) == 1
    assert line_of(text, ("dataset", 0)) == 5
    assert line_of(text, ("dataset", 0, "kind")) == 6
    assert line_of(text, ("dataset", 0, "a", "b")) == 7
    assert line_of(text, ("dataset", 0, "filter", "kind")) == 9
    assert line_of(text, ("dataset", 1, "kind")) == 11
    assert line_of(text, ("dataset", 1, "none")) == 10
    assert line_of(text, ("none",)) is None
