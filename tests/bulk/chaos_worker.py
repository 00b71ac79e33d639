"""One run of a plan in a process that may be killed at any moment.

``python chaos_worker.py URL JOURNAL OUT COUNT CONNECTIONS`` asks for profiles 0 to COUNT and
prints the counts of the result.
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path


def main(url: str, journal: str, out: str, count: str, connections: str) -> None:
    import synerise_frames as sf
    from synerise_frames.http.swarm import moments

    # What is on its way at the end arrives, whatever the machine's pace.
    moments._GRACE = 30.0
    warnings.simplefilter("ignore", sf.UnverifiedPathWarning)
    ws = sf.connect(
        host=url,
        api_key="key-of-a-bulk-test",
        tz="Europe/Warsaw",
        cache=False,
        retry=sf.RetryPolicy(attempts=8, backoff=0.05, max_wait=2, read_timeout=60),
    )
    plan = ws.profiles(range(int(count))).plan(
        aggregates=["00000000-0000-4000-8000-00000000000a"],
        expressions=["00000000-0000-4000-8000-00000000000b"],
    )
    result = plan.run(
        workers=int(connections), journal=Path(journal), out=Path(out), progress=False
    )
    print(json.dumps({"counts": result.counts, "sent": result.sent}))


if __name__ == "__main__":
    main(*sys.argv[1:])
