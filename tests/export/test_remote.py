"""Data sets at URLs: in memory, and in a real S3-compatible server on this machine."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator

import fsspec
import pandas as pd
import pytest
from moto.server import ThreadedMotoServer

import synerise_frames as sf
from synerise_frames.errors import ConfigError, DatasetError
from synerise_frames.export.remote import Remote


@pytest.fixture(scope="module")
def s3() -> Iterator[dict[str, str]]:
    """Serve S3 on 127.0.0.1; give what s3fs needs to find it."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        fsspec.filesystem("s3", skip_instance_cache=True).mkdir("shop")
        yield {"endpoint_url": f"http://{host}:{port}"}
    server.stop()


@pytest.fixture(params=["memory", "s3"])
def root(request: pytest.FixtureRequest) -> str:
    name = request.node.name.replace("[", "-").replace("]", "")
    if request.param == "memory":
        return f"memory://shop/{name}"
    request.getfixturevalue("s3")
    return f"s3://shop/{name}"


def test_written_replaced_and_read(trend, root) -> None:
    frame = trend({"a": [1, 2, 3], None: [4, 5, 6]})
    manifest = sf.write_dataset(frame, root, ["series", "bucket_start:month"])
    assert manifest.root == root
    again = sf.read_dataset(root).sort_values("value", ignore_index=True)
    pd.testing.assert_frame_equal(again, frame)
    sf.write_dataset(trend({"a": [9]}, "2017-04-01").assign(note="x"), root)
    got = sf.read_dataset(root)
    assert sorted(got["value"]) == [1, 2, 4, 5, 6, 9]
    assert got["note"].notna().sum() == 1
    names = Remote(root).names()
    assert [n for n in names if n.startswith("_meta/")] == ["_meta/manifest.json"]
    assert len(names) == 5


def test_pandas_reads_it_without_this_library(trend, root) -> None:
    frame = trend({"a": [1, 2, 3]})
    sf.write_dataset(frame, root)
    pd.testing.assert_frame_equal(pd.read_parquet(f"{root}/part-0.parquet"), frame)


def test_a_writer_keeps_others_out_and_a_dead_one_not_for_ever(trend, root) -> None:
    sf.write_dataset(trend({"a": [1]}), root)
    with Remote(root).locked(), pytest.raises(DatasetError, match="Somebody else is writing"):
        sf.write_dataset(trend({"a": [2]}), root)
    assert sf.read_dataset(root)["value"].tolist() == [1]
    left_behind = {"holder": "a dead one", "until": time.time() - 1}
    Remote(root).put("_meta/lock.json", json.dumps(left_behind).encode())
    sf.write_dataset(trend({"a": [3]}), root)
    assert sf.read_dataset(root)["value"].tolist() == [3]


def test_changed_by_somebody_else_is_told(trend, root) -> None:
    sf.write_dataset(trend({"a": [1]}), root)
    store = Remote(root)
    store.put("part-0.parquet", b"PAR1" * 9)
    with pytest.raises(DatasetError, match="checksum differs"):
        sf.read_dataset(root)


def test_many_writers_at_once_leave_a_whole_data_set(trend, root) -> None:
    sf.write_dataset(trend({"a": [0] * 5}), root)
    told: list[str] = []

    def write(value: float) -> None:
        try:
            sf.write_dataset(trend({"a": [value] * 5}), root)
        except DatasetError as error:
            told.append(error.message)

    threads = [threading.Thread(target=write, args=(float(n),)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(sf.read_dataset(root)["value"])) == 1
    assert all("Somebody else" in message for message in told)


def test_what_fsspec_does_not_know(trend) -> None:
    with pytest.raises(ConfigError, match="nowhere://"):
        sf.write_dataset(trend({"a": [1]}), "nowhere://x/y")


def test_a_signature_in_a_url_is_not_repeated(trend) -> None:
    with pytest.raises(DatasetError) as caught:
        sf.read_dataset("memory://shop/none?X-Amz-Signature=canary")
    assert "canary" not in str(caught.value)
