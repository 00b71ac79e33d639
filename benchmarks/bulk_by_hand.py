"""Many profile calls to a Parquet file, the way a good engineer writes them by hand.

Each takes the server's address, identifiers and a folder, logs in, and leaves Parquet there with
profile, result and status. None of them retries, keeps a journal or limits its rate: less work
than ours does, in their favour.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import aiohttp
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import requests
import requests_cache
from requests.adapters import HTTPAdapter

from benchmarks.profile_server import LOGIN, PATH

CONNECTIONS = 64
FILE = "results.parquet"
SCHEMA = pa.schema([("profile", pa.string()), ("result", pa.int64()), ("status", pa.int64())])


def authorized(session: requests.Session, url: str) -> requests.Session:
    """Log in, and let one connection a thread be kept."""
    session.mount(url, HTTPAdapter(pool_maxsize=CONNECTIONS))
    token = requests.post(url + LOGIN, json={"apiKey": "benchmark-key"}).json()["token"]
    session.headers["Authorization"] = f"Bearer {token}"
    return session


def _fetch(session: requests.Session, url: str, profile: str) -> dict[str, Any]:
    answer = session.post(url + PATH, json={"identifierValue": profile})
    body = answer.json() if answer.ok else {}
    return {"profile": profile, "status": answer.status_code, "answer": body}


def _to_parquet(answers: list[dict[str, Any]], folder: Path) -> None:
    frame = pd.json_normalize(answers).rename(columns={"answer.result": "result"})
    frame[["profile", "result", "status"]].to_parquet(folder / FILE, index=False)


def session_loop(url: str, profiles: Sequence[str], folder: Path) -> None:
    """Call one after the other on one session."""
    with authorized(requests.Session(), url) as session:
        _to_parquet([_fetch(session, url, profile) for profile in profiles], folder)


def threads(url: str, profiles: Sequence[str], folder: Path) -> None:
    """Share one session among threads."""
    with (
        authorized(requests.Session(), url) as session,
        ThreadPoolExecutor(CONNECTIONS) as pool,
    ):
        _to_parquet(list(pool.map(lambda one: _fetch(session, url, one), profiles)), folder)


def cached_session(url: str, folder: Path) -> requests.Session:
    """Open requests-cache with its fastest settings; other serializers are no faster here."""
    session = requests_cache.CachedSession(
        str(folder / "http_cache"),
        backend="sqlite",
        allowable_methods=("GET", "POST"),
        fast_save=True,
        wal=True,
    )
    return authorized(session, url)


def requests_cache_threads(url: str, profiles: Sequence[str], folder: Path) -> None:
    """Share a caching session among threads."""
    with cached_session(url, folder) as session, ThreadPoolExecutor(CONNECTIONS) as pool:
        _to_parquet(list(pool.map(lambda one: _fetch(session, url, one), profiles)), folder)


def requests_cache_hits(url: str, profiles: Sequence[str], folder: Path) -> None:
    """Read what a caching session has kept; threads only get in each other's way."""
    with cached_session(url, folder) as session:
        _to_parquet([_fetch(session, url, profile) for profile in profiles], folder)


def aiohttp_tasks(url: str, profiles: Sequence[str], folder: Path) -> None:
    """Share one aiohttp session among as many tasks as connections."""
    columns: dict[str, list[Any]] = {name: [None] * len(profiles) for name in SCHEMA.names}

    async def work(session: aiohttp.ClientSession, left: Iterator[tuple[int, str]]) -> None:
        for row, profile in left:
            columns["profile"][row] = profile
            async with session.post(PATH, json={"identifierValue": profile}) as answer:
                columns["status"][row] = answer.status
                if answer.ok:
                    columns["result"][row] = json.loads(await answer.read())["result"]

    async def run() -> None:
        connector = aiohttp.TCPConnector(limit=CONNECTIONS)
        async with aiohttp.ClientSession(url, connector=connector) as session:
            async with session.post(LOGIN, json={"apiKey": "benchmark-key"}) as answer:
                token = (await answer.json())["token"]
            session.headers["Authorization"] = f"Bearer {token}"
            left = iter(enumerate(profiles))
            await asyncio.gather(*(work(session, left) for _ in range(CONNECTIONS)))

    asyncio.run(run())
    pq.write_table(pa.table(columns, schema=SCHEMA), folder / FILE)


def dlt_deferred(url: str, profiles: Sequence[str], folder: Path) -> None:
    """Defer each call to the threads of a dlt resource, and load Parquet files into a folder."""
    settings = {"EXTRACT__WORKERS": CONNECTIONS, "EXTRACT__MAX_PARALLEL_ITEMS": 4 * CONNECTIONS}
    os.environ |= {name: str(value) for name, value in settings.items()}
    # Nothing may be told to anybody from a benchmark.
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    import dlt  # noqa: PLC0415 - reads the environment, and takes seconds

    with authorized(requests.Session(), url) as session:

        @dlt.defer
        def fetch(profile: str) -> dict[str, Any]:
            answer = session.post(url + PATH, json={"identifierValue": profile})
            result = answer.json()["result"] if answer.ok else None
            return {"profile": profile, "result": result, "status": answer.status_code}

        @dlt.resource(name="results", write_disposition="append")
        def results() -> Iterator[Any]:
            yield from map(fetch, profiles)

        pipeline = dlt.pipeline(
            "bulk",
            pipelines_dir=str(folder / "pipelines"),
            destination=dlt.destinations.filesystem(str(folder / "lake")),
            dataset_name="profiles",
        )
        pipeline.run(results(), loader_file_format="parquet").raise_on_failed_jobs()


def read_back(folder: Path) -> pa.Table:
    """Give what one of these left."""
    lake = folder / "lake" / "profiles" / "results"
    return pq.read_table(lake if lake.exists() else folder / FILE)
