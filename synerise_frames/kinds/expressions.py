"""Expressions: formulas over a profile's aggregates and attributes."""

from __future__ import annotations

from synerise_frames import frames
from synerise_frames.kinds.profile_values import ProfileValues


class Expressions(ProfileValues):
    """The expressions of a workspace: ``ws.expressions``.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> with sf.demo() as ws:
    ...     big = ws.expressions.calculate(ws.expressions.find("Big spender"), 1)
    >>> big["result_type"].item()
    'string'
    """

    kind = "expression"
    family = "expressions"
    _reader = staticmethod(frames.expression)
    _preview_reader = staticmethod(frames.expression_preview)
