"""Frames as a shell gets them: forms, pipes, exit codes, what is said beside the data."""

from __future__ import annotations

import io
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import synerise_frames as sf
from synerise_frames import cli
from tests.zones import with_zones_of

Capture = pytest.CaptureFixture[str]
TREND = ["pull", "trend"]
WINDOW = ["--from", "2017-03-10", "--to", "2017-03-14", "--interval", "1D"]


def expected(ws: sf.Workspace) -> pd.DataFrame:
    window = sf.between("2017-03-10", "2017-03-14")
    trend = ws.trends.find("Baskets per day")
    return ws.trends.calculate(trend, dates=window, interval="1D")


def trend_of(ws: sf.Workspace) -> list[str]:
    return [*TREND, ws.trends.find("Baskets per day"), *WINDOW]


def test_every_form_holds_the_frame(
    account: dict[str, str], ws: sf.Workspace, tmp_path: Path, capsys: Capture
) -> None:
    frame = expected(ws)
    # The clock changed on the 12th.
    instants = frame["bucket_start"].dt.tz_convert("UTC").tolist()
    for name in ("t.parquet", "t.csv", "t.jsonl"):
        assert cli.main([*trend_of(ws), "-o", name]) == 0
    told = capsys.readouterr()
    assert not told.out
    assert "4 rows in t.csv" in told.err
    read = with_zones_of(pd.read_parquet("t.parquet"), frame)
    pd.testing.assert_frame_equal(read, frame, check_flags=False)
    table = pd.read_csv("t.csv")
    assert table.columns.tolist() == frame.columns.tolist()
    assert table["value"].tolist() == frame["value"].tolist()
    assert table["bucket_start"].str[-6:].tolist() == ["-05:00", "-05:00", "-05:00", "-04:00"]
    assert pd.to_datetime(table["bucket_start"], utc=True).tolist() == instants
    rows = [json.loads(line) for line in Path("t.jsonl").read_text().splitlines()]
    assert [row["value"] for row in rows] == frame["value"].tolist()
    assert [pd.Timestamp(row["bucket_start"]) for row in rows] == instants


def test_stdout_gets_data_and_nothing_else(
    account: dict[str, str], ws: sf.Workspace, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    arguments = [sys.executable, "-m", "synerise_frames", *trend_of(ws), "--format", "parquet"]
    done = subprocess.run(arguments, capture_output=True, timeout=180, check=True)
    frame = pd.read_parquet(io.BytesIO(done.stdout))
    assert frame["value"].tolist() == expected(ws)["value"].tolist()


def test_missing_values_are_empty_or_null() -> None:
    from synerise_frames.cli.forms import encoded

    frame = pd.DataFrame(
        {
            "text": pd.array(["a", pd.NA], "string"),
            "value": pd.array([pd.NA, 1.5], "Float64"),
            "count": pd.array([2**60 + 1, pd.NA], "Int64"),
            "flag": pd.array([True, pd.NA], "boolean"),
            "time": pd.to_datetime(["2017-03-12T06:30Z", None]).tz_convert("America/New_York"),
        }
    )
    assert encoded(frame, "csv").decode().splitlines()[1:] == [
        "a,,1152921504606846977,true,2017-03-12T01:30:00-05:00",
        ",1.5,,,",
    ]
    rows = [json.loads(line) for line in encoded(frame, "jsonl").splitlines()]
    assert rows[0]["count"] == 2**60 + 1
    assert rows[1] == {"text": None, "value": 1.5, "count": None, "flag": None, "time": None}


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ("pull metrik Revenue", 2, "Did you mean 'metric'"),
        ("pull metric Revenu", 4, "Did you mean 'Revenue'"),
        ("pull trend Nothing", 4, "no list of trends"),
        ("pull metric 082dcdd3-6f4d-52a9-809b-fcf2a4a54029", 4, "That is 'Revenue'"),
        ("pull funnel 082dcdd3-6f4d-52a9-809b-fcf2a4a54028", 4, "pull metric 082dcdd3"),
        ("pull metric Revenue --last 3q", 2, "--last 30d"),
        ("pull metric Revenue --last 3d --from 2017-01-01", 2, "exclude each other"),
        ("pull metric Revenue --to 2017-01-01", 2, "needs --from"),
        ("pull metric Revenue --from 2017-02-01 --to 2017-01-01", 2, "is empty"),
        ("pull sankey x --last 3d", 2, "takes no --last"),
        ("pull aggregate Spend", 2, "--profile"),
        ("pull metric Revenue --filter {", 2, "no JSON"),
        ("pull metric Revenue --var 7", 2, "NAME=VALUE"),
        ("pull metric Revenue --var a=MEAT --var b=1 --var a=SALAD", 2, "--var a is given twice"),
        ("list all -o .", 2, ". is a folder."),
        ("list all -o ..", 2, ".. is a folder."),
        ("pull metric Revenue -o r.xlsx", 2, "--format"),
        ("pull metric Revenue -o nowhere/r.csv", 2, "no folder"),
        ("pull metric Revenue --demo --offline", 2, "exclude each other"),
        ("pull segmentation 'Buying rhythm' --offline", 1, "without --offline"),
        ("profiles --aggregate Spend", 2, "--ids"),
        ("profiles --ids none.csv --aggregate Spend", 2, "no such file"),
        ("profiles --resume -o nothing", 2, "nothing to go on with"),
        ("profiles --ids ids.txt --aggregate Spen", 4, "Did you mean 'Spend'"),
        ("list metricz", 2, "Did you mean 'metric'"),
    ],
)
def test_what_is_wrong_is_told_with_what_to_do(
    arguments: str, code: int, words: str, account: dict[str, str], capsys: Capture
) -> None:
    Path("ids.txt").write_text("1\n2\n")
    assert cli.main(shlex.split(arguments)) == code
    told = capsys.readouterr()
    assert words in told.err
    assert "Traceback" not in told.err
    assert not told.out


