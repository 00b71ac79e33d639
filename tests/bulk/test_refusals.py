"""Answers that are none: wrong profiles, no permission, paths and servers that are not there."""

from __future__ import annotations

import html
import json
import re
import signal
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

import synerise_frames as sf

ANALYSIS = "00000000-0000-4000-8000-00000000000a"
OTHER = "00000000-0000-4000-8000-00000000000b"


def run(ws: Any, ids: Any, **options: Any) -> Any:
    asked = {"aggregates": [ANALYSIS], **options.pop("asked", {})}
    return ws.profiles(ids, **options.pop("of", {})).plan(**asked).run(progress=False, **options)


def test_an_answer_about_another_profile_is_an_error_and_never_a_value(
    server: Any, connect: Callable[..., Any], reply: Any
) -> None:
    # Each profile gets the answer of its neighbour.
    server.answer = lambda asked: reply(
        content={"clientId": int(asked.profile) + 1, "aggregateId": ANALYSIS, "name": "N",
                 "result": 1}
    )  # fmt: skip
    frame = run(connect(), [1, 2]).frame
    assert frame["status"].tolist() == ["error", "error"]
    assert frame["result"].isna().all()
    assert "another profile" in frame["error"][0]
    # By another identifier the server's own number is no contradiction.
    server.answer = lambda asked: reply(
        content={"clientId": 9, "aggregateId": ANALYSIS, "name": "N", "result": 1}
    )
    frame = run(connect(), ["1@example.com"], of={"by": "email"}).frame
    assert frame["status"].tolist() == ["ok"]


def test_an_answer_about_another_analysis_of_the_plan_is_an_error(
    server: Any, connect: Callable[..., Any], reply: Any
) -> None:
    server.answer = lambda asked: reply(
        content={"clientId": int(asked.profile), "aggregateId": ANALYSIS, "name": "N", "result": 1}
    )
    frame = run(connect(), [1], asked={"aggregates": [ANALYSIS, OTHER]}).frame
    assert frame["status"].tolist() == ["ok", "error"]
    assert "another analysis" in frame["error"][1]


def test_leading_zeros_are_no_other_profile(server: Any, connect: Callable[..., Any]) -> None:
    assert run(connect(), ["007"]).frame["status"].tolist() == ["ok"]


def test_a_key_without_permission_stops_at_once_and_says_which(
    server: Any, connect: Callable[..., Any], reply: Any
) -> None:
    server.answer = lambda asked: reply(403, {"status": 403, "message": "no"})
    with pytest.raises(sf.PermissionDenied) as caught:
        run(connect(), range(5_000), workers=8)
    assert "ANALYTICS_BACKEND_AGGREGATE" in caught.value.hint
    assert len(server.asked) < 200


def test_one_closed_profile_among_open_ones_is_a_row(
    server: Any, connect: Callable[..., Any], reply: Any, value: Any
) -> None:
    server.answer = lambda asked: (
        reply(403, {"status": 403}) if asked.profile == "700" else value(asked)
    )
    result = run(connect(), range(1, 900), workers=4)
    assert result.counts == {"ok": 898, "forbidden": 1}
    assert result.failed()["profile"].tolist() == ["700"]


def test_refused_credentials_stop_at_once(
    server: Any, connect: Callable[..., Any], reply: Any
) -> None:
    server.answer = lambda asked: reply(401, {"status": 401})
    with pytest.raises(sf.AuthError):
        run(connect(), range(5_000), workers=8)
    assert len(server.asked) < 400


def test_a_guessed_path_that_is_not_there_is_blamed_and_not_the_profiles(
    server: Any, connect: Callable[..., Any], reply: Any
) -> None:
    server.answer = lambda asked: reply(404, {"status": 404})
    with (
        pytest.warns(sf.UnverifiedPathWarning),
        pytest.raises(sf.PathNotVerified, match="does not know the path"),
    ):
        run(connect(), range(5_000), asked={"aggregates": [], "segmentations": [ANALYSIS]})
    assert len(server.asked) < 500
    # Few profiles prove nothing, but none of them is said to be missing.
    with pytest.warns(sf.UnverifiedPathWarning):
        frame = run(connect(), [1, 2], asked={"aggregates": [], "segmentations": [ANALYSIS]}).frame
    assert set(frame["status"]) == {"error"}
    assert "does not know the path" in frame["error"][0]


def test_profiles_that_are_not_there_are_rows(
    server: Any, connect: Callable[..., Any], reply: Any, value: Any
) -> None:
    server.answer = lambda asked: (
        reply(404, {"status": 404}) if int(asked.profile) % 2 else value(asked)
    )
    frame = run(connect(), range(100)).frame
    assert frame["status"].tolist() == ["ok", "not_found"] * 50
    assert frame["http_status"].tolist() == [200, 404] * 50
    assert (frame["attempts"] == 1).all()


