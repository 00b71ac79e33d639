"""Two thousand generated answers; ``python -m tests.hardening`` gives as many as one likes."""

from __future__ import annotations

from pathlib import Path

from tests.hardening.calls import CALLS, Recorded
from tests.hardening.fuzzing import Fuzz, draw
from tests.hardening.server import RawServer

SEED, ANSWERS = 20, 2_000


def test_every_call_ends_well_whatever_is_answered(
    server: RawServer, recorded: tuple[list[Recorded], dict[str, str]], tmp_path: Path
) -> None:
    fuzz = Fuzz(server, *recorded, tmp_path)
    try:
        tally = fuzz.run(SEED, range(ANSWERS))
    finally:
        fuzz.close()
    assert not tally.findings, "\n".join(map(str, tally.findings[:5]))
    # Most answers are so nearly right that there is something to read.
    assert tally.ends["DataFrame"] > ANSWERS / 3
    assert {"ShapeError", "TransportError", "InvalidRequest", "ServerError"} <= {*tally.ends}


def test_a_number_gives_the_same_answer_again(
    recorded: tuple[list[Recorded], dict[str, str]],
) -> None:
    for number in range(len(CALLS)):
        first, again = (draw(recorded[0], SEED, number) for _ in range(2))
        assert (first.where, first.said) == (again.where, again.said)
