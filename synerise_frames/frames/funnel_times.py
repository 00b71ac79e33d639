"""Times between the steps of a funnel, aligned with the steps they lead to."""

from __future__ import annotations

from typing import Any

from synerise_frames.frames.find import find_value, words
from synerise_frames.frames.flatten import spread, to_records
from synerise_frames.frames.rows import column
from synerise_frames.schema.drift import Reading

TIMES = ("timebetweensteps", "timesbetweensteps", "timebetween", "times", "steptimes", "durations")
_STATISTIC = words("mean avg average value median p50 result time duration")


def times_between(
    reading: Reading, columns: dict[str, Any], node: Any, path: str
) -> dict[str, Any]:
    """Align the times between steps with the steps they lead to."""
    if node in (None, [], {}):
        return {}
    groups, steps = columns["group"], columns["step"]
    lists = _lists_of_times(node, list(dict.fromkeys(groups)))
    if lists is None:
        reading.keep(path, "timeBetweenSteps", node)
        return {}
    found: dict[tuple[str | None, int], dict[str, Any]] = {}
    for group, times in lists.items():
        count = groups.count(group)
        offset = 1 if len(times) >= count > 0 else 2
        for i, row in enumerate(times):
            found[group, i + offset] = row
    known = set(zip(groups, steps, strict=True))
    if any(key not in known for key in found):
        reading.keep(path, "timeBetweenSteps", node)
    rows = [found.get(key, {}) for key in zip(groups, steps, strict=True)]
    main = find_value(
        {k: [r.get(k) for r in rows if r.get(k) is not None] for r in rows for k in r}, _STATISTIC
    )
    names = dict.fromkeys(key for row in rows for key in row if key != main)
    more = {f"time_{name}": [row.get(name) for row in rows] for name in names}
    return {"time_from_previous": column(rows, main), **more}


def _lists_of_times(
    node: Any, groups: list[str | None]
) -> dict[str | None, list[dict[str, Any]]] | None:
    """Give the times of each group; ``None`` if they do not say whose they are."""
    if (
        isinstance(node, list)
        and len(node) == len(groups)
        and all(isinstance(n, list) for n in node)
    ):
        return {group: _flat_times(times) for group, times in zip(groups, node, strict=True)}
    if isinstance(node, dict) and groups != [None] and set(node) <= set(groups):
        return {key: _flat_times(times) for key, times in node.items()}
    return {groups[0]: _flat_times(node)} if len(groups) == 1 else None


def _flat_times(node: Any) -> list[dict[str, Any]]:
    records = to_records(node, "", name_field="between")
    return [spread(row, open_lists=True) for row in records.rows]
