"""Kinds and analyses as they are named on a shell, and what is meant by it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

import click
from click.shell_completion import CompletionItem

from synerise_frames.errors import NotFound, SyneriseError
from synerise_frames.kinds.base import Kind
from synerise_frames.suggest import did_you_mean
from synerise_frames.workspace import Workspace

#: Kinds of analyses, and the namespace of each.
FAMILIES = {
    "trend": "trends",
    "histogram": "histograms",
    "funnel": "funnels",
    "report": "reports",
    "metric": "metrics",
    "sankey": "sankeys",
    "segmentation": "segmentations",
    "aggregate": "aggregates",
    "expression": "expressions",
}


class KindName(click.ParamType):  # type: ignore[type-arg] # older versions take none
    """A kind of analysis: ``trend``, also ``trends``."""

    name = "kind"

    def __init__(self, *more: str) -> None:
        self.known = [*FAMILIES, *more]

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Read a kind, and say which are close where it is none."""
        wanted = value.strip().lower()
        names = {name: name for name in self.known} | {many: one for one, many in FAMILIES.items()}
        if wanted not in names:
            close = did_you_mean(wanted, self.known)
            self.fail(f"{value!r} is no kind. {close}One of: {', '.join(self.known)}.", param, ctx)
        return names[wanted]

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's arguments
        param: click.Parameter,  # noqa: ARG002
        incomplete: str,
    ) -> list[CompletionItem]:
        """Give the kinds that begin so."""
        return [CompletionItem(name) for name in self.known if name.startswith(incomplete)]


def kind_of(workspace: Workspace, kind: str) -> Kind:
    """Give the namespace of a kind."""
    namespace: Kind = getattr(workspace, FAMILIES[kind])
    return namespace


def is_id(text: str) -> bool:
    """Say whether a text is an id, rather than a name.

    >>> is_id("98c92d01-d274-576f-bfea-6751ca61b1dd"), is_id("Revenue"), is_id("1234")
    (True, False, True)
    """
    with suppress(ValueError):
        UUID(text)
        return True
    return text.isdecimal()


def resolved(workspace: Workspace, kind: str, named: str) -> str:
    """Give the id of the analysis that is meant by an id or a name.

    Raises
    ------
    NotFound
        If no analysis has the name, or several do; the hint has close matches.
    """
    namespace = kind_of(workspace, kind)
    if is_id(named):
        return _numbered(namespace, named) if named.isdecimal() else named
    try:
        return namespace.find(named)
    except NotFound as error:
        raise NotFound(
            error.message, code=error.code, hint=_hint(error.hint, kind, named)
        ) from None


def _numbered(namespace: Kind, named: str) -> str:
    """Give what digits mean: an id where there is one, else the name of a year, say."""
    try:
        if (namespace.list()["id"] == named).any():
            return named
        return namespace.find(named)
    except NotFound as error:
        if error.code == "ambiguous":
            raise
    except SyneriseError:
        # Without a list there is nothing but the id; what is wrong the calculation says itself.
        pass
    return named


def resolved_all(workspace: Workspace, kind: str, named: Sequence[str]) -> list[str]:
    """Give the ids of several analyses of a kind."""
    return [resolved(workspace, kind, one) for one in named]


def _hint(hint: str, kind: str, named: str) -> str:
    if kind == "trend" and "no list of trends" in hint:
        return (
            "The API has no list of trends: give the id from the trend's address in the web "
            "application."
        )
    if hint.startswith(("Did you mean", "Use an id")):
        return hint
    return f"'synerise-frames list {kind}' shows what there is; {named!r} is like none of it."


def missing(workspace: Workspace, kind: str, analysis_id: str, error: NotFound) -> NotFound:
    """Say what an id that is not there may have been meant for."""
    hint = f"'synerise-frames list {kind}' shows what there is."
    # It is said to help: that it cannot be had is no second error.
    with suppress(SyneriseError):
        there = workspace.catalog()
        rows = zip(there["id"], there["kind"], there["name"], strict=True)
        named = {str(one): (str(its_kind), str(name)) for one, its_kind, name in rows}
        if analysis_id in named:
            other, name = named[analysis_id]
            if other != kind:
                hint = f"It is a {other}, {name!r}: synerise-frames pull {other} {analysis_id}"
        else:
            close = did_you_mean(analysis_id, [i for i, (k, _) in named.items() if k == kind])
            near = re.search(r"'(.+)'", close)
            if near:
                hint = f"{close.strip()} That is {named[near[1]][1]!r}."
    return NotFound(error.message, code=error.code, http_status=error.http_status, hint=hint)
