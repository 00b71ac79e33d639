"""What the doctor says, as plain text for a terminal."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Collection, Sequence

import pandas as pd

from synerise_frames.wire.operations import OPERATIONS
from synerise_frames.wire.paths import PathBook
from synerise_frames.wire.probe import Finding, unverified, usable_routes
from synerise_frames.wire.probe.finding import Status

__all__ = ["diagnosis_text", "finding_text", "next_step", "probe_text"]

_WIDTH = 96
_INDENT = " " * 11
_SHOWN: tuple[Status, ...] = ("confirmed", "found", "possible", "not found", "denied", "skipped")


def diagnosis_text(diagnosis: pd.DataFrame, paths: PathBook) -> str:
    """Write the frame of ``diagnose`` as text, with the next step at its end."""
    names = max((len(name) for name in diagnosis["check"]), default=0)
    lines = []
    for check, status, detail, hint in diagnosis.itertuples(index=False):
        lines += _hung(f"{status:<8} {check:<{names}}  ", detail)
        if hint:
            lines += _hung(" " * (11 + names) + "-> ", hint)
    return _joined([*lines, "", *textwrap.wrap(next_step(paths), _WIDTH)])


def finding_text(finding: Finding) -> str:
    """Write one finding as text, for showing as it comes."""
    sent = f" ({finding.tried} requests)" if finding.tried else ""
    lines = [f"{finding.status:<10} {finding.key}{sent}"]
    for text in (str(finding.route or ""), finding.note):
        lines += _hung(_INDENT, text) if text else []
    return _joined(lines)


def probe_text(findings: Sequence[Finding], paths: PathBook, *, saved: bool = True) -> str:
    """Write the outcome of a probe: how many of what, what can be done by hand, what is next.

    Parameters
    ----------
    findings : sequence of Finding
        What ``probe_all`` gave.
    paths : PathBook
        The paths in effect while it ran.
    saved : bool, default True
        Whether the routes found are remembered.
    """
    counts = Counter(finding.status for finding in findings)
    told = ", ".join(f"{counts[status]} {status}" for status in _SHOWN if counts[status])
    requests = sum(finding.tried for finding in findings)
    lines = [f"{len(findings)} operations probed, {requests} requests: {told or 'none'}."]
    possible = [one for one in findings if one.status == "possible" and one.route]
    if possible:
        lines += ["", "Possible, but not proved. If you know better, connect with:"]
        lines += [f"  paths={{{one.key!r}: {str(one.route)!r}}}" for one in possible]
    skipped = Counter(one.note for one in findings if one.status in ("skipped", "denied"))
    if skipped:
        lines += ["", "Not probed:"]
        for note, count in skipped.items():
            lines += _hung("  - ", f"{note} ({count} operation{'s' if count > 1 else ''})")
    found = usable_routes(findings) if saved else {}
    return _joined([*lines, "", *textwrap.wrap(next_step(paths, found), _WIDTH)])


def next_step(paths: PathBook, found: Collection[str] | None = None) -> str:
    """Say how many operations are verified, and how the others can be."""
    known = {op.key for op in OPERATIONS.values() if paths.verified(op)} | {*(found or {})}
    sentence = f"{len(known)} of {len(OPERATIONS)} operations verified"
    if len(known) == len(OPERATIONS):
        return f"{sentence}."
    ways = ["'synerise-frames openapi import FILE' with the reference's OpenAPI file"]
    if {op.key for op in unverified(paths)} - known:
        given = "--id and --profile" if found is not None else "your own definitions"
        ways.append(f"'synerise-frames doctor --probe' (reads and calculations) with {given}")
    return f"{sentence}; to verify the others: {', or '.join(ways)}."


def _hung(head: str, text: str) -> list[str]:
    """Wrap a text after a head, with the following lines under it."""
    wrapper = textwrap.TextWrapper(
        width=_WIDTH,
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return wrapper.wrap(text) or [head.rstrip()]


def _joined(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