def test_an_analysis_that_does_not_exist_is_one_failure(
    server: Any, connect: Callable[..., Any], reply: Any
) -> None:
    usual = server.reply
    server.reply = lambda path, body, auth: (
        reply(404, {"status": 404}) if "/by/" not in path and "login" not in path
        else usual(path, body, auth)
    )  # fmt: skip
    with pytest.raises(sf.NotFound, match=f"no aggregate '{ANALYSIS}'"):
        run(connect(), range(10_000))
    assert server.asked == []


def test_a_server_that_dies_ends_the_run_soon_and_keeps_what_it_gave(
    server: Any, connect: Callable[..., Any], reply: Any, value: Any, tmp_path: Any
) -> None:
    server.answer = lambda asked: reply(cut=True) if asked.number >= 300 else value(asked)
    ws = connect(retry=sf.RetryPolicy(attempts=2, backoff=0.01))
    result = run(ws, range(5_000), workers=8, journal=tmp_path / "j")
    assert result.counts["ok"] == 300
    assert result.counts["skipped"] > 3_000
    assert "stopped answering" in result.failed()["error"].iloc[-1]
    assert len(result.frame) == 5_000
    with pytest.raises(sf.BulkError, match="skipped") as caught:
        result.raise_if_failed()
    assert "retry_failed" in caught.value.hint
    # It is back: only what is missing is asked.
    server.answer, server.asked[:] = value, []
    mended = result.retry_failed(progress=False)
    assert mended.counts == {"ok": 5_000}
    assert len(server.asked) == 4_700
    assert mended.raise_if_failed() is mended


def test_wrong_statuses_have_their_names(
    server: Any, connect: Callable[..., Any], reply: Any, value: Any
) -> None:
    def answer(asked: Any) -> Any:
        status = {"1": 400, "2": 429, "3": 500, "4": 503, "5": 418}.get(asked.profile)
        return value(asked) if status is None else reply(status, {"status": status, "message": "m"})

    server.answer = answer
    ws = connect(retry=sf.RetryPolicy(attempts=2, backoff=0.01, max_wait=0.05))
    frame = run(ws, range(6)).frame
    assert frame["status"].tolist() == [
        "ok", "invalid", "rate_limited", "error", "error", "error"
    ]  # fmt: skip
    assert frame["http_status"].tolist() == [200, 400, 429, 500, 503, 418]
    assert frame["attempts"].tolist() == [1, 1, 2, 2, 2, 1]
    assert frame["error"].isna().tolist() == [True, False, False, False, False, False]


@pytest.mark.parametrize(
    "content",
    [b"<html>proxy</html>", b"{", b'"' + b"\xff" * 9 + b'"', [1, {"x": 2}], {"a": 1, "b": 2}],
)
def test_answers_that_cannot_be_read_are_errors_of_their_rows(
    server: Any, connect: Callable[..., Any], reply: Any, value: Any, content: Any
) -> None:
    server.answer = lambda asked: reply(content=content) if asked.profile == "1" else value(asked)
    frame = run(connect(), [0, 1, 2]).frame
    assert frame["status"].tolist()[::2] == ["ok", "ok"]
    assert frame["value"].tolist()[::2] == [0, 4]
    # A list may be a result; it is kept as it is.
    assert frame["status"][1] == ("ok" if isinstance(content, list) else "error")
    assert frame["error"].isna()[1] == isinstance(content, list)


@pytest.mark.parametrize("by", ["id", "uuid", "email", "custom_identify"])
def test_the_kind_of_identifier_is_sent(server: Any, connect: Callable[..., Any], by: str) -> None:
    run(connect(), ["12"], of={"by": by})
    assert server.asked[0].path.endswith(f"/by/{by}")
    assert server.asked[0].body == {"identifierValue": "12"}


def test_repeated_profiles_are_asked_once_also_far_apart(
    server: Any, connect: Callable[..., Any], tmp_path: Any
) -> None:
    ids = [*range(12_000), *range(0, 12_000, 1_000), 5]
    for source, options in (
        (ids, {}),
        (iter(ids), {"out": tmp_path / "a"}),
        (ids, {"out": tmp_path / "b"}),
    ):
        ws = connect(cache=False)
        server.asked.clear()
        result = run(ws, source, workers=32, **options)
        assert sorted(map(int, server.profiles())) == list(range(12_000))
        assert result.frame["value"].tolist() == [2 * i for i in ids]


