"""What an operation is asked in a probe: the user's own definitions, unchanged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from synerise_frames.wire.bodies import ANALYTIC_TYPES, analysis_body, profile_body
from synerise_frames.wire.freshness import is_of_profile
from synerise_frames.wire.operation import Operation
from synerise_frames.wire.operations import OPERATIONS
from synerise_frames.wire.pages import PAGE_SIZE

__all__ = ["Material", "Question", "ask"]

#: The documented limit of the membership check; more would be refused.
_MOST_SEGMENTATIONS = 10

#: By what a profile is named, and its identifier.
Profile = tuple[str, str]


@dataclass(frozen=True)
class Material:
    """What there is to ask with.

    Attributes
    ----------
    ids : mapping
        Family (``"trends"``) to ids of its definitions, best first.
    details : mapping
        Family to the details of the first of them.
    profile : tuple of str, optional
        By what (``"id"``, ``"uuid"``, ``"email"``, ``"custom_identify"``), and the identifier.
    lacking : mapping
        Family or ``"profile"`` to the reason why there is none, and what to do.
    granted : mapping, optional
        Permission to whether the key has it, where that is known.
    """

    ids: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    details: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)
    profile: Profile | None = field(default=None, repr=False)
    lacking: Mapping[str, str] = field(default_factory=dict)
    granted: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """One call of an operation; ``asked`` are ids that a right answer may give back."""

    values: Mapping[str, str]
    query: Mapping[str, str]
    body: Any = field(repr=False)
    asked: frozenset[str] = frozenset()


def ask(op: Operation, material: Material) -> Question | str:
    """Make the question for an operation, or say what is lacking."""
    family = op.key.partition(".")[0]
    lacking = _lacking(op, family, material)
    if lacking:
        return lacking
    ids = material.ids.get(family, ())
    by, profile = material.profile or ("", "")
    values = {
        name: {"identifierType": by, "clientId": profile}.get(name) or ids[0]
        for name in op.path_arguments
    }
    body, asked = _body(op, family, material)
    return Question(values, _query(op), body, asked)


def _lacking(op: Operation, family: str, material: Material) -> str:
    if not _askable(op):
        return "the probe does not know what to ask here"
    if is_of_profile(op.path_parameters) and material.profile is None:
        return material.lacking.get("profile", "no profile was given")
    if "clientId" in op.path_parameters and material.profile and material.profile[0] != "id":
        return "this operation takes the id of a profile: give one by id"
    of_family = material.lacking.get(family, f"there are no {family}: give the id of one")
    if _needs_id(op) and not material.ids.get(family):
        return of_family
    if _needs_definition(op) and family not in material.details:
        return of_family
    return ""


def _askable(op: Operation) -> bool:
    known = {"variables", "dateFilter", "aggregateDataBy", "filter", "allowNull"}
    known |= {"identifierValue", "segmentationIds", "segmentations"} | _DEFINITION
    needed = {*op.required, *op.required_query} - known - {"analyticType"}
    return op.reads and not needed


_DEFINITION = {"analysis", "aggregate", "expression"}


def _needs_id(op: Operation) -> bool:
    own = {*op.path_arguments} - {"identifierType", "clientId"}
    lists = {"segmentationIds", "segmentations"} & {*op.required}
    return bool(own or lists)


def _needs_definition(op: Operation) -> bool:
    return bool(_DEFINITION & {*op.body})


def _query(op: Operation) -> dict[str, str]:
    query = {"limit": str(PAGE_SIZE)} if "limit" in op.query else {}
    if "analyticType" in op.required_query:
        query["analyticType"] = ANALYTIC_TYPES[0]
    return query


def _body(op: Operation, family: str, material: Material) -> tuple[Any, frozenset[str]]:
    """Give the least body that the reference allows."""
    if not op.body:
        return None, frozenset()
    ids = material.ids.get(family, ())[:_MOST_SEGMENTATIONS]
    body: dict[str, Any] = {}
    if "variables" in op.required:
        body["variables"] = []
    body |= {name: {} for name in ("dateFilter", "aggregateDataBy") if name in op.required}
    definition = next((name for name in op.body if name in _DEFINITION), None)
    if definition:
        details = material.details[family]
        body |= analysis_body(details, field=definition)
        if "allowNull" in op.body and isinstance(details.get("allowNull"), bool):
            body["allowNull"] = details["allowNull"]
    if "identifierValue" in op.body and material.profile:
        body |= profile_body(material.profile[1])
    if "segmentationIds" in op.body:
        body["segmentationIds"] = [*ids]
        return body, frozenset(ids)
    if "segmentations" in op.body:
        # Ids of our own making: nothing but the right answer can give one back. The field
        # for the segmentations is a guess.
        objects = [{"id": str(uuid4()), "segmentationIds": [one]} for one in ids]
        return {**body, "segmentations": objects}, frozenset(str(one["id"]) for one in objects)
    return body, frozenset()


def families() -> list[str]:
    """Give the families that have definitions."""
    return [key.partition(".")[0] for key in OPERATIONS if key.endswith(".get")]
