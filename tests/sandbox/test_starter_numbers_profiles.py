"""Funnels, sankeys, segmentations, aggregates and expressions, against pandas and plain loops."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest

ZONE = "America/New_York"
CLOCK = pd.Timestamp("2018-01-01", tz=ZONE)


def times(frame: pd.DataFrame) -> dict[int, list[pd.Timestamp]]:
    """The times of each profile's events, in order."""
    return {key: sorted(part) for key, part in frame.groupby("profile")["time"]}


def steps_of(profile: int, tables: list[dict[int, list[pd.Timestamp]]]) -> list[pd.Timestamp]:
    """When the profile took each step, as far as it came. The steps are of different actions."""
    taken: list[pd.Timestamp] = []
    for table in tables:
        own = table.get(profile, [])
        place = bisect_left(own, taken[-1]) if taken else 0
        if place == len(own):
            break
        taken.append(own[place])
    return taken


def summary(journeys: list[list[pd.Timestamp]], steps: int) -> tuple[list[int], list[Any]]:
    reached = [sum(len(j) > i for j in journeys) for i in range(steps)]
    means: list[Any] = []
    for i in range(1, steps):
        gaps = [(j[i] - j[i - 1]) / pd.Timedelta("1ms") for j in journeys if len(j) > i]
        means.append(pytest.approx(sum(gaps) / len(gaps), rel=1e-12) if gaps else None)
    return reached, means


def test_funnel_campaign_to_coupon_to_basket(engine: Any, definitions: Any, facts: Any) -> None:
    tables = [times(f) for f in (facts.receipts, facts.redemptions, facts.baskets)]
    journeys = [steps_of(profile, tables) for profile in facts.people.index]
    reached, means = summary(journeys, 3)
    assert reached[0] > reached[1] > 0
    titles = ["Campaign received", "Coupon redeemed", "Basket paid"]
    assert engine.funnel(analysis(definitions, "funnel", "Campaign to coupon to basket")) == {
        "calculationResult": [
            {"title": title, "value": value} for title, value in zip(titles, reached, strict=True)
        ],
        "timeBetweenSteps": means,
        "metadata": {},
    }


def test_funnel_by_income_group(engine: Any, definitions: Any, facts: Any) -> None:
    answer = engine.funnel(analysis(definitions, "funnel", "Campaign to coupon by income group"))
    tables = [times(f) for f in (facts.receipts, facts.redemptions)]
    groups: dict[str, list[list[pd.Timestamp]]] = defaultdict(list)
    for profile, income in facts.people["income"].items():
        journey = steps_of(profile, tables)
        if journey:
            groups["" if pd.isna(income) else income].append(journey)
    names = [*sorted(name for name in groups if name), ""]
    assert len(names) == 13
    found = [summary(groups[name], 2) for name in names]
    assert answer["calculationResult"] == [
        {"group": name or None, "title": title, "value": value}
        for name, (reached, _) in zip(names, found, strict=True)
        for title, value in zip(["Campaign received", "Coupon redeemed"], reached, strict=True)
    ]
    assert answer["timeBetweenSteps"] == [means for _, means in found]


def edges(
    starts: pd.DataFrame, start: str, events: dict[str, pd.DataFrame], steps: int
) -> Counter[tuple[int, str, str]]:
    """Follow every start event by hand; numbers of rows are their order."""
    own: dict[int, list[tuple[pd.Timestamp, str, int]]] = defaultdict(list)
    for name, frame in events.items():
        for number, profile, time in zip(frame.index, frame["profile"], frame["time"], strict=True):
            own[profile].append((time, name, number))
    for listed in own.values():
        listed.sort()
    found: Counter[tuple[int, str, str]] = Counter()
    for number, profile, time in zip(starts.index, starts["profile"], starts["time"], strict=True):
        listed = own[profile]
        following = listed[bisect_left(listed, (time, "", 0)) :]
        if start in events:
            # Not the event itself, nor those of its kind that come before it.
            following = [e for e in following if e[1] != start or e > (time, start, number)]
        names = [start, *(name for _, name, _ in following[:steps])]
        found.update((i, *edge) for i, edge in enumerate(pairwise(names), 1))
    return found


def test_sankey_after_a_campaign(engine: Any, definitions: Any, facts: Any) -> None:
    events = {"coupon.redeem": facts.redemptions, "transaction.charge": facts.baskets}
    expected = edges(facts.receipts, "campaign.receive", events, 3)
    assert expected[1, "campaign.receive", "coupon.redeem"] > 0
    check_sankey(engine.sankey(analysis(definitions, "sankey", "After a campaign")), expected)