def test_a_deadline_gives_what_came_and_names_the_rest(
    server: Any, connect: Callable[..., Any], value: Any, let_pass: Callable[[float], None]
) -> None:
    over = threading.Event()

    def answer(asked: Any) -> Any:
        if asked.number == 80:
            let_pass(600)
            over.set()
        elif asked.number > 80:
            over.wait(20)
        return value(asked)

    server.answer = answer
    result = run(connect(), range(2_000), workers=4, deadline=600)
    assert 76 <= result.counts["ok"] <= 90
    assert result.counts["ok"] + result.counts["skipped"] == 2_000
    assert result.frame["profile"].tolist() == [str(i) for i in range(2_000)]


def test_ids_that_are_none_are_rows_and_never_sent(
    server: Any, connect: Callable[..., Any]
) -> None:
    ids = [None, float("nan"), 1.5, True, "", " ", "x" * 10_000_000, 1, 2.0, "3"]
    frame = run(connect(), ids).frame
    assert frame["status"].tolist() == ["invalid"] * 7 + ["ok"] * 3
    assert frame["attempts"].tolist() == [0] * 7 + [1] * 3
    assert sorted(server.profiles()) == ["1", "2", "3"]
    assert frame["profile"].isna().tolist() == [True, True] + [False] * 8


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"workers": 0}, "number of connections"),
        ({"workers": True}, "number of connections"),
        ({"workers": 100_000}, "number of connections"),
        ({"deadline": -1}, "no time"),
        ({"deadline": float("nan")}, "no time"),
    ],
)
def test_options_that_make_no_sense_are_told(
    connect: Callable[..., Any], options: dict[str, Any], why: str
) -> None:
    with pytest.raises(sf.ConfigError, match=why):
        run(connect(), [1], **options)


def test_plans_that_ask_for_nothing_are_told(connect: Callable[..., Any]) -> None:
    ws = connect()
    with pytest.raises(sf.ConfigError, match="nothing to ask"):
        ws.profiles([1]).plan()
    with pytest.raises(sf.ConfigError, match="no aggregate id"):
        ws.profiles([1]).plan(aggregates=[None])
    with pytest.raises(sf.ConfigError, match="'mail'"):
        ws.profiles([1], by="mail")


def test_no_profiles_give_an_empty_ledger_with_its_columns(connect: Callable[..., Any]) -> None:
    result = run(connect(), [])
    assert result.counts == {}
    assert result.frame.columns.tolist() == sf.schema.describe("ledger")["column"].tolist()
    assert len(result.wide()) == 0


def test_interrupts_of_other_threads_are_not_ours(server: Any, connect: Callable[..., Any]) -> None:
    # In a thread that is not the main one, nothing touches the handlers of signals.
    found: list[Any] = []
    before = signal.getsignal(signal.SIGINT)
    usual = server.answer

    def look(asked: Any) -> Any:
        found.append(signal.getsignal(signal.SIGINT))
        return usual(asked)

    server.answer = look
    ws = connect()
    thread = threading.Thread(target=lambda: found.append(run(ws, [1, 2]).counts))
    thread.start()
    thread.join()
    assert found == [before, before, {"ok": 2}]
    run(ws, [3])
    assert found[-1] != before
    assert signal.getsignal(signal.SIGINT) == before


def test_a_closed_profile_stays_a_row_whoever_comes_first_and_in_all_later_runs(
    server: Any, connect: Callable[..., Any], reply: Any, value: Any, tmp_path: Any
) -> None:
    def answer(asked: Any) -> Any:
        if asked.profile == "1":
            return reply(403, {"status": 403, "message": "closed"})
        time.sleep(0.05)
        return value(asked)

    server.answer = answer
    ws = connect(cache=False)
    result = run(ws, range(1, 60), workers=4, journal=tmp_path / "j")
    assert result.counts == {"ok": 58, "forbidden": 1}
    assert run(ws, range(1, 60), journal=tmp_path / "j").counts == result.counts
    assert sf.resume(tmp_path / "j", ws, progress=False).counts == result.counts
    assert result.retry_failed(progress=False).counts == result.counts


def test_one_profile_that_is_refused_alone_is_a_missing_permission(
    server: Any, connect: Callable[..., Any], reply: Any
) -> None:
    server.answer = lambda asked: reply(403, {"status": 403, "message": "no such jan@example.com"})
    with pytest.raises(sf.PermissionDenied) as caught:
        run(connect(), ["jan@example.com"], of={"by": "email"})
    assert "jan@example.com" not in str(caught.value) + repr(caught.value.to_dict())


def test_the_error_of_a_row_does_not_name_the_profile(
    server: Any, connect: Callable[..., Any], reply: Any
) -> None:
    server.answer = lambda asked: reply(400, {"message": f"no client {asked.profile}, code 47"})
    frame = run(connect(), [4, 7]).frame
    assert frame["error"].str.endswith("no client ***, code 47").all()


