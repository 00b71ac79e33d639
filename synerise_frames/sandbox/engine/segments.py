"""Segmentations: which profiles are in which segment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from synerise_frames.sandbox.engine.filters import Filter, read_filter
from synerise_frames.sandbox.engine.query import Select, Sql
from synerise_frames.sandbox.engine.request import Request


def segmentation(request: Request) -> dict[str, Any]:
    """Count the profiles of each segment.

    ``totalContacts`` are all profiles; ``excludedContacts`` those in no segment, be it that the
    filter keeps them out.
    """
    titles, rows = _all_members(request)
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
    titles, rows = _all_members(request)
    profiles = {profile.id: profile for profile in request.store.profiles.all}
    return [
        [profiles[id_].to_dict() for id_, inside in rows if inside[i]] for i in range(len(titles))
    ]


def memberships(request: Request, profile_id: int) -> list[bool]:
    """Say for each segment whether the profile is in it."""
    members = _Members(request)
    row = request.row(members.select, profile_id)
    return members.inside(row) if row else [False] * len(members.titles)


def _all_members(request: Request) -> tuple[list[str], list[tuple[int, list[bool]]]]:
    """Give the titles, and for every profile that passes the filter where it is a member."""
    members = _Members(request)
    rows = request.rows(members.select)
    return members.titles, [(id_, members.inside(row)) for id_, *row in rows]


class _Members:
    """A segmentation that was read: the query for its members, and how to read a row."""

    def __init__(self, request: Request) -> None:
        self.titles, filters = _segments(request)
        overlap = request.part["overlap"].value if request.part.has("overlap") else True
        if not isinstance(overlap, bool):
            raise request.part["overlap"].error("Must be true or false.")
        self._overlap = overlap
        columns = [Sql("coalesce(") + one.sql() + Sql(", false)") for one in filters]
        where = (request.filter().sql(),)
        profiles = Sql("profiles p")
        self.select = Select((Sql("p.id"), *columns), profiles, where, order=("p.id",))

    def inside(self, row: Sequence[bool]) -> list[bool]:
        """Say for each segment whether the profile of a row is in it."""
        return list(row) if self._overlap else _first(row)


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


def _first(inside: Sequence[bool]) -> list[bool]:
    """Keep the first segment only."""
    return [member and not any(inside[:i]) for i, member in enumerate(inside)]
