"""What objects show in a notebook: what they are, escaped, in the notebook's colours, no secret."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

import synerise_frames as sf
from synerise_frames.readable import Facts, size

KEY = "0f9d2c4e-canary-key-7a1b"


class Cells(HTMLParser):
    """Collects the texts of a page, and complains of tags that were left open."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def shown(thing: object) -> list[str]:
    html = thing._repr_html_()
    # Inherited colours are legible in every theme; a background without an ink is not.
    assert set(re.findall(r"(?<!-)\bcolor:(\w+)", html)) <= {"inherit"}
    assert set(re.findall(r"background:([^;\"]+)", html)) <= {"none"}
    return Cells(html).texts


def test_workspace_says_where_and_as_whom_and_sends_nothing() -> None:
    ws = sf.connect(api_key=KEY, host="https://api.example.invalid", tz="Europe/Warsaw")
    texts = shown(ws)
    assert "https://api.example.invalid" in texts
    assert "workspace key" in texts
    assert "Europe/Warsaw" in texts
    assert "aggregates, expressions, funnels" in " ".join(texts)
    assert KEY not in ws._repr_html_() + repr(ws)


def test_a_user_is_not_named() -> None:
    ws = sf.connect(username="ann@example.com", password="pass-canary", workspace="Shop",
                    host="https://api.example.invalid")  # fmt: skip
    html = ws._repr_html_()
    assert "a user&#x27;s login" in html
    assert "ann" not in html
    assert "pass-canary" not in html


def test_plan_and_result_count_what_they_hold(ws, tmp_path) -> None:
    profiles = ws.profiles([1, 2, None])
    assert shown(profiles)[0] == "3 profiles by id, 1 of them no identifier"
    plan = profiles.plan(aggregates=ws.aggregates.find("Baskets"), refresh=True)
    texts = shown(plan)
    assert texts[texts.index("to send") + 1] == "2"
    assert texts[texts.index("aggregate") + 1] == "Baskets"
    result = plan.run(progress=False, out=tmp_path / "out")
    texts = shown(result)
    assert texts[0] == "Result: 3 rows"
    assert texts[texts.index("ok") + 1] == "2 (66.7%)"
    assert texts[texts.index("invalid") + 1] == "1 (33.3%)"
    assert ".failed() shows what failed" in texts[-1]
    assert len(result) == len(result.frame) == 3


def test_a_result_without_rows_is_no_error(ws) -> None:
    result = ws.profiles([]).plan(aggregates=ws.aggregates.find("Baskets")).run(progress=False)
    assert shown(result)[0] == "Result: 0 rows"
    assert len(result) == 0
    assert result  # a result is there, whatever it holds


def test_a_kind_says_what_was_listed_and_what_to_call_and_asks_nobody() -> None:
    texts = shown(sf.connect(api_key=KEY, host="https://api.example.invalid").funnels)
    assert texts[0].startswith("funnels of ")
    assert texts[texts.index("analyses") + 1] == "not listed yet"
    calls = texts[texts.index("calls") + 1].split(", ")
    assert {"list", "find", "get", "calculate", "preview", "create"} <= {*calls}
    assert "ws.funnels.list()" in texts[-1]
    assert ".calculate(funnel_id)" in texts[-1]


@pytest.mark.parametrize("family", ["trends", "segmentations", "aggregates"])
def test_a_kind_counts_what_was_listed(family: str) -> None:
    with sf.demo() as ws:
        kind = getattr(ws, family)
        names = kind.list()["name"].tolist()
        kind.list(search=names[0])  # a part of them is not all
        texts = shown(kind)
        assert texts[texts.index("analyses") + 1] == f"{len(names)} when last listed"
        assert texts[texts.index("first") + 1].removesuffix(", …") == ", ".join(names[:5])
        kind._listed = ["<b>bold</b>"]
        assert "<b>" not in kind._repr_html_()
        if family == "aggregates":
            assert "calculate(analysis_id, profile)" in texts[-1]


def test_an_exploration_says_what_is_looked_at(ws) -> None:
    seen = ws.explore(display=False)
    assert "funnel" in " ".join(shown(seen))
    seen.choose("funnel", "Campaign to coupon by income group", dates=sf.last(90, "days"))
    texts = shown(seen)
    assert texts[texts.index("funnel") + 1] == "Campaign to coupon by income group"
    assert texts[texts.index("rows") + 1] == "not calculated yet"
    seen.choose(series="15-24K")
    texts = shown(seen)
    assert texts[texts.index("rows") + 1].startswith(f"{len(seen.frame)}, ")
    assert texts[texts.index("series") + 1] == "1"
    assert "90 days" in texts[texts.index("window") + 1]


def test_cache_info(ws) -> None:
    assert "Cache" in shown(ws.cache)
    assert "hits" in " ".join(shown(ws.cache.info()))
    assert "No cache" in shown(sf.connect(api_key=KEY, cache=False).cache)


def test_names_are_escaped_and_secrets_masked() -> None:
    facts = Facts("<img src=x onerror=alert(1)>", [("a & b", '"quoted"')], note="<script>")
    assert "<img" not in facts.html()
    assert "<script" not in facts.html()
    assert Cells(facts.html()).texts == [
        "<img src=x onerror=alert(1)>", "a & b", '"quoted"', "<script>",
    ]  # fmt: skip
    sf.connect(api_key=KEY)
    for text in (Facts(KEY, [(KEY, KEY)], KEY).html(), str(Facts(KEY, [(KEY, KEY)], KEY))):
        assert KEY not in text


@pytest.mark.parametrize(("count", "said"), [(0, "0 B"), (1000, "1 kB"), (2_345_678, "2.35 MB")])
def test_sizes(count: int, said: str) -> None:
    assert size(count) == said
