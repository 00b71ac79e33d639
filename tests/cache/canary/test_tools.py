"""Tools that show local variables, each in its own way, and hidden values."""

from __future__ import annotations

import pprint
import pydoc
import reprlib
import traceback
from collections.abc import Callable
from typing import Any

import pytest
from _pytest._io.saferepr import saferepr
from IPython.lib.pretty import pretty

from synerise_frames.redact import MASK, hide
from tests.cache.canary.hunting import EMAIL, Hunt

VALUES: list[Any] = [EMAIL, EMAIL * 20, EMAIL.encode(), {"by": EMAIL}, {"in": {"it": [EMAIL]}},
                     [EMAIL], (EMAIL, 1), {EMAIL: 1}]  # fmt: skip


def _locals(value: Any) -> str:
    try:
        raise_with(value)
    except ZeroDivisionError as error:
        told = traceback.TracebackException.from_exception(error, capture_locals=True)
        return "".join(told.format())
    raise AssertionError


def raise_with(value: object) -> None:
    raise ZeroDivisionError


#: Sentry's client and rich are not installed here: these are what they ask a value for.
SHOWN: dict[str, Callable[[Any], object]] = {
    "repr": repr,
    "inside": lambda value: repr([{"a": (value,)}]),
    "pprint": pprint.pformat,
    "reprlib": reprlib.repr,
    "pydoc": pydoc.text.repr,
    "pytest": saferepr,
    "IPython": pretty,
    "traceback": _locals,
    "Sentry": lambda value: type(value).__sentry_repr__(value),
    "rich": lambda value: f"{type(value).__name__}{[*value.__rich_repr__()]}",
}


@pytest.mark.parametrize("show", SHOWN.values(), ids=SHOWN)
def test_nothing_is_shown(show: Callable[[Any], object]) -> None:
    hunt = Hunt({"e-mail": EMAIL})
    for value in VALUES:
        shown = str(show(hide(value)))
        hunt.search("shown", shown)
        assert MASK in shown or "Hidden" in shown
    assert hunt.hits == []


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_hidden_value_works_as_before(value: Any) -> None:
    hidden = hide(value)
    assert hidden == (list(value) if isinstance(value, tuple) else value)
    assert isinstance(hidden, list if isinstance(value, tuple) else type(value))
    assert hide(hidden) is hidden


def test_what_tells_nothing_stays_as_it_is() -> None:
    for value in (None, "", 7, 1.5, True):
        assert hide(value) is value
