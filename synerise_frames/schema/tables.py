"""The one table of columns: every kind of frame, every column, in order."""

from __future__ import annotations

from types import MappingProxyType

from synerise_frames.errors import ConfigError
from synerise_frames.schema.columns import Column, count, flag, measure, text, time
from synerise_frames.suggest import did_you_mean

#: Raised when the meaning, name or dtype of any column changes.
SCHEMA_VERSION = 1

_BUCKET = (
    time("bucket_start", "start of the bucket (included)"),
    time("bucket_end", "end of the bucket (excluded)"),
    measure("value", "value in the bucket; missing where the server sent null", unit="as defined"),
    flag("is_partial", "the bucket was not over yet when it was calculated"),
)

_SERIES = (
    text("series_id", "id of the series, as sent; its position where none was sent"),
    text("series", "name of the series; missing where the server sent null"),
    *_BUCKET,
)

_PROFILE_VALUE = (
    text("profile", "identifier of the profile, as asked for; missing where nobody said"),
    text("client_id", "the profile's id, as answered"),
    text("analysis_id", "id of the analysis"),
    text("name", "name of the analysis"),
    text("result", "the answer as text; JSON text for lists and objects"),
    measure("value", "the answer read as a number; missing where it is none", unit="as defined"),
    text("result_type", "number, string, boolean, list, object or null"),
)

TABLES = MappingProxyType(
    {
        "trend": _SERIES,
        "histogram": _SERIES,
        "aggregate_history": (
            text("aggregate_id", "id of the aggregate"),
            text("profile", "id of the profile"),
            *_BUCKET,
        ),
        "funnel": (
            text("group", "group of profiles; missing where the funnel has no groups"),
            count("step", "position of the step, from 1", nullable=False),
            text("name", "name of the step"),
            count("value", "profiles that reached the step", unit="profiles"),
            measure("share_of_first", "value over the first step's, computed here"),
            measure("share_of_previous", "value over the previous step's, computed here"),
            measure("time_from_previous", "time since the previous step, as sent", unit="unknown"),
        ),
        "report": (
            count("row", "position of the row in the answer, from 0", nullable=False),
            # one string column per dimension comes here, under its own name
            text("metric", "name of the metric"),
            measure("value", "value of the metric in the row", unit="as defined"),
        ),
        "metric": (
            text("metric_id", "id of the metric"),
            text("metric", "name of the metric"),
            measure("value", "value of the metric", unit="as defined"),
        ),
        "sankey": (
            count("step", "position of the edge in the flow, from 1"),
            text("source", "event that the flow leaves"),
            text("target", "event that the flow enters"),
            count("value", "flows along the edge"),
        ),
        "segmentation": (
            text("segment_id", "id of the segment, where sent"),
            text("segment", "name of the segment"),
            count("value", "profiles in the segment", unit="profiles"),
            measure("share", "value over the sum of all segments, computed here"),
        ),
        "segment_profiles": (
            count("segment", "position of the segment, from 0", nullable=False),
            text("profile_id", "id of the profile"),
            text("uuid", "UUID of the profile"),
            text("email", "e-mail address of the profile"),
            text("custom_id", "custom id of the profile"),
        ),
        "membership": (
            text("profile", "identifier of the profile, as asked for; missing where nobody said"),
            text("segmentation_id", "id of the segmentation; missing where none was sent"),
            text("segmentation", "name of the segmentation, where sent"),
            flag("member", "whether the profile is in it; missing where the answer is silent"),
        ),
        "aggregate": _PROFILE_VALUE,
        "expression": _PROFILE_VALUE,
        "ledger": (
            text("profile", "identifier of the profile, as given; missing where none was"),
            text("kind", "aggregate, expression or segmentation", nullable=False),
            text("analysis_id", "id of the analysis", nullable=False),
            text("name", "name of the analysis"),
            text("result", "the answer as text; JSON text for lists and objects"),
            measure(
                "value", "the answer read as a number; missing where it is none", unit="as defined"
            ),
            text("result_type", "number, string, boolean, list, object or null"),
            text(
                "status",
                "ok, not_found, forbidden, invalid, rate_limited, error or skipped",
                nullable=False,
            ),
            count("http_status", "status of the last answer; missing where none came"),
            text("error", "what went wrong, in words that name no profile"),
            count("attempts", "how often it was tried; 0 where nothing was sent", nullable=False),
            text("source", "live or cached; missing where there is no answer"),
            time("fetched_at", "when the server was asked; missing where it was not"),
        ),
        "comparison": (
            # before them the columns that say what a row is about, under their own names; for
            # buckets position, bucket_start, baseline_start and is_partial, too
            measure("value", "value of the frame", unit="as defined"),
            measure("baseline", "value of the frame compared with", unit="as defined"),
            measure("difference", "value less baseline", unit="as defined"),
            measure("change", "difference over the size of the baseline"),
        ),
        "changes": (
            # before them the columns that say what a row is about, under their own names; for
            # buckets bucket_start, bucket_end and was_partial, too
            text("status", "changed, new or gone", nullable=False),
            measure("old", "value of the old frame; missing where it has none", unit="as defined"),
            measure("new", "value of the new frame; missing where it has none", unit="as defined"),
            measure("difference", "new less old", unit="as defined"),
            measure("change", "difference over the size of the old value"),
        ),
        "listing": (
            text("kind", "kind of the analysis"),
            text("id", "id of the analysis"),
            text("name", "name of the analysis"),
            text("description", "description of the analysis"),
            text("author", "id of the user who created it"),
            text("modifier", "id of the user who changed it last"),
            time("created_at", "when it was created"),
            time("updated_at", "when it was changed last"),
            text("directory_id", "id of its directory"),
            flag("is_predefined", "comes with the workspace"),
            flag("is_dynamic", "has dynamic keys"),
            flag("is_deleted", "was deleted"),
        ),
        "directories": (
            text("id", "id of the directory"),
            text("name", "name of the directory"),
            text("analytic_type", "kind of analyses in it, as the API spells it"),
        ),
    }
)


def table(kind: str) -> tuple[Column, ...]:
    """Give the declared columns of a kind.

    Raises
    ------
    ConfigError
        If there is no such kind.
    """
    try:
        return TABLES[kind]
    except KeyError:
        raise ConfigError(
            f"There is no frame kind {kind!r}.",
            hint=f"{did_you_mean(kind, TABLES)}Kinds: {', '.join(TABLES)}.",
        ) from None
