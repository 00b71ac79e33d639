"""Writing and reading data sets: modes, partitions, columns that come and go, bad input."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import synerise_frames as sf
from synerise_frames.errors import ConfigError, DatasetError
from synerise_frames.export.partitions import folder
from synerise_frames.schema.arrow import METADATA_KEY
from synerise_frames.schema.build import build
from synerise_frames.schema.drift import Reading
from synerise_frames.schema.tables import TABLES


def values(dtype: str) -> st.SearchStrategy[object]:
    return {
        "string": st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
        "Int64": st.integers(-(2**63), 2**63 - 1),
        "Float64": st.floats(allow_nan=False),
        "boolean": st.booleans(),
        "time": st.datetimes(
            min_value=pd.Timestamp("1970-01-02").to_pydatetime(),
            max_value=pd.Timestamp("2200-01-01").to_pydatetime(),
        ).map(lambda moment: moment.isoformat() + "Z"),
    }[dtype]


@st.composite
def frames(draw: st.DrawFn) -> pd.DataFrame:
    kind = draw(st.sampled_from(sorted(TABLES)))
    rows = draw(st.integers(0, 6))
    columns = {
        c.name: [
            draw(values(c.dtype) if not c.nullable else st.none() | values(c.dtype))
            for _ in range(rows)
        ]
        for c in TABLES[kind]
    }
    return build(Reading(kind), columns, tz="Europe/Warsaw")


@settings(max_examples=150, deadline=None)
@given(frame=frames())
def test_what_is_written_is_read(
    frame: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.mktemp("set") / "x"
    manifest = sf.write_dataset(frame, root)
    again = sf.read_dataset(root)
    pd.testing.assert_frame_equal(again, frame, check_exact=True)
    assert again.attrs["kind"] == manifest.kind == frame.attrs["kind"]
    assert manifest.rows == len(frame)
    # Any pandas user gets the same without this library.
    plain = pd.read_parquet(root / "part-0.parquet")
    for name in plain.select_dtypes("datetimetz"):
        # The same zone, whoever makes it: older Arrow has pytz do it.
        assert str(plain[name].dtype) == str(frame[name].dtype)
        plain[name] = plain[name].dt.tz_convert(frame[name].dt.tz)
    pd.testing.assert_frame_equal(plain, frame, check_exact=True)


@pytest.mark.parametrize("dtype", ["string[pyarrow]", "string[python]", "category", "object"])
def test_text_in_any_form_is_text(trend, tmp_path, dtype) -> None:
    frame = trend({"a": [1], "b": [2]})
    sf.write_dataset(frame.astype({"series": dtype}), tmp_path / "x")
    assert str(sf.read_dataset(tmp_path / "x")["series"].dtype) == "string"
    assert pq.read_schema(tmp_path / "x/part-0.parquet").field("series").type == "string"


def test_files_are_pinned_and_say_what_they_hold(trend, tmp_path) -> None:
    sf.write_dataset(trend({"a": [1, None]}), tmp_path / "x", ["bucket_start:month"])
    file = pq.ParquetFile(tmp_path / "x/bucket_start_month=2017-03/part-0.parquet")
    assert file.metadata.row_group(0).column(0).compression == "ZSTD"
    assert [f.name for f in file.schema_arrow] == [c.name for c in TABLES["trend"]]
    assert str(file.schema_arrow.field("bucket_start").type) == "timestamp[us, tz=America/New_York]"
    notes = json.loads(file.schema_arrow.metadata[b"synerise_frames"])
    assert notes["columns"]["value"]["unit"] == "as defined"
    assert notes["provenance"]["analysis_name"] == "Made up"


def test_only_the_partitions_with_rows_are_replaced(trend, tmp_path, parts) -> None:
    root = tmp_path / "x"
    sf.write_dataset(trend({"a": [1, 2, 3, 4], None: [5, 6, 7, 8]}), root, ["bucket_start:month"])
    before = parts(root)
    assert sorted(before) == [
        "bucket_start_month=2017-03/part-0.parquet", "bucket_start_month=2017-04/part-0.parquet",
    ]  # fmt: skip
    with pytest.warns(sf.SyneriseWarning, match=r"2017-04 had 4 rows and has 1 now"):
        sf.write_dataset(trend({"a": [10]}, "2017-04-05"), root)
    after = parts(root)
    assert (
        after["bucket_start_month=2017-03/part-0.parquet"]
        == before["bucket_start_month=2017-03/part-0.parquet"]
    )
    assert sf.read_dataset(root)["value"].tolist() == [1, 2, 5, 6, 10]


def test_missing_keys_have_a_label_and_strange_names_are_encoded(trend, tmp_path, parts) -> None:
    names = [None, "", "a/b", "..", "ü 東京", "x=1", "%41", "é" * 200]
    frame = trend({name: [float(i)] for i, name in enumerate(names)})
    manifest = sf.write_dataset(frame, tmp_path / "x", "series")
    labels = {file.partition["series_key"] for file in manifest.files}
    assert labels == {"__missing__", "__empty__", *names[2:]}
    assert len(parts(tmp_path / "x")) == len(names)
    assert all(path.count("/") == 1 for path in parts(tmp_path / "x"))
    again = sf.read_dataset(tmp_path / "x").sort_values("value", ignore_index=True)
    pd.testing.assert_frame_equal(again, frame)


@given(st.text(min_size=1))
def test_a_label_is_one_folder_that_stays_below_the_root(label: str) -> None:
    segment = folder({"k": label}).partition("=")[2]
    assert segment not in {"", ".", ".."}
    assert "/" not in segment
    assert "\\" not in segment
    assert len(segment.encode()) <= 255 - len("k=")


def test_a_name_that_looks_like_the_label_of_missing_ones_is_refused(trend, tmp_path) -> None:
    with pytest.raises(ConfigError, match="__missing__"):
        sf.write_dataset(trend({"__missing__": [1]}), tmp_path / "x", "series")


def test_days_are_those_of_the_frames_own_zone(trend, tmp_path) -> None:
    # 02:30 UTC on the first of April is still March in New York.
    frame = trend({"a": [1]}, "2017-03-31 22:30")
    manifest = sf.write_dataset(frame, tmp_path / "x", "bucket_start:day")
    assert manifest.files[0].partition == {"bucket_start_day": "2017-03-31"}


def test_append_adds_and_replace_takes_all_parts_away(trend, tmp_path, parts) -> None:
    root = tmp_path / "x"
    for start in (1.0, 2.0, 3.0):
        sf.write_dataset(trend({"a": [start]}), root, mode="append")
    assert sf.read_dataset(root)["value"].tolist() == [1, 2, 3]
    assert sorted(parts(root)) == ["part-0.parquet", "part-1.parquet", "part-2.parquet"]
    with pytest.warns(sf.SyneriseWarning, match="The data set had 3 rows and has 1 now"):
        sf.write_dataset(trend({"a": [9.0]}), root)
    assert sf.read_dataset(root)["value"].tolist() == [9]
    assert sorted(parts(root)) == ["part-0.parquet"]


def test_another_analysis_in_the_place_of_one_is_told(ws, tmp_path) -> None:
    revenue, baskets = (
        ws.metrics.calculate(ws.metrics.find(name)) for name in ("Revenue", "Baskets")
    )
    sf.write_dataset(revenue, tmp_path / "x")
    with pytest.warns(sf.SyneriseWarning, match="Another analysis was in this data set"):
        sf.write_dataset(baskets, tmp_path / "x")
    sf.write_dataset(revenue, tmp_path / "y")
    sf.write_dataset(baskets, tmp_path / "y", mode="append")
    assert sf.read_dataset(tmp_path / "y")["metric"].tolist() == ["Revenue", "Baskets"]
    assert sf.read_dataset(tmp_path / "y").attrs.get("analysis_name") is None
    sf.write_dataset(revenue, tmp_path / "z")
    assert sf.read_dataset(tmp_path / "z").attrs["analysis_name"] == "Revenue"


def test_another_analysis_with_fewer_rows_is_both_told(trend, tmp_path) -> None:
    first, second = trend({"a": [1.0, 2.0]}), trend({"b": [3.0]})
    first.attrs["analysis_id"], second.attrs["analysis_id"] = "one", "two"
    sf.write_dataset(first, tmp_path / "x", "bucket_start:month")
    with pytest.warns(sf.SyneriseWarning) as told:
        sf.write_dataset(second, tmp_path / "x")
    fewer, other = (str(one.message) for one in told)
    assert "2017-03 had 2 rows and has 1 now" in fewer
    assert "Another analysis was in this data set, and its partitions were replaced" in other


def test_rows_of_another_analysis_that_went_are_told_also_where_more_came(ws, tmp_path) -> None:
    baskets, coupons = map(ws.trends.find, ("Baskets per day", "Coupon redemptions per week"))
    spring, may = sf.between("2017-03-01", "2017-06-01"), sf.between("2017-05-01", "2017-06-01")
    sf.write_dataset(
        ws.trends.calculate(baskets, dates=spring), tmp_path / "x", "bucket_start:month"
    )
    sf.write_dataset(ws.trends.calculate(coupons, dates=spring), tmp_path / "x", mode="append")
    with pytest.warns(
        sf.SyneriseWarning, match="had of Coupon redemptions per week is gone"
    ) as told:
        sf.write_dataset(ws.trends.calculate(baskets, dates=may, interval="1h"), tmp_path / "x")
    assert told[0].filename == __file__


def test_buckets_of_another_width_beside_those_that_are_there_are_told(ws, tmp_path) -> None:
    baskets = ws.trends.find("Baskets per day")
    both, march = sf.between("2017-03-01", "2017-05-01"), sf.between("2017-03-01", "2017-04-01")
    daily = ws.trends.calculate(baskets, dates=both, interval="1D")
    sf.write_dataset(daily, tmp_path / "x", "bucket_start:month")
    hourly = ws.trends.calculate(baskets, dates=march, interval="1h")
    with pytest.warns(sf.SyneriseWarning, match="Buckets of 1 hours are beside those of another"):
        sf.write_dataset(hourly, tmp_path / "x")


def test_another_analysis_in_folders_of_its_own_is_told_too(ws, tmp_path) -> None:
    first, second = (
        ws.trends.calculate(
            ws.trends.find(name), dates=sf.between(f"2017-0{month}-01", f"2017-0{month + 1}-01")
        )
        for name, month in (("Baskets per day", 3), ("Campaign receipts by type", 6))
    )
    sf.write_dataset(first, tmp_path / "x", "bucket_start:month")
    with pytest.warns(sf.SyneriseWarning, match="no column may tell them apart"):
        sf.write_dataset(second, tmp_path / "x")


def test_files_of_others_in_a_data_set_are_told(trend, tmp_path) -> None:
    root = tmp_path / "x"
    sf.write_dataset(trend({"a": [1.0]}), root, "bucket_start:month")
    (part,) = root.glob("*/part-0.parquet")
    part.with_name("part-0 (copy).parquet").write_bytes(part.read_bytes())
    with pytest.warns(sf.SyneriseWarning, match=r"part-0 \(copy\).parquet, which is not of the"):
        assert len(sf.read_dataset(root)) == 1


def test_a_data_set_without_its_manifest_says_so(trend, tmp_path) -> None:
    sf.write_dataset(trend({"a": [1.0]}), tmp_path / "x")
    (tmp_path / "x/_meta/manifest.json").unlink()
    with pytest.raises(DatasetError, match="holds files") as caught:
        sf.write_dataset(trend({"a": [1.0]}), tmp_path / "x")
    assert "manifest.json was removed" in caught.value.hint


def test_a_frame_that_lost_a_column_is_refused(trend, tmp_path) -> None:
    with pytest.raises(ConfigError, match="This trend lacks value") as caught:
        sf.write_dataset(trend({"a": [1]}).rename(columns={"value": "v"}), tmp_path / "x")
    assert "to_parquet" in caught.value.hint


def test_mode_error_refuses_a_second_time(trend, tmp_path) -> None:
    sf.write_dataset(trend({"a": [1]}), tmp_path / "x", mode="error")
    with pytest.raises(DatasetError, match="already") as caught:
        sf.write_dataset(trend({"a": [2]}), tmp_path / "x", mode="error")
    assert "replace-partitions" in caught.value.hint
    assert sf.read_dataset(tmp_path / "x")["value"].tolist() == [1]


def test_another_kind_is_refused(trend, tmp_path) -> None:
    sf.write_dataset(trend({"a": [1]}), tmp_path / "x")
    metric = sf.frames.metric({"result": 1, "metricData": {"title": "m"}})
    with pytest.raises(DatasetError, match="kind trend, this is a metric"):
        sf.write_dataset(metric, tmp_path / "x")


def test_a_new_column_is_missing_in_what_was_there_also_for_other_readers(
    trend, tmp_path, parts
) -> None:
    root = tmp_path / "x"
    sf.write_dataset(trend({"a": [1, 2, 3]}), root, "bucket_start:month")
    sf.write_dataset(trend({"a": [4]}, "2017-05-01").assign(campaign="7"), root)
    got = sf.read_dataset(root)
    assert got["campaign"].isna().tolist() == [True, True, True, False]
    for name in parts(root):
        assert "campaign" in pq.read_schema(root / name).names, name
    # And the other way round: a frame that lacks it.
    sf.write_dataset(trend({"a": [5]}, "2017-06-01"), root)
    assert sf.read_dataset(root)["campaign"].isna().tolist() == [True, True, True, False, True]


def test_a_column_of_another_type_is_refused_and_nothing_is_lost(trend, tmp_path, parts) -> None:
    sf.write_dataset(trend({"a": [1]}).assign(stores=7), tmp_path / "x")
    before = parts(tmp_path / "x")
    with pytest.raises(DatasetError, match=r"stores is int64 in .* and string in the frame"):
        sf.write_dataset(trend({"a": [1]}).assign(stores="7"), tmp_path / "x")
    with pytest.raises(ConfigError, match=r"value is string in this frame, and Float64 in each"):
        sf.write_dataset(trend({"a": [1]}).astype({"value": "string"}), tmp_path / "x")
    assert parts(tmp_path / "x") == before


def test_another_zone_is_the_same_moment(trend, tmp_path) -> None:
    frame = trend({"a": [1]})
    sf.write_dataset(frame, tmp_path / "x", mode="append")
    other = frame.assign(bucket_start=frame["bucket_start"].dt.tz_convert("Asia/Tokyo"))
    sf.write_dataset(other, tmp_path / "x", mode="append")
    got = sf.read_dataset(tmp_path / "x")
    assert got["bucket_start"][0] == got["bucket_start"][1]
    assert str(got["bucket_start"].dt.tz) == "America/New_York"


def test_an_empty_frame_makes_a_data_set_with_columns(trend, tmp_path) -> None:
    empty = trend({"a": [1]}).iloc[:0]
    assert sf.write_dataset(empty, tmp_path / "x").rows == 0
    pd.testing.assert_frame_equal(sf.read_dataset(tmp_path / "x"), empty)
    # With partitions there is none to replace.
    sf.write_dataset(trend({"a": [1]}), tmp_path / "y", "series")
    with pytest.warns(sf.SyneriseWarning, match="nothing was replaced"):
        assert sf.write_dataset(empty, tmp_path / "y").rows == 1


def test_columns(trend, tmp_path) -> None:
    sf.write_dataset(trend({"a": [1, 2]}), tmp_path / "x", "bucket_start:day")
    got = sf.read_dataset(tmp_path / "x", columns=["value", "series"])
    assert list(got) == ["value", "series"]
    with pytest.raises(ConfigError, match="no column 'valu'") as caught:
        sf.read_dataset(tmp_path / "x", columns=["valu"])
    assert "value" in caught.value.hint


@pytest.mark.parametrize(
    ("partition_by", "told"),
    [
        ("serie", "the frame has not"),
        ("bucket_start", "a folder of each moment"),
        ("bucket_start:hour", "no unit 'hour'"),
        ("series:month", "holds no times"),
        ("value", "holds measures"),
    ],
)
def test_partitions_that_make_no_sense(trend, tmp_path, partition_by, told) -> None:
    with pytest.raises(ConfigError, match=told):
        sf.write_dataset(trend({"a": [1]}), tmp_path / "x", partition_by)


def test_other_partitions_than_before_are_refused(trend, tmp_path) -> None:
    sf.write_dataset(trend({"a": [1]}), tmp_path / "x", "series")
    with pytest.raises(DatasetError, match="is partitioned by"):
        sf.write_dataset(trend({"a": [1]}), tmp_path / "x", "bucket_start:day")


def test_what_is_no_data_set(trend, tmp_path) -> None:
    with pytest.raises(DatasetError, match="empty or not there"):
        sf.read_dataset(tmp_path / "none")
    (tmp_path / "report.xlsx").write_bytes(b"x")
    with pytest.raises(DatasetError, match="holds other files"):
        sf.read_dataset(tmp_path)
    with pytest.raises(DatasetError, match=r"holds files: report\.xlsx"):
        sf.write_dataset(trend({"a": [1]}), tmp_path)
    with pytest.raises(DatasetError):
        sf.write_dataset(trend({"a": [1]}), tmp_path / "report.xlsx" / "x")
    with pytest.raises(ConfigError, match="no place for a data set"):
        sf.write_dataset(trend({"a": [1]}), "  ")
    with pytest.raises(ConfigError, match="mode='overwrite' is none"):
        sf.write_dataset(trend({"a": [1]}), tmp_path / "x", mode="overwrite")
    with pytest.raises(ConfigError, match="does not say what kind"):
        sf.write_dataset(pd.DataFrame({"a": [1]}), tmp_path / "x")
    with pytest.raises(ConfigError, match="A list is no frame"):
        sf.write_dataset([1], tmp_path / "x")


def test_changed_by_hand_is_told(trend, tmp_path) -> None:
    root = tmp_path / "x"
    sf.write_dataset(trend({"a": [1, 2, 3]}), root, "bucket_start:month")
    file = root / "bucket_start_month=2017-03/part-0.parquet"
    frame = pd.read_parquet(file).assign(value=99.0)
    frame.to_parquet(file)
    with pytest.raises(DatasetError, match="checksum differs") as caught:
        sf.read_dataset(root)
    assert "replace-partitions" in caught.value.hint
    file.unlink()
    with pytest.raises(DatasetError, match="is missing"):
        sf.read_dataset(root)
    # As the hint says: that part anew.
    sf.write_dataset(trend({"a": [1, 2]}, "2017-03-30"), root)
    assert sf.read_dataset(root)["value"].tolist() == [1, 2, 3]


@pytest.mark.parametrize("broken", [b"", b"{", b"[]", b'{"format": 1}', b'{"format": 99}'])
def test_a_broken_manifest_is_told(trend, tmp_path, broken) -> None:
    sf.write_dataset(trend({"a": [1]}), tmp_path / "x")
    (tmp_path / "x/_meta/manifest.json").write_bytes(broken)
    with pytest.raises(DatasetError, match=r"cannot be read|has the layout 99"):
        sf.read_dataset(tmp_path / "x")


def test_the_manifest_says_what_is_there(ws, tmp_path) -> None:
    trend_id = ws.trends.find("Baskets per day")
    for dates in (("2017-03-01", "2017-04-01"), ("2017-04-01", "2017-05-01")) * 2:
        frame = ws.trends.calculate(trend_id, dates=sf.between(*dates))
        manifest = sf.write_dataset(frame, tmp_path / "x", "bucket_start:month")
    assert [w["start"][:10] for w in manifest.windows] == ["2017-03-01", "2017-04-01"]
    assert [s["analysis_id"] for s in manifest.sources] == [trend_id]
    assert manifest.frame["rows"].sum() == manifest.rows == 61
    assert "61" in repr(manifest)
    assert "bucket_start:month" in manifest._repr_html_()
    saved = json.loads((tmp_path / "x/_meta/manifest.json").read_text())
    assert str(tmp_path) not in json.dumps(saved)  # a data set may be moved
    (tmp_path / "x").rename(tmp_path / "moved")
    assert len(sf.read_dataset(tmp_path / "moved")) == 61


_FULL = """
import resource, sys
import synerise_frames as sf
frame = sf.read_dataset(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    sf.write_dataset(frame.assign(value=frame["value"] + 1), sys.argv[1])
except sf.DatasetError as error:
    print(error.message, "|", error.hint)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limits of files there")
def test_a_full_disk_leaves_what_was_there(trend, tmp_path) -> None:
    frame = trend({"a": [float(i) * 1.37 for i in range(2000)]})
    sf.write_dataset(frame, tmp_path / "x")
    done = subprocess.run(
        [sys.executable, "-c", _FULL, str(tmp_path / "x")], capture_output=True, text=True,
        timeout=180, check=True, preexec_fn=None,
    )  # fmt: skip
    assert "Cannot write to" in done.stdout, done.stderr
    assert "room" in done.stdout
    pd.testing.assert_frame_equal(sf.read_dataset(tmp_path / "x"), frame)
    sf.write_dataset(frame.assign(value=1.0), tmp_path / "x")
    assert set(sf.read_dataset(tmp_path / "x")["value"]) == {1.0}
    assert not list((tmp_path / "x").rglob("*.tmp"))


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_told(trend, tmp_path) -> None:
    (tmp_path / "x").mkdir(mode=0o500)
    with pytest.raises(DatasetError, match="Cannot write"):
        sf.write_dataset(trend({"a": [1]}), tmp_path / "x")


@pytest.mark.parametrize(
    ("column", "given", "declared"),
    [
        ("value", "12,5", "Float64"),
        ("value", True, "Float64"),
        ("series_id", 5, "string"),
        ("is_partial", 0, "boolean"),
        ("bucket_start", pd.Timestamp("2017-03-30"), "times with a zone"),
        ("bucket_end", "2017-03-31", "times with a zone"),
    ],
)
def test_a_declared_column_of_another_dtype_makes_no_data_set(
    trend, tmp_path, column, given, declared
) -> None:
    frame = trend({"a": [1.0]}).assign(**{column: given})
    with pytest.raises(ConfigError) as caught:
        sf.write_dataset(frame, tmp_path / "x")
    assert caught.value.message == (
        f"The column {column} is {frame[column].dtype} in this frame, and {declared} in each trend."
    )
    assert f"df[{column!r}]" in caught.value.hint
    assert not (tmp_path / "x").exists()
    sf.write_dataset(trend({"a": [1.0]}), tmp_path / "x")


@pytest.mark.parametrize("dtype", ["int64", "int8", "Int64", "float32", "float64", "category"])
def test_numbers_that_stay_the_same_are_written_as_declared(trend, tmp_path, dtype) -> None:
    frame = trend({"a": [1.0, 3.0]})
    odd = frame.astype({"value": dtype, "is_partial": "bool", "series": "object"})
    for name in ("bucket_start", "bucket_end"):
        odd[name] = odd[name].dt.as_unit("ns")
    sf.write_dataset(odd, tmp_path / "x")
    pd.testing.assert_frame_equal(sf.read_dataset(tmp_path / "x"), frame)
    sf.write_dataset(frame, tmp_path / "x")


@pytest.mark.parametrize("value", [0.5, 2.0**63])
def test_a_count_that_is_no_whole_number_is_refused(tmp_path, value) -> None:
    frame = sf.frames.segmentation({"segments": []})
    counts = pd.DataFrame({"segment_id": ["1"], "segment": ["a"], "value": [3.0], "share": [1]})
    counts.attrs["kind"] = "segmentation"
    sf.write_dataset(counts, tmp_path / "x")
    got = sf.read_dataset(tmp_path / "x")
    assert got.dtypes.to_dict() == frame.dtypes.to_dict()
    assert got["value"].tolist() == [3]
    with pytest.raises(ConfigError, match="value is float64 in this frame, and Int64 in each"):
        sf.write_dataset(counts.assign(value=value), tmp_path / "y")


def test_a_number_with_more_digits_than_a_measure_has_is_refused(trend, tmp_path) -> None:
    frame = trend({"a": [1.0]}).assign(value=2**53 + 1)
    with pytest.raises(ConfigError, match="value is int64 in this frame, and Float64"):
        sf.write_dataset(frame, tmp_path / "x")


def test_declared_columns_that_hold_nothing_are_what_they_are_declared(trend, tmp_path) -> None:
    frame = trend({"a": [1.0]})
    sf.write_dataset(frame.assign(value=None, series=float("nan")), tmp_path / "x")
    got = sf.read_dataset(tmp_path / "x")
    assert got.dtypes.to_dict() == frame.dtypes.to_dict()
    assert got[["value", "series"]].isna().all(axis=None)
    sf.write_dataset(frame, tmp_path / "x")


def test_one_column_alone_is_a_list_of_one(trend, tmp_path) -> None:
    sf.write_dataset(trend({"a": [1.0, 2.0]}), tmp_path / "x")
    assert sf.read_dataset(tmp_path / "x", columns="value").columns.tolist() == ["value"]


def test_notes_of_ones_own_that_json_lacks_are_kept_as_text_and_lose_no_others(
    ws, tmp_path
) -> None:
    df = ws.trends.calculate(ws.trends.find("Baskets per day"), dates=sf.last(3))
    day = pd.Timestamp("2017-03-01")
    df.attrs |= {"rows": np.int64(3), "day": day, "of": {"mean": np.float64(1.5)}, ("a", 1): "b"}
    before = dict(df.attrs)
    path = df.synerise.to_parquet(tmp_path / "x.parquet")
    kept = {"rows": 3, "day": str(day), "of": {"mean": 1.5}}
    expected = {k: v for k, v in before.items() if isinstance(k, str)} | kept
    assert json.loads(pq.read_schema(path).metadata[METADATA_KEY])["provenance"] == expected
    # pandas gives them back with a pyarrow that writes them down.
    plain = pd.DataFrame({"a": [1]})
    plain.attrs = {"b": 2}
    if pd.read_parquet(plain.synerise.to_parquet(tmp_path / "y.parquet")).attrs:
        back = pd.read_parquet(path)
        assert back.attrs == expected
        assert "trends.calculate" in back.synerise.explain()
    assert df.attrs == before
    sf.write_dataset(df, tmp_path / "d")
    assert len(sf.read_dataset(tmp_path / "d")) == len(df)
