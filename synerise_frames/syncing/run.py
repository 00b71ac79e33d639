"""The sync itself: step by step, data set by data set, one at a time."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, date, tzinfo

from synerise_frames.connecting import connect
from synerise_frames.errors import ConfigError, DatasetError, SyneriseError
from synerise_frames.export.opening import open_store
from synerise_frames.periods import zone
from synerise_frames.syncing.definitions import Definitions
from synerise_frames.syncing.memory import read_notes
from synerise_frames.syncing.origin import check_origin
from synerise_frames.syncing.planning import Dataset, Task, open_dataset, tasks
from synerise_frames.syncing.pulling import Puller
from synerise_frames.syncing.recipe import DatasetSpec, Recipe, read_recipe
from synerise_frames.syncing.result import Step, SyncResult
from synerise_frames.wire.limits import RateLimits
from synerise_frames.workspace import Workspace

OnStep = Callable[[Step], None]


def sync(
    recipe: str | os.PathLike[str],
    workspace: Workspace | None = None,
    *,
    dry_run: bool = False,
    only: str | Sequence[str] = (),
    again: str | date | None = None,
    on_step: OnStep | None = None,
) -> SyncResult:
    """Bring the data sets of a recipe up to date.

    Each window of each data set is a step of its own, which happens whole or not at all: a sync
    may be run every hour and killed at any moment. A data set that fails does not hold up the
    others; the result tells.

    Parameters
    ----------
    recipe : str or path-like
        A TOML file; the page "Recipes" of the documentation has its keys.
    workspace : Workspace, optional
        Whom to ask; ``sf.connect()`` with the recipe's ``[workspace]`` where left out.
    dry_run : bool, default False
        Send and write nothing; say what would be done.
    only : str or sequence of str, default ()
        Names of data sets; all where left out.
    again : str or date, optional
        Pull what is there again too, from the window on that this day is in: after late
        corrections, or where a file was changed by hand.
    on_step : callable, optional
        Told each step when it is done.

    Returns
    -------
    SyncResult
        The steps; ``.ok`` says whether nothing failed, ``.frame`` has a row a step.

    Raises
    ------
    ConfigError
        If the recipe says what cannot be; line and close match are named.
    DatasetError
        If somebody else is syncing into this root (``code="busy"``), or nothing can be written.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import synerise_frames as sf
    >>> text = '''
    ... root = "data"
    ... [[dataset]]
    ... name = "revenue"
    ... kind = "metric"
    ... analysis = "Revenue"
    ... from = "2017-11-01"
    ... '''
    >>> with sf.demo() as ws, tempfile.TemporaryDirectory() as folder:
    ...     recipe = Path(folder, "recipe.toml")
    ...     _ = recipe.write_text(text)
    ...     done = sf.sync(recipe, ws)
    ...     done.frame[["window", "rows"]].to_numpy().tolist()
    [['2017-11', 1], ['2017-12', 1], ['2018-01', 1]]
    """
    began = time.monotonic()
    made = read_recipe(recipe)
    specs = made.only((only,) if isinstance(only, str) else tuple(only))
    tell, since = on_step or _nobody, _day(again)
    with ExitStack() as stack:
        ws = workspace or stack.enter_context(_connected(made))
        runner = _Runner(ws, _zone(ws), made.root, tell, since)
        if not dry_run:
            _check_online(ws)
            stack.enter_context(_alone(made.root))
        steps = [step for spec in specs for step in runner.steps(spec, dry_run)]
    seconds = time.monotonic() - began
    return SyncResult(made.name, made.root, tuple(steps), seconds, dry_run)


def _day(text: str | date | None) -> date | None:
    if text is None or isinstance(text, date):
        return text
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        raise ConfigError(f"again={text!r} is no day.", hint="Write '2024-01-31'.") from None


def _nobody(_: Step) -> None:
    """Tell nobody."""


def _connected(recipe: Recipe) -> Workspace:
    settings = dict(recipe.workspace)
    rate = settings.pop("per_second", None)
    return connect(**settings, limits=RateLimits(per_second=rate) if rate else None)


def _check_online(workspace: Workspace) -> None:
    memory = workspace.context.api.memory
    if memory and memory.offline:
        raise ConfigError(
            "A sync asks the server, and this workspace is offline.",
            hint="Unset SYNERISE_OFFLINE, or connect with offline=False; a dry run shows the plan.",
        )


def _zone(workspace: Workspace) -> tzinfo:
    if workspace.context.tz is None:
        raise ConfigError(
            "Windows follow the calendar of the workspace's zone, and none is known.",
            hint='Write tz = "Europe/Warsaw" below [workspace], or set SYNERISE_TZ.',
        )
    return zone(workspace.context.tz)


@contextmanager
def _alone(root: str) -> Iterator[None]:
    """Keep other syncs out; the system takes the lock back from one that was killed."""
    with ExitStack() as stack:
        try:
            stack.enter_context(open_store(root).locked())
        except DatasetError as error:
            raise DatasetError(
                f"Another sync into {root} is running.", code="busy", hint=error.hint
            ) from None
        except OSError as error:
            raise DatasetError(
                f"Cannot write to {root}: {error.strerror or error}.",
                hint="Check room and rights; nothing was changed.",
            ) from None
        yield


class _Runner:
    def __init__(
        self, workspace: Workspace, zone: tzinfo, root: str, tell: OnStep, again: date | None
    ) -> None:
        self._again = again
        self._workspace = workspace
        self._zone = zone
        self._root = root
        self._tell = tell
        self._puller = Puller(workspace, zone, Definitions(workspace))

    def steps(self, spec: DatasetSpec, dry_run: bool) -> Iterator[Step]:
        """Do the steps of one data set; one that fails is the last."""
        blank = Step(spec.name, spec.kind)
        try:
            dataset = open_dataset(spec, self._root)
            check_origin(dataset.manifest, self._workspace.context.alias, self._zone)
            now = self._workspace.context.now().astimezone(UTC)
            todo = tasks(dataset, now, self._zone, self._again)
        except SyneriseError as error:
            yield self._told(_failed(blank, error))
            return
        except OSError as error:
            yield self._told(_failed(blank, _unreadable(self._root, error)))
            return
        if not todo:
            yield self._told(replace(blank, status="current"))
        for task in todo:
            step = _step_of(blank, task)
            if not dry_run:
                dataset, step = self._done(dataset, task, step)
            yield self._told(step)
            if step.status == "failed":
                return

    def _done(self, dataset: Dataset, task: Task, step: Step) -> tuple[Dataset, Step]:
        began = time.monotonic()
        try:
            manifest, rows = self._puller.pull(dataset, task)
        except SyneriseError as error:
            return dataset, _failed(replace(step, seconds=time.monotonic() - began), error)
        notes = read_notes(manifest.windows, dataset.root)
        seconds = time.monotonic() - began
        return (
            replace(dataset, manifest=manifest, notes=notes, gone=()),
            replace(step, status="done", rows=rows, seconds=seconds),
        )

    def _told(self, step: Step) -> Step:
        self._tell(step)
        return step


def _step_of(blank: Step, task: Task) -> Step:
    if task.window is None:
        return replace(blank, reason=task.reason)
    window = task.window
    return replace(
        blank, reason=task.reason, window=window.label, start=window.start, end=window.end
    )


def _failed(step: Step, error: SyneriseError) -> Step:
    return replace(step, status="failed", code=error.code, message=error.message, hint=error.hint)


def _unreadable(root: str, error: OSError) -> DatasetError:
    return DatasetError(
        f"Cannot read {root}: {error.strerror or error}.", hint="Check room and rights."
    )
