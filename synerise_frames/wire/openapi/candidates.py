"""How well an operation of a document fits one of ours."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from synerise_frames.wire.openapi.names import alike_tags, path_shape, service_of, tag_words
from synerise_frames.wire.openapi.operations import Documented
from synerise_frames.wire.openapi.parameters import place
from synerise_frames.wire.openapi.safety import method_refusal, path_refusal
from synerise_frames.wire.operation import Operation
from synerise_frames.wire.paths import Route


class Fit(IntEnum):
    """How the tags of an operation fit ours."""

    OTHER = 0  # another tag, another service
    SERVICE = 1  # another tag, but a path of the same service
    OPEN = 2  # no tag, or one that tells nothing
    ALIKE = 3  # spelled a little differently
    SAME = 4


@dataclass(frozen=True)
class Candidate:
    """An operation of the document that may be one of ours.

    ``route`` is what would be used; without one, ``reason`` says why.
    """

    found: Documented
    fit: Fit
    route: Route | None
    reason: str
    notes: tuple[str, ...]
    agreement: tuple[bool, bool, bool]

    @property
    def rank(self) -> tuple[bool, ...]:
        """What makes one candidate better than another, the weightiest first."""
        return (
            self.fit >= Fit.ALIKE,
            self.route is not None,
            not self.found.deprecated,
            self.fit >= Fit.OPEN,
            self.fit == Fit.SAME,
            *self.agreement,
        )


def candidate(op: Operation, found: Documented) -> Candidate:
    """Weigh an operation of the document against one of ours."""
    placed = place(op, found)
    reason = method_refusal(op, found) or placed.reason or path_refusal(placed.path)
    notes = (*placed.notes, "deprecated in the document") if found.deprecated else placed.notes
    return Candidate(
        found=found,
        fit=tag_fit(op, found),
        route=None if reason else Route(found.method, placed.path, "openapi"),
        reason=reason,
        notes=notes,
        agreement=agreement(op, found),
    )


def tag_fit(op: Operation, found: Documented) -> Fit:
    """Compare the tags, in any order, with ours."""
    mine = tag_words(op.tag)
    theirs = [tag_words(tag) for tag in found.tags]
    if mine in theirs:
        return Fit.SAME
    if any(alike_tags(mine, words) for words in theirs):
        return Fit.ALIKE
    if not any(theirs):
        return Fit.OPEN
    return Fit.SERVICE if service_of(op.path) == service_of(found.path) else Fit.OTHER


def agreement(op: Operation, found: Documented) -> tuple[bool, bool, bool]:
    """Compare method, path, and path without versions."""
    return (
        op.method == found.method,
        path_shape(op.path) == path_shape(found.path),
        path_shape(op.path, versions=False) == path_shape(found.path, versions=False),
    )


def plausible(op: Operation, item: Candidate) -> bool:
    """Tell whether an operation of the same summary can be ours at all.

    Summaries such as "List directories" stand under many tags of a large document. What a
    write does elsewhere must not be done in the belief that it is ours.
    """
    if item.fit == Fit.SERVICE:
        return op.reads or item.agreement[2]
    return item.fit >= Fit.OPEN
