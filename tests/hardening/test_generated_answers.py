"""Two thousand generated answers; ``python -m tests.hardening`` gives as many as one likes."""

from __future__ import annotations

from pathlib import Path

from tests.hardening.calls import Recorded
from tests.hardening.fuzzing import Fuzz
from tests.hardening.server import RawServer
from tests.hardening.shrinking import EACH

SEED, ANSWERS = 20, 2_000


def test_every_call_ends_well_whatever_is_answered(
    server: RawServer, recorded: tuple[list[Recorded], dict[str, str]], tmp_path: Path
) -> None:
    fuzz = Fuzz(server, *recorded, tmp_path)
    try:
        tally = fuzz.run(SEED, range(ANSWERS // EACH))
    finally:
        fuzz.close()
    assert not tally.findings, "\n".join(tally.findings[:5])
    # Most answers are so nearly right that there is something to read.
    assert tally.ends["DataFrame"] > ANSWERS / 3
    assert {"ShapeError", "TransportError", "InvalidRequest", "ServerError"} <= {*tally.ends}
