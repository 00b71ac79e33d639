"""Data sets at URLs: in memory, and in a real S3-compatible server on this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator

import fsspec
import pandas as pd
import pytest
from moto.server import ThreadedMotoServer

import synerise_frames as sf
from synerise_frames.errors import ConfigError, DatasetError
from synerise_frames.export import leases, remote
from synerise_frames.export.folder import Folder
from synerise_frames.export.opening import open_store
from synerise_frames.export.remote import Remote
from synerise_frames.redact import redact
from tests.zones import with_zones_of


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
    read = pd.read_parquet(f"{root}/part-0.parquet")
    pd.testing.assert_frame_equal(with_zones_of(read, frame), frame)


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


class Slow(Remote):
    """A writer that is stopped for so long, once, that others take it for dead."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.at = ""
        self.meanwhile: Callable[[], object] = lambda: None

    def put(self, name: str, content: bytes | memoryview) -> None:
        super().put(name, content)
        if self.at and self.at in name:
            self.at = ""
            self.meanwhile()


def test_a_writer_that_was_taken_for_dead_changes_nothing(trend, root, monkeypatch) -> None:
    sf.write_dataset(trend({"a": [1.0]}), root)
    monkeypatch.setattr(leases, "PATIENCE", 0.2)
    slow = Slow(root)
    slow.at = "_meta/staged"

    def another() -> None:
        monkeypatch.setattr(remote, "Remote", Remote)
        # As if the machine had slept: its note ran out, and nobody renewed it.
        note = json.loads(Remote(root).read(leases.LOCK))
        Remote(root).put(leases.LOCK, json.dumps({**note, "until": time.time() - 1}).encode())
        sf.write_dataset(trend({"a": [2.0]}), root, mode="append")

    slow.meanwhile = another
    monkeypatch.setattr(remote, "Remote", lambda _: slow)
    monkeypatch.setattr(leases.NoteLease, "renew", lambda *_: None)
    with pytest.raises(DatasetError, match=r"lock of .* was lost; nothing was changed"):
        sf.write_dataset(trend({"a": [3.0]}), root, mode="append")
    monkeypatch.setattr(remote, "Remote", Remote)
    assert sorted(sf.read_dataset(root)["value"]) == [1.0, 2.0]
    assert [n for n in Remote(root).names() if n.startswith("_meta/")] == ["_meta/manifest.json"]


class OftenRenewed(float):
    """Seconds that a note is good for, for longer than a machine stumbles, yet soon renewed."""

    def __truediv__(self, parts: float) -> float:
        return 0.05


def test_a_writer_that_lives_keeps_its_lock(trend, root, monkeypatch) -> None:
    def until() -> float:
        return float(json.loads(Remote(root).read(leases.LOCK) or b"null")["until"])

    monkeypatch.setattr(leases, "PATIENCE", OftenRenewed(600))
    with Remote(root).locked() as lease:
        first, ends = until(), time.monotonic() + 60
        while until() == first and time.monotonic() < ends:
            time.sleep(0.01)
        assert first < until() <= time.time() + 600
        lease.check()
        with pytest.raises(DatasetError, match="Somebody else is writing"):
            sf.write_dataset(trend({"a": [2]}), root)
    sf.write_dataset(trend({"a": [3]}), root)


def test_of_many_that_come_at_once_one_has_the_lock(root) -> None:
    together = threading.Barrier(6)
    holding = threading.Semaphore(1)
    told: list[str] = []

    def take() -> None:
        store = Remote(root)
        together.wait()
        try:
            with store.locked():
                assert holding.acquire(blocking=False)
                time.sleep(0.2)
                holding.release()
                told.append("held")
        except DatasetError as error:
            told.append(error.message)

    threads = [threading.Thread(target=take) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told.count("held") >= 1
    assert len(told) == 6


def test_a_folder_as_a_url_is_the_folder(trend, tmp_path) -> None:
    store = open_store(f"file://{tmp_path}/x y")
    assert isinstance(store, Folder)
    assert store.root == str(tmp_path / "x y")
    with Folder(tmp_path / "x y").locked(), pytest.raises(DatasetError, match="Somebody else"):
        sf.write_dataset(trend({"a": [1]}), f"local://{tmp_path}/x y")
    assert not list(tmp_path.rglob("*.parquet"))


def test_a_password_in_a_url_is_not_repeated(trend) -> None:
    manifest = sf.write_dataset(
        trend({"a": [1]}), "memory://user:canary-pass@host/x?sig=canary-sig"
    )
    assert manifest.root == "memory://host/x"
    assert "canary" not in repr(manifest) + redact("canary-pass canary-sig")


def test_what_a_backend_raises_is_told_without_its_secrets(trend, monkeypatch) -> None:
    def refuse(self: object, path: str, **_: object) -> bytes:
        raise RuntimeError(f"GET {path}?sig=canary-signature failed")

    url = "memory://shop/none?sig=canary-signature"
    monkeypatch.setattr("fsspec.implementations.memory.MemoryFileSystem.cat_file", refuse)
    for call in (lambda: sf.read_dataset(url), lambda: sf.write_dataset(trend({"a": [1]}), url)):
        with pytest.raises(DatasetError, match="RuntimeError: GET") as caught:
            call()
        assert "canary" not in "".join(traceback.format_exception(caught.value))


def test_no_credentials_and_no_bucket_are_told(trend, s3) -> None:
    with pytest.raises(DatasetError, match="Cannot write to s3://no-such-bucket/x"):
        sf.write_dataset(trend({"a": [1]}), "s3://no-such-bucket/x")
    code = (
        "import synerise_frames as sf\n"
        "try: sf.read_dataset('s3://shop/x')\n"
        "except sf.DatasetError as error: print(error.message, '|', error.hint)"
    )
    env = {
        k: v
        for k, v in os.environ.items()
        if k not in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    }
    env |= {"AWS_EC2_METADATA_DISABLED": "true", "HOME": "/nonexistent"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=env,
        capture_output=True,
        text=True,
        timeout=180,
        check=True,
    )
    assert "Cannot read s3://shop/x" in done.stdout
    assert "credentials" in done.stdout