def test_sankey_after_a_coupon(engine: Any, definitions: Any, facts: Any) -> None:
    order = ["profile", "time", "campaign_id", "coupon_upc"]
    redemptions = facts.redemptions.sort_values(order, ignore_index=True)
    events = {
        "campaign.receive": facts.receipts,
        "coupon.redeem": redemptions,
        "transaction.charge": facts.baskets,
    }
    expected = edges(redemptions, "coupon.redeem", events, 2)
    assert expected[1, "coupon.redeem", "coupon.redeem"] > 0
    check_sankey(engine.sankey(analysis(definitions, "sankey", "After a coupon")), expected)


@pytest.mark.parametrize("exclude", [[], ["product.buy"], ["transaction.charge"]])
def test_sankey_after_a_large_basket(engine: Any, facts: Any, say: Any, exclude: list[str]) -> None:
    # A basket and its lines are at the same moment: the lines come first.
    window = ("2017-04-03", "2017-04-08")
    tables = {"product.buy": facts.lines, "transaction.charge": facts.baskets}
    events = {
        name: say.within(table, *window).sort_values(
            ["profile", "time"], kind="stable", ignore_index=True
        )
        for name, table in tables.items()
    }
    baskets = events["transaction.charge"]
    followed = {name: table for name, table in events.items() if name not in exclude}
    expected = edges(baskets[baskets["cents"] >= 5000], "transaction.charge", followed, 10)
    large = {"field": "amount", "op": ">=", "value": 50}
    asked = say.analysis(
        start={"action": "transaction.charge", "where": [large]},
        exclude=["campaign.receive", "coupon.redeem", *exclude],
        steps=10,
        dateFilter=say.between(*window),
    )
    assert sum(expected.values()) > 100
    check_sankey(engine.sankey(asked), expected)


def check_sankey(answer: dict[str, Any], expected: Counter[tuple[int, str, str]]) -> None:
    order = sorted(expected.items(), key=lambda item: (item[0][0], -item[1], item[0][1:]))
    assert answer == {
        "results": [
            {"source": source, "target": target, "value": value, "step": step}
            for (step, source, target), value in order
        ]
    }


def rhythm(f: Any) -> pd.Series:
    number = f.baskets.groupby("profile").size().reindex(f.people.index, fill_value=0)
    bins = [0, 9, 49, 149, number.max()]
    return pd.cut(number, bins, labels=["Rare", "Occasional", "Regulars", "Champions"])


def last_seen(f: Any) -> pd.Series:
    last = f.baskets.groupby("profile")["time"].max().reindex(f.people.index)
    names = pd.Series("Longer ago", index=last.index)
    for name, days in (("This quarter", 90), ("This month", 30), ("This week", 7)):
        start = CLOCK.tz_localize(None) - pd.Timedelta(days=days)
        names[last >= start.tz_localize(ZONE)] = name
    return names


SEGMENTATIONS: dict[str, tuple[Callable[[Any], pd.Series], list[str]]] = {
    "Buying rhythm": (rhythm, ["Champions", "Regulars", "Occasional", "Rare"]),
    "Last seen": (last_seen, ["This week", "This month", "This quarter", "Longer ago"]),
}


@pytest.mark.parametrize("name", SEGMENTATIONS)
def test_segmentation(engine: Any, definitions: Any, facts: Any, name: str) -> None:
    calculate, titles = SEGMENTATIONS[name]
    segment_of = calculate(facts)
    asked = analysis(definitions, "segmentation", name)
    counts = segment_of.value_counts()
    assert counts.min() > 0
    assert engine.segmentation(asked) == {
        "calculationResults": [{"title": title, "value": int(counts[title])} for title in titles],
        "totalContacts": 2469,
        "excludedContacts": 0,
        "metadata": {},
    }
    listed = engine.segment_profiles(asked)
    for title, profiles in zip(titles, listed, strict=True):
        assert [p["id"] for p in profiles] == segment_of.index[segment_of == title].tolist()
    for profile in segment_of.index[::400]:
        found = engine.memberships(asked, engine.find_profile("id", str(profile)))
        assert found == [segment_of[profile] == title for title in titles]


def test_segment_profiles_have_the_attributes(engine: Any, definitions: Any, facts: Any) -> None:
    listed = engine.segment_profiles(analysis(definitions, "segmentation", "Buying rhythm"))
    for segment in listed:
        for row in segment[::50]:
            person = facts.people.loc[row["id"]]
            known = {key: None if pd.isna(value) else value for key, value in person.items()}
            assert row["email"] == f"household-{row['id']}@example.com"
            assert row["customId"] == f"H{row['id']}"
            assert {key: row[key] for key in known} == known
            assert set(row) == {"id", "uuid", "email", "customId", *known}


