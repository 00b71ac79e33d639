"""Going on with a bulk run that was ended."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synerise_frames.connecting.accounts import connect
from synerise_frames.errors import ConfigError
from synerise_frames.workspace import Workspace

if TYPE_CHECKING:
    from synerise_frames.bulk.result import Result
    from synerise_frames.bulk.showing import Show


def resume(
    journal: str | Path,
    workspace: Workspace | None = None,
    *,
    workers: int = 64,
    progress: bool | Show = True,
    deadline: float | None = None,
    executor: Any = None,
) -> Result:
    """Go on with a bulk run that was ended, by Ctrl-C or worse.

    Parameters
    ----------
    journal : str or Path
        The file that the run was given as ``journal=``, or its ``out=`` folder.
    workspace : Workspace, optional
        The one of that run; ``sf.connect()`` where left out. A run of ``sf.demo()`` needs it,
        for the demo's key is new at each start.
    workers, progress, deadline, executor
        As for :meth:`.Plan.run`.

    Returns
    -------
    Result
        What the run would have given. Only what was not answered is asked.

    Raises
    ------
    BulkError
        If there is no such journal, it is in use, or of another workspace or version.

    Examples
    --------
    >>> import tempfile
    >>> import synerise_frames as sf
    >>> with sf.demo() as ws, tempfile.TemporaryDirectory() as folder:
    ...     plan = ws.profiles([1, 2]).plan(aggregates=ws.aggregates.find("Baskets"))
    ...     done = plan.run(journal=f"{folder}/baskets.journal", progress=False)
    ...     sf.resume(f"{folder}/baskets.journal", ws, progress=False).sent
    0
    """
    from synerise_frames.bulk.resume import check_there  # noqa: PLC0415 - needs an extra
    from synerise_frames.bulk.resume import resume as go_on  # noqa: PLC0415
    from synerise_frames.widgets import notebook  # noqa: PLC0415

    notebook.register()

    if workspace is None:
        check_there(journal)
    ws = workspace or _connected()
    with ExitStack() as stack:
        if workspace is None:
            stack.callback(ws.close)
        result = go_on(
            ws.context,
            journal,
            workers=workers,
            progress=progress,
            deadline=deadline,
            executor=executor,
        )
        # The result may ask again.
        stack.pop_all()
    return result


def _connected() -> Workspace:
    try:
        return connect()
    except ConfigError as error:
        error.hint = f"A run of sf.demo() needs its workspace: sf.resume(path, ws). {error.hint}"
        raise