@pytest.mark.parametrize(
    "profile", ["1\x00", "żółw-7", "a b/c+d@x", 'q"\\<7>', "\U0001f642z", "1\t2"]
)
@pytest.mark.parametrize(
    "say",
    [
        str,
        lambda one: f"{one!r}",
        lambda one: f"id {json.dumps(one)}.",
        lambda one: f"({json.dumps(one, ensure_ascii=False)})",
        lambda one: one.encode("unicode_escape").decode(),
        lambda one: f"/profiles/{quote(one, safe='')}/",
        lambda one: f"/profiles/{quote(one, safe='').lower()}",
        lambda one: f"?id={quote_plus(one)}&n=9",
        lambda one: f"<i>{html.escape(one)}</i>",
        lambda one: json.dumps(json.dumps({"id": one})),
        lambda one: f"{'w ' * 143}'{one}'",
    ],
)
def test_the_error_of_a_row_names_no_profile_in_other_words_either(
    server: Any, connect: Callable[..., Any], reply: Any, profile: str, say: Callable[[str], str]
) -> None:
    server.answer = lambda asked: reply(404, {"message": f"Profile {say(profile)} does not exist"})
    told = run(connect(cache=False), [profile]).frame["error"][0]
    assert told.startswith("There is no profile with this id: Profile")
    assert "***" in told
    letters = [letter for letter in re.split(r"\W+", ascii(profile)[1:-1]) if letter]
    said = told.removeprefix("There is no profile with this id: Profile")
    assert not [one for one in letters if re.search(rf"(?<!\w){re.escape(one)}(?!\w)", said)], told


def test_a_number_is_taken_out_as_a_word_and_of_a_long_one_its_beginning(
    server: Any, connect: Callable[..., Any], reply: Any
) -> None:
    server.answer = lambda asked: reply(404, {"message": f"no 7, but 17 and {asked.profile * 400}"})
    frame = run(connect(cache=False), ["7", "x" * 600]).frame
    assert "no ***, but 17 and 777" in frame["error"][0]
    server.answer = lambda asked: reply(404, {"message": f"no {asked.profile} here"})
    frame = run(connect(cache=False), ["x" * 600]).frame
    assert frame["error"][0].endswith(": no ***…")


def test_unknown_profiles_before_known_ones_do_not_blame_a_guessed_path(
    server: Any, connect: Callable[..., Any], reply: Any
) -> None:
    def answer(asked: Any) -> Any:
        if int(asked.profile) < 40:
            return reply(404, {"status": 404})
        return reply(content=[{"segmentationId": ANALYSIS, "result": True}])

    server.answer = answer
    asked = {"aggregates": [], "segmentations": [ANALYSIS]}
    with pytest.warns(sf.UnverifiedPathWarning):
        result = run(connect(cache=False), range(300), asked=asked, workers=2)
    assert result.counts == {"ok": 260, "not_found": 40}
    assert result.retry_failed(progress=False).counts == result.counts


def test_a_page_that_sends_everybody_elsewhere_stops_the_run(
    server: Any, connect: Callable[..., Any], reply: Any, value: Any, tmp_path: Any
) -> None:
    server.answer = lambda asked: reply(302, b"", {"Location": "https://login.example.com/"})
    ws = connect(cache=False)
    with pytest.raises(sf.ConfigError, match="sends elsewhere"):
        run(ws, range(500), workers=4, journal=tmp_path / "j")
    assert len(server.asked) < 50
    server.answer = value
    assert run(ws, range(500), journal=tmp_path / "j").counts == {"ok": 500}


def test_a_gateway_without_a_server_behind_it_ends_the_run(
    server: Any, connect: Callable[..., Any], reply: Any
) -> None:
    server.answer = lambda asked: reply(502, b"<html>bad gateway</html>")
    ws = connect(retry=sf.RetryPolicy(attempts=2, backoff=0.01))
    result = run(ws, range(2_000), workers=8)
    assert len(server.asked) < 500
    assert result.counts["skipped"] > 1_500
    assert "fails with status 502" in result.failed()["error"].iloc[-1]


def test_membership_of_other_segmentations_is_no_answer(
    server: Any, connect: Callable[..., Any], reply: Any
) -> None:
    server.answer = lambda asked: reply(content=[{"segmentationId": "zzz", "result": True}])
    asked = {"aggregates": [], "segmentations": [ANALYSIS]}
    with pytest.warns(sf.UnverifiedPathWarning):
        frame = run(connect(), [1], asked=asked).frame
    assert frame["status"].tolist() == ["error"]
    assert "other segmentations" in frame["error"][0]


def test_what_is_done_to_the_frame_does_not_change_the_result(
    connect: Callable[..., Any],
) -> None:
    result = run(connect(), [1, 2, 3], asked={"aggregates": [ANALYSIS, OTHER]})
    wide = result.wide()
    frame = result.frame
    frame.loc[:, "value"] = 0
    frame["status"] = "error"
    assert result.wide().equals(wide)
    assert len(result.failed()) == 0