class Household:
    """Everything about one household, by pandas."""

    def __init__(self, facts: Any, profile: int) -> None:
        self.baskets = facts.baskets[facts.baskets["profile"] == profile]
        self.newest = self.baskets.sort_values(["time", "basket"], ascending=False)
        self.lines = facts.lines[facts.lines["profile"] == profile]
        self.redemptions = facts.redemptions[facts.redemptions["profile"] == profile]

    @property
    def cents(self) -> int:
        return int(self.lines["cents"].sum())

    def top_department(self) -> str | None:
        sums = self.lines.groupby("department")["cents"].sum()
        return min(sums.index[sums == sums.max()]) if len(sums) else None

    def favourite_store(self) -> int:
        visits = self.baskets["store"].value_counts()
        return int(min(visits.index[visits == visits.max()]))

    def grocery(self) -> float:
        return int(self.lines.loc[self.lines["department"] == "GROCERY", "cents"].sum()) / 100


LAST_30 = pd.Timestamp("2017-12-02", tz=ZONE)

AGGREGATES: dict[str, Callable[[Household], Any]] = {
    "Baskets": lambda h: h.lines["basket"].nunique(),
    "Spend": lambda h: h.cents / 100,
    "Last purchase": lambda h: h.lines["time"].max().isoformat(),
    "Top department": Household.top_department,
    "Last five stores": lambda h: h.newest["store"].head(5).tolist(),
    "Baskets in the last 30 days": lambda h: int((h.baskets["time"] >= LAST_30).sum()),
    "Favourite store": Household.favourite_store,
    "Coupons redeemed": lambda h: len(h.redemptions),
    "Spend in department": Household.grocery,
}
EXPRESSIONS: dict[str, Callable[[Household], Any]] = {
    "Average basket": lambda h: float(Fraction(h.cents, 100 * len(h.baskets))),
    "Big spender": lambda h: "true" if h.cents >= 300_000 else "false",
    "Coupon user": lambda h: "true" if len(h.redemptions) else "false",
}


@pytest.fixture(scope="module")
def households(facts: Any) -> list[int]:
    """Some of all, and those where ties and missing values would show."""
    baskets = facts.baskets
    together = baskets[baskets.duplicated(["profile", "time"], keep=False)]
    sums = facts.lines.groupby(["profile", "department"])["cents"].sum()
    best = sums[sums == sums.groupby("profile").transform("max")]
    tied = best.groupby("profile").size()
    number = baskets.groupby("profile").size()
    latest = baskets.groupby("profile").tail(5)
    tied_stores = latest[latest.duplicated(["profile", "time"], keep=False)]["profile"]
    return sorted(
        {
            *facts.people.index[::60],
            *together["profile"].unique()[:4],
            *tied_stores.unique()[:2],
            *tied.index[tied > 1][:2],
            *number.index[number < 5][:3],
            *facts.redemptions["profile"].unique()[:3],
        }
    )


@pytest.mark.parametrize(
    ("kind", "name"),
    [*(("aggregate", n) for n in AGGREGATES), *(("expression", n) for n in EXPRESSIONS)],
)
def test_value_of_a_profile(
    engine: Any, definitions: Any, facts: Any, households: list[int], kind: str, name: str
) -> None:
    asked = analysis(definitions, kind, name)
    calculate = (AGGREGATES if kind == "aggregate" else EXPRESSIONS)[name]
    seen = set()
    for profile in households:
        found = getattr(engine, kind)(asked, engine.find_profile("id", str(profile)))
        expected = calculate(Household(facts, profile))
        assert found == expected, profile
        assert type(found) is type(expected)
        seen.add(str(expected))
    assert len(seen) > 1


def analysis(definitions: Any, kind: str, name: str) -> Any:
    return next(d for d in definitions.of(kind) if d.name == name).analysis


def test_every_definition_of_these_kinds_is_checked(definitions: Any) -> None:
    checked = {
        "funnel": {"Campaign to coupon to basket", "Campaign to coupon by income group"},
        "sankey": {"After a campaign", "After a coupon"},
        "segmentation": set(SEGMENTATIONS),
        "aggregate": set(AGGREGATES),
        "expression": set(EXPRESSIONS),
    }
    for kind, names in checked.items():
        assert {d.name for d in definitions.of(kind)} == names
