"""Forms that leave the program: what other readers make of them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pandas as pd
import pytest

from synerise_frames.cli.forms import encoded
from synerise_frames.cli.output import Target

TITLES = ["=1+1\rnext", "two\r\nlines", "two\nlines", 'a "name"', "a, b", "plain", ""]


@pytest.mark.parametrize("header", ["title", "ti\rtle"])
def test_every_title_comes_back_from_csv(header: str) -> None:
    frame = pd.DataFrame({header: pd.array(TITLES, "string"), "value": range(len(TITLES))})
    text = encoded(frame, "csv").decode()
    rows = [*csv.reader(io.StringIO(text, newline=""))]
    assert rows == [[header, "value"], *([t, str(n)] for n, t in enumerate(TITLES))]
    read = pd.read_csv(io.StringIO(text, newline=""), keep_default_na=False)
    assert read[header].tolist() == TITLES


def test_what_is_infinite_is_told_where_it_is_lost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    frame = pd.DataFrame({"value": pd.array([float("inf"), 1, float("-inf"), pd.NA], "Float64")})
    Target(tmp_path / "v.csv", "csv").write(frame)
    assert (tmp_path / "v.csv").read_text() == 'value\ninf\n1.0\n-inf\n""\n'
    assert not capsys.readouterr().err
    Target(tmp_path / "v.jsonl", "jsonl").write(frame)
    assert "2 numbers are infinite" in capsys.readouterr().err
    rows = (tmp_path / "v.jsonl").read_text().splitlines()
    assert [json.loads(row)["value"] for row in rows] == [None, 1.0, None, None]
    # As pandas writes them.
    assert frame.to_json(orient="records", lines=True).splitlines() == [
        '{"value":null}', '{"value":1.0}', '{"value":null}', '{"value":null}',
    ]  # fmt: skip
