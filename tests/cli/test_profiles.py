"""Values of profiles from a shell: what is said of identifiers, journals that are in the way."""

from __future__ import annotations

import io
import shlex
from pathlib import Path

import pandas as pd
import pytest

from synerise_frames import cli

Capture = pytest.CaptureFixture[str]
ASK = "profiles --ids ids.txt --aggregate Baskets -o"


def ids(*identifiers: object) -> None:
    Path("ids.txt").write_text("".join(f"{one}\n" for one in identifiers))


@pytest.mark.parametrize(
    "text",
    ["jane.doe@example.com\njohn@example.com\n", "jane.doe-77\n", "jane.doe@example.com,1\n2,3\n"],
)
def test_the_first_identifier_is_no_name_of_a_column(
    text: str, account: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    asked = "profiles --ids - --column email --by email --aggregate Spend"
    assert cli.main(asked.split()) == 2
    told = capsys.readouterr().err
    assert "jane" not in told
    assert "The first line of stdin " in told
    assert "--column" in told


@pytest.mark.parametrize("name", ["-", "ids.csv", "ids.txt"])
def test_a_table_is_read_alike_from_wherever_it_comes(
    name: str, account: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    table = b"id,x\n1,2\n\n2,3\n"
    if name == "-":
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(table)))
    else:
        Path(name).write_bytes(table)
    asked = ["profiles", "--ids", name, "--aggregate", "Spend", "--format", "csv", "-q"]
    assert cli.main(asked) == 1
    rows = pd.read_csv(io.StringIO(capsys.readouterr().out), dtype="string")
    assert rows["profile"].fillna("").tolist() == ["1", "", "2"]
    assert rows["status"].tolist() == ["ok", "invalid", "ok"]


@pytest.mark.parametrize("content", ["", "\n", "id\n", "id,x\n"])
@pytest.mark.parametrize("name", ["-", "ids.csv", "ids.txt"])
def test_no_identifiers_at_all_are_a_failure(
    name: str,
    content: str,
    account: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
) -> None:
    if name == "-":
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content.encode())))
    else:
        Path(name).write_text(content)
    assert cli.main(["profiles", "--ids", name, "--aggregate", "Spend", "-o", "v.csv"]) == 2
    told = capsys.readouterr().err
    where = "stdin" if name == "-" else name
    # A CSV file needs a header, to begin with.
    is_headless = name == "ids.csv" and not content
    what = "Cannot read identifiers from" if is_headless else "There are no identifiers in"
    assert f"{what} {where}." in told
    assert not Path("v.csv").exists()


def test_columns_of_a_table_are_named(
    account: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"profile,age\n1,30\n")))
    assert cli.main(["profiles", "--ids", "-", "--column", "profil", "--aggregate", "Spend"]) == 2
    assert "Did you mean 'profile'? It has profile, age." in capsys.readouterr().err


def test_other_identifiers_the_next_night_are_no_matter(
    account: dict[str, str], tmp_path: Path, capsys: Capture
) -> None:
    ids(1, "nobody")
    assert cli.main([*ASK.split(), "v.csv"]) == 1
    assert pd.read_csv("v.csv")["status"].tolist() == ["ok", "not_found"]
    ids(1, 2, "nobody")
    assert cli.main([*ASK.split(), "v.csv"]) == 1
    assert pd.read_csv("v.csv")["status"].tolist() == ["ok", "ok", "not_found"]
    assert {path.name for path in tmp_path.iterdir()} == {"ids.txt", "v.csv"}


def test_what_may_pass_is_asked_again_and_a_journal_in_the_way_is_told(
    account: dict[str, str], tmp_path: Path, capsys: Capture
) -> None:
    ids(*range(1, 30))
    # Too short for anything: all is skipped.
    assert cli.main([*ASK.split(), "my values.csv", "--deadline", "0.000001"]) == 1
    told = capsys.readouterr().err
    command = "synerise-frames profiles --resume -o 'my values.csv'"
    assert command in told
    ids(1, 2)
    assert cli.main([*ASK.split(), "my values.csv"]) == 1
    refused = capsys.readouterr().err
    assert "journal=" not in refused
    assert "sf.resume" not in refused
    assert command in refused
    assert "remove '.my values.csv.journal'" in refused
    ids(*range(1, 30))
    assert cli.main(shlex.split(command)[1:]) in (0, 1)
    frame = pd.read_csv("my values.csv")
    assert frame["profile"].tolist() == [*range(1, 30)]
    assert set(frame["status"]) <= {"ok", "not_found"}
    assert {path.name for path in tmp_path.iterdir()} == {"ids.txt", "my values.csv"}


def test_a_folder_of_another_run_is_told_in_words_of_the_shell(
    account: dict[str, str], capsys: Capture
) -> None:
    ids(1)
    assert cli.main([*ASK.split(), "values"]) == 0
    ids(2)
    assert cli.main([*ASK.split(), "values"]) in (1, 2)
    told = capsys.readouterr().err
    assert "out=" not in told
    assert "journal=" not in told
    assert "with -o" in told
