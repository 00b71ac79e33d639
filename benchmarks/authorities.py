"""What trusting many authorities costs when 64 TLS connections are opened: one reading, not 64.

Run it with ``python -m benchmarks.authorities``. 64 connections are opened with one authority to
trust, and with all of certifi's: the CPU that the latter takes more is what is measured. It is
told beside one reading of the same file by OpenSSL.
"""

from __future__ import annotations

import os
import ssl
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import certifi
import trustme

from benchmarks.alone import Effort, main
from benchmarks.row import Row, at_most, told
from benchmarks.swarm import CONNECTIONS, by_swarm, running, timed
from benchmarks.timing import in_turns


def opened(url: str, bundle: Path) -> float:
    """Open all connections and trust what is in a file; give the seconds of CPU."""
    os.environ["REQUESTS_CA_BUNDLE"] = str(bundle)
    return timed(lambda: by_swarm(url, CONNECTIONS))[1]


def measure(effort: Effort) -> Iterator[Row]:
    """Open connections with few authorities and with many, and read the many."""
    authority = trustme.CA()
    pem = authority.cert_pem.bytes()
    mine = authority.issue_cert("127.0.0.1")
    with tempfile.TemporaryDirectory() as folder:
        few, many, own = (Path(folder) / name for name in ("few.pem", "many.pem", "own.pem"))
        few.write_bytes(pem)
        many.write_bytes(pem + Path(certifi.where()).read_bytes())
        own.write_bytes(mine.private_key_and_cert_chain_pem.bytes())
        with running(str(own)) as url:
            ways = {
                "few": lambda: opened(url, few),
                "many": lambda: opened(url, many),
                "reading": lambda: timed(lambda: ssl.create_default_context(cafile=str(many)))[1],
            }
            in_turns(ways, 1)
            took = in_turns(ways, effort.rounds(7))
    more = tuple(1000 * (m - f) for m, f in zip(took["many"], took["few"], strict=True))
    yield Row(
        f"{CONNECTIONS} TLS connections, CPU for the authorities",
        f"swarm: {median(more):.1f} ms",
        told("one reading of certifi's", took["reading"], "s"),
        at_most(100, "of CPU", unit="ms"),
        more,
    )


if __name__ == "__main__":
    main(__doc__, measure)