def test_a_refused_key_and_a_server_that_is_not_there_have_codes_of_their_own(
    account: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setenv("SYNERISE_API_KEY", "not-the-key")
    assert cli.main(["list", "metric"]) == 5
    assert "not-the-key" not in capsys.readouterr().err


def test_profiles_to_a_folder_a_file_and_a_pipe(account: dict[str, str], capsys: Capture) -> None:
    Path("ids.csv").write_text("customer,age\n1,30\n2,40\n1,30\n")
    ask = ["profiles", "--ids", "ids.csv", "--column", "customer", "--aggregate", "Baskets"]
    assert cli.main([*ask, "-o", "ledger"]) == 0
    assert pd.read_parquet("ledger")["value"].tolist() == [51, 20, 51]
    assert cli.main([*ask, "-o", "wide.csv", "--wide"]) == 0
    assert Path("wide.csv").read_text() == "profile,Baskets\n1,51\n2,20\n1,51\n"
    assert not list(Path().glob(".wide*"))
    capsys.readouterr()
    assert cli.main([*ask, "--format", "jsonl"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["profile"] for row in rows] == ["1", "2", "1"]
    assert {row["status"] for row in rows} == {"ok"}


def test_rows_that_failed_give_1(account: dict[str, str], capsys: Capture) -> None:
    Path("ids.txt").write_text("1\nnobody\n")
    assert cli.main(["profiles", "--ids", "ids.txt", "--aggregate", "Baskets", "-o", "v.csv"]) == 1
    assert "1 ok" in capsys.readouterr().err
    assert len(pd.read_csv("v.csv")) == 2


def test_a_reader_that_leaves_early_sees_no_traceback(account: dict[str, str]) -> None:
    line = "synerise-frames list all --format jsonl | head -1 >/dev/null"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_script_is_printed(shell: str, capsys: Capture) -> None:
    assert cli.main(["completion", shell]) == 0
    assert "_SYNERISE_FRAMES_COMPLETE" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "wanted"),
    [("fu", {"funnel"}), ("se", {"segmentation"}), ("--last", {"--last"}), ("--fo", {"--format"})],
)
def test_kinds_and_options_complete(words: str, wanted: set[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from synerise_frames.cli import main; main()"],
        env={
            **os.environ,
            "_SYNERISE_FRAMES_COMPLETE": "bash_complete",
            "COMP_WORDS": f"synerise-frames pull {words}",
            "COMP_CWORD": "2",
        },
        capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert {line.partition(",")[2] for line in done.stdout.splitlines()} == wanted


def test_the_exit_codes_stand_in_the_help(capsys: Capture) -> None:
    from synerise_frames.cli.exit_codes import EXIT_CODES

    assert cli.main(["--help"]) == 0
    lines = [line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines() if line]
    assert {int(n): rest[0] for n, *rest in lines if n.isdecimal()} == EXIT_CODES


def test_a_reader_that_has_gone_ends_a_command_quietly() -> None:
    command = [sys.executable, "-m", "synerise_frames", "operations"]
    done = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert done.stdout is not None
    done.stdout.close()
    _, told = done.communicate(timeout=180)
    assert (told, done.returncode) == ("", 1)


def test_an_unexpected_error_is_told_without_secrets(capsys: Capture) -> None:
    from synerise_frames.cli.app import _unexpected

    _unexpected(RuntimeError, RuntimeError("GET /x with Bearer abcdefgh12345678"), None)
    told = capsys.readouterr().err
    assert "unexpected RuntimeError: GET /x" in told
    assert "abcdefgh12345678" not in told


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (sf.ConfigError("x"), 2),
        (sf.DatasetError("x", code="dataset_in_use"), 3),
        (sf.BulkError("x", code="journal_in_use"), 3),
        (sf.NotFound("x"), 4),
        (sf.PermissionDenied("x"), 5),
        (sf.TransportError("x"), 6),
        (sf.ShapeError("x", path="$"), 1),
    ],
)
def test_each_failure_has_its_exit_code(error: sf.SyneriseError, code: int) -> None:
    from synerise_frames.cli.exit_codes import code_of

    assert code_of(error) == code


def test_colours_are_for_terminals_and_not_where_they_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from synerise_frames.cli.streams import is_plain

    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert not is_plain(Screen())
    assert is_plain(io.StringIO())
    monkeypatch.setenv("TERM", "dumb")
    assert is_plain(Screen())
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    assert is_plain(Screen())


def test_a_run_of_the_demo_is_gone_on_with_by_another_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("ids.txt").write_text("1\n2\n")
    asked = "profiles --ids ids.txt --aggregate Baskets -o out --demo"
    assert cli.main(asked.split()) == 0
    assert "2 ok; 2 calls" in capsys.readouterr().err
    # Another start of the embedded workspace, at another address.
    assert cli.main(["profiles", "--resume", "-o", "out", "--demo"]) == 0
    assert "2 ok; 0 calls" in capsys.readouterr().err
