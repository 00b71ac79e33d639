"""Bodies of requests. What is guessed about their fields is guessed here and nowhere else.

Evidence (see the project's notes on the wire): the field names of override bodies are
printed; the form of a date filter is public from the vendor's date picker, that the API
takes the same is inferred; ``aggregateDataBy`` and the items of ``variables`` are guesses.
A ready dict or list always passes through unchanged.
"""

from __future__ import annotations

import reprlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from numbers import Integral
from typing import Any, TypeAlias

import numpy as np

from synerise_frames.errors import ConfigError
from synerise_frames.periods import Absolute, Interval, Relative, Window, Zone, zone
from synerise_frames.redact import hide, plain
from synerise_frames.suggest import did_you_mean
from synerise_frames.wire.operations import Operation, operation

Json: TypeAlias = Any
Dates: TypeAlias = Window | Mapping[str, Any] | None
Width: TypeAlias = str | Interval | timedelta | np.timedelta64 | Mapping[str, Any] | None
Variables: TypeAlias = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None

IDENTIFIERS = operation("aggregates.calculate").values("identifierType")

#: What a directory may hold.
ANALYTIC_TYPES = operation("directories.list").values("analyticType")

# A window here excludes its end, the API's "to" seems to include it (…T23:59:59).
_TICK = timedelta(milliseconds=1)


def date_filter(dates: Dates, tz: Zone) -> Json:
    """Give the ``dateFilter`` of a window; ``{}`` for none.

    Raises
    ------
    ConfigError
        If `dates` is no window, a naive one without a zone, or one at the end of the calendar.
    """
    if dates is None:
        return {}
    if isinstance(dates, Mapping):
        return dict(dates)
    if isinstance(dates, Absolute):
        try:
            return _absolute(dates.localised(tz), tz)
        except OverflowError:
            raise ConfigError(
                "The window reaches beyond all dates that there are, in its zone or in UTC.",
                hint="Choose years from 2 to 9998.",
            ) from None
    if isinstance(dates, Relative):
        duration = dates.duration
        return {
            "type": "RELATIVE",
            "offset": {"type": duration.unit, "value": dates.offset},
            "duration": {"type": duration.unit, "value": duration.value},
        }
    raise ConfigError(
        f"dates={reprlib.repr(dates)} is no window.",
        hint="Use sf.last(90, 'days') or sf.between('2024-01-01', '2024-02-01').",
    )


def _absolute(window: Absolute, tz: Zone) -> Json:
    return {
        "type": "ABSOLUTE",
        "from": _moment(window.start, tz),
        # On the clock of UTC, for a wall clock may skip or repeat the hour before.
        "to": _moment(window.end.astimezone(UTC) - _TICK, tz or window.end.tzinfo),
    }


def _moment(moment: datetime, tz: Zone) -> str:
    shown = moment if tz is None else moment.astimezone(zone(tz))
    return shown.isoformat(timespec="milliseconds")


def interval_of(width: Width) -> Interval | None:
    """Read an interval; ``None`` where there is none or it is in the API's own words."""
    if width is None or isinstance(width, Interval):
        return width
    if isinstance(width, str | timedelta | np.timedelta64):
        return Interval.of(width)
    if isinstance(width, Mapping):
        return None
    raise ConfigError(
        f"interval={reprlib.repr(width)} is none.",
        hint="Write it as pandas does: '1h', '1D', '7D', '1M'.",
    )


def aggregate_by(width: Width) -> Json:
    """Give the ``aggregateDataBy`` of an interval. Its form is a guess."""
    if isinstance(width, Mapping):
        return dict(width)
    interval = interval_of(width)
    return {"type": interval.unit, "value": interval.value} if interval else {}


def variable_list(variables: Variables) -> list[Json]:
    """Give the ``variables`` of dynamic keys. The form of the items is a guess."""
    if variables is None:
        return []
    if isinstance(variables, Mapping):
        return [{"name": name, "value": value} for name, value in variables.items()]
    # No iterator: it would be empty when the body is made a second time.
    given = variables if isinstance(variables, Sequence) else [variables]
    if not all(isinstance(v, Mapping) for v in given):
        raise ConfigError(
            f"variables={reprlib.repr(variables)} are none.",
            hint="Give a dict of names and values, or the API's own list of objects.",
        )
    return [dict(v) for v in given]


def override(
    *,
    dates: Dates,
    interval: Width,
    filter: Json | None,  # noqa: A002 - the API's word
    variables: Variables,
    tz: Zone,
) -> Json:
    """Give the body of a calculation with overrides; only ``variables`` is required."""
    body: dict[str, Json] = {}
    if dates is not None:
        body["dateFilter"] = date_filter(dates, tz)
    if interval is not None:
        body["aggregateDataBy"] = aggregate_by(interval)
    if filter is not None:
        body["filter"] = filter
    body["variables"] = variable_list(variables)
    return hide(body)


def analysis_body(analysis: Mapping[str, Any], *, field: str = "analysis", **more: Json) -> Json:
    """Give the body of a preview. The details of a definition are unwrapped.

    Raises
    ------
    ConfigError
        If `analysis` is no mapping.
    """
    if not isinstance(analysis, Mapping):
        raise ConfigError(
            f"An analysis is a dict, not {type(plain(analysis)).__name__}.",
            hint="It takes a definition, not an id: pass .get(id), or change "
            '.get(id)["analysis"] and pass that.',
        )
    inner = analysis.get("analysis")
    whole = isinstance(inner, Mapping) and "id" in analysis
    return hide({field: dict(inner if whole else analysis), **more})  # type: ignore[arg-type]


def definition_body(
    op: Operation, analysis: Mapping[str, Any], settings: Mapping[str, Any]
) -> Json:
    """Give the body that saves a definition.

    What goes with the analysis comes from `settings`, else from the details if `analysis` is
    the whole of them. A flag that the reference requires is false where nobody gave it.

    Raises
    ------
    ConfigError
        If `analysis` is no mapping.
    """
    body: dict[str, Json] = analysis_body(analysis)
    for name in op.body:
        given = settings.get(name)
        if given is None and analysis.get("analysis") is not None:
            given = analysis.get(name)
        if given is None and name.startswith("is") and name in op.required:
            given = False
        if given is not None and name != "analysis":
            body[name] = given
    return body


def profile_body(profile: object, **more: Json) -> Json:
    """Give the body of a call for one profile; identifiers are text, ids too.

    Raises
    ------
    ConfigError
        If the identifier is empty or no text or whole number.
    """
    if isinstance(profile, bool) or not isinstance(profile, str | Integral) or profile == "":
        raise ConfigError(
            f"{_a(profile)} identifies no profile.",
            hint="Give text or a whole number.",
        )
    return hide({"identifierValue": str(profile), **more})


def _a(value: object) -> str:
    """Say what something is without showing it: it may be about a person."""
    return "Empty text" if value == "" else f"A {type(plain(value)).__name__}"


def identifier_type(by: str) -> str:
    """Check a way to identify profiles.

    Raises
    ------
    ConfigError
        If the API has no such identifier.
    """
    if by in IDENTIFIERS:
        return by
    raise ConfigError(
        f"Profiles are not identified by {by!r}.",
        hint=f"{did_you_mean(by, IDENTIFIERS)}One of: {', '.join(IDENTIFIERS)}.",
    )
