"""What a probe asks with: ids from printed lists, or from the user, looked up before use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from synerise_frames.errors import (
    AuthError,
    ConfigError,
    NotFound,
    PermissionDenied,
    SyneriseError,
    TransportError,
)
from synerise_frames.suggest import did_you_mean
from synerise_frames.wire.api import Api
from synerise_frames.wire.bodies import identifier_type
from synerise_frames.wire.operations import OPERATIONS, Operation
from synerise_frames.wire.permissions import PERMISSION_CHECK, all_permissions, granted_in
from synerise_frames.wire.probe.live import asked_live
from synerise_frames.wire.probe.pace import Pace
from synerise_frames.wire.probe.question import Material, Profile, families

__all__ = ["gather"]

#: Definitions of a list that are looked up until one is there.
_MOST_LOOKUPS = 3


def gather(
    api: Api,
    *,
    ids: Mapping[str, Sequence[str]] | None = None,
    profile: Profile | None = None,
    needed: Iterable[str] | None = None,
    pace: Pace | None = None,
) -> Material:
    """Find what the operations can be asked with, through printed lists and details.

    Parameters
    ----------
    api : Api
        Where to look.
    ids : mapping, optional
        Family (``"trends"``) to ids that the user gives; the others are listed.
    profile : (str, str), optional
        By what, and the identifier: ``("id", "123")``. Where left out, the profile that an
        aggregate names for its own preview.
    needed : iterable of str, optional
        Families to look into; all where left out.
    pace : Pace, optional
        Keeps the requests apart.

    Raises
    ------
    ConfigError
        If there is no such family or identifier.
    AuthError, TransportError
        If nothing can be asked at all.
    """
    if profile is not None:
        profile = (identifier_type(profile[0]), str(profile[1]))
    given = {name: _own_ids(name, values) for name, values in (ids or {}).items()}
    wanted = families() if needed is None else [f for f in families() if f in {*needed}]
    search = _Search(api, pace or Pace())
    for family in wanted:
        search.look_into(family, given.get(family))
    return Material(
        search.ids,
        search.details,
        search.checked(profile) if profile else search.default_profile(),
        search.lacking,
        search.permissions(),
    )


def _own_ids(family: str, values: Sequence[str]) -> tuple[str, ...]:
    if family not in families():
        raise ConfigError(
            f"There are no {family!r} to probe.",
            hint=did_you_mean(family, families()) + f"One of: {', '.join(families())}.",
        )
    return (values,) if isinstance(values, str) else tuple(map(str, values))


class _Search:
    """Looks into one family after the other, and keeps the reasons of what is not there."""

    def __init__(self, api: Api, pace: Pace) -> None:
        self._api = api
        self._pace = pace
        self.ids: dict[str, tuple[str, ...]] = {}
        self.details: dict[str, Mapping[str, Any]] = {}
        self.lacking: dict[str, str] = {}

    def look_into(self, family: str, given: tuple[str, ...] | None) -> None:
        """Find ids of a family, and the details of one of them."""
        found = self._listed(family) if given is None else given
        there: list[str] = []
        for one in found if given else found[:_MOST_LOOKUPS]:
            details = self._details(family, one)
            if details is None:
                continue
            there.append(one)
            if isinstance(details.get("analysis"), Mapping):
                self.details.setdefault(family, details)
            if given is None:
                break
        if there and family not in self.details:
            self.lacking.setdefault(family, "the details hold no definition")
        if found and not there:
            self.lacking[family] = f"no {family} have the ids that were tried: give one that exists"
        if there:
            # Ids of a list exist, those that the user gave are kept if they do.
            self.ids[family] = tuple(dict.fromkeys([*there, *(() if given else found)]))

    def permissions(self) -> dict[str, bool]:
        """Ask which permissions the key has; nothing where that cannot be had."""
        if self._api.consumer != "workspace":
            return {}
        self._pace.wait()
        try:
            payload = asked_live(self._api, PERMISSION_CHECK, body=all_permissions())
        except SyneriseError:
            return {}
        return granted_in(payload) or {}

    def checked(self, profile: Profile) -> Profile | None:
        """Give the profile if a public calculation knows it, or if none can tell."""
        by, value = profile
        body = {"identifierValue": value}
        for family in ("aggregates", "expressions"):
            if not self.ids.get(family):
                continue
            name = f"{family.removesuffix('s')}Id"
            path = {name: self.ids[family][0], "identifierType": by}
            self._pace.wait()
            try:
                asked_live(self._api, OPERATIONS[f"{family}.calculate"], path, body=body)
            except NotFound:
                self.lacking["profile"] = (
                    "there is no profile with the identifier that was given: give another"
                )
                return None
            except (AuthError, TransportError):
                raise
            except SyneriseError:
                continue
            return profile
        return profile

    def default_profile(self) -> Profile | None:
        """Give the profile that an aggregate is previewed with, as its details say."""
        found = self.details.get("aggregates", {}).get("previewDefaultObjectId")
        if isinstance(found, int) and not isinstance(found, bool):
            return self.checked(("id", str(found)))
        self.lacking["profile"] = "give the identifier of a profile"
        return None

    def _listed(self, family: str) -> tuple[str, ...]:
        if f"{family}.list" not in OPERATIONS:
            self.lacking[family] = f"the API has no list of {family}: give the id of one"
            return ()
        payload = self._answer(OPERATIONS[f"{family}.list"], family)
        rows = payload.get("data") if isinstance(payload, Mapping) else payload
        if not isinstance(rows, list):
            return ()
        usable = [row for row in rows if isinstance(row, Mapping) and row.get("id")]
        # Dynamic ones may refuse to be calculated without values of their keys.
        usable.sort(
            key=lambda row: (bool(row.get("isDeleted")), bool(row.get("isDynamicAnalytic")))
        )
        return tuple(str(row["id"]) for row in usable)

    def _details(self, family: str, one: str) -> Mapping[str, Any] | None:
        """Give the details; ``None`` where there are none, ``{}`` where nobody can say."""
        op = OPERATIONS[f"{family}.get"]
        (name,) = op.path_arguments
        try:
            payload = self._answer(op, family, {name: one})
        except NotFound:
            return None
        return payload if isinstance(payload, Mapping) else {}

    def _answer(self, op: Operation, family: str, path: Mapping[str, str] | None = None) -> Any:
        self._pace.wait()
        try:
            return asked_live(self._api, op, path)
        except (AuthError, TransportError, NotFound):
            raise
        except PermissionDenied:
            self.lacking[family] = f"the key needs {' and '.join(op.permissions)} ({op.key})"
        except SyneriseError as error:
            self.lacking[family] = f"{op.key} failed ({error.code})"
        return None
