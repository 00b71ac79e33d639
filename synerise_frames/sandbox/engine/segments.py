"""Segmentations: which profiles are in which segment."""

from __future__ import annotations

from typing import Any

from synerise_frames.sandbox.engine.filters import Filter, read_filter
from synerise_frames.sandbox.engine.query import Select, Sql
from synerise_frames.sandbox.engine.request import Request


def segmentation(request: Request) -> dict[str, Any]:
    """Count the profiles of each segment.

    ``totalContacts`` are all profiles; ``excludedContacts`` those in no segment, be it that the
    filter keeps them out.
    """
    titles, rows = _members(request)
    total = len(request.store.profiles)
    return {
        "calculationResults": [
            {"title": title, "value": sum(inside[i] for _, inside in rows)}
            for i, title in enumerate(titles)
        ],
        "totalContacts": total,
        "excludedContacts": total - sum(any(inside) for _, inside in rows),
        "metadata": {},
    }


def segment_profiles(request: Request) -> list[list[dict[str, Any]]]:
    """Give the profiles of each segment in order of their id."""
    titles, rows = _members(request)
    profiles = {profile.id: profile for profile in request.store.profiles.all}
    return [
        [profiles[id_].to_dict() for id_, inside in rows if inside[i]] for i in range(len(titles))
    ]


def memberships(request: Request, profile_id: int) -> list[bool]:
    """Say for each segment whether the profile is in it."""
    titles, rows = _members(request, profile_id)
    return rows[0][1] if rows else [False] * len(titles)


def _members(
    request: Request, profile_id: int | None = None
) -> tuple[list[str], list[tuple[int, list[bool]]]]:
    """Give the titles, and for every profile that passes the filter where it is a member."""
    titles, filters = _segments(request)
    overlap = request.part["overlap"].value if request.part.has("overlap") else True
    if not isinstance(overlap, bool):
        raise request.part["overlap"].error("Must be true or false.")
    where = [request.filter().sql(profile_id)]
    if profile_id is not None:
        where.append(Sql("p.id = ?", (profile_id,)))
    columns = [Sql("coalesce(") + f.sql(profile_id) + Sql(", false)") for f in filters]
    select = Select((Sql("p.id"), *columns), Sql("profiles p"), tuple(where), order=("p.id",))
    rows = [(row[0], list(row[1:])) for row in request.rows(select)]
    return titles, rows if overlap else [(id_, _first(inside)) for id_, inside in rows]


def _segments(request: Request) -> tuple[list[str], list[Filter]]:
    titles: list[str] = []
    filters: list[Filter] = []
    for item in request.part["segments"].items(at_least=1):
        item.fields("title", "filter", required=["title"])
        if item["title"].text() in titles:
            raise item["title"].error("Two segments have this title.")
        titles.append(item["title"].text())
        window = request.given_window()
        filters.append(read_filter(item["filter"], request.names, request.store, window))
    return titles, filters


def _first(inside: list[bool]) -> list[bool]:
    """Keep the first segment only."""
    return [member and not any(inside[:i]) for i, member in enumerate(inside)]
