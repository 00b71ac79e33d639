"""Many profiles, and what may be asked of them."""

from __future__ import annotations

from collections.abc import Hashable

from synerise_frames.bulk.asked import AnalysisIds, analyses
from synerise_frames.bulk.ids import Ids, IdSource, read_ids
from synerise_frames.bulk.plan import Plan, make_plan
from synerise_frames.errors import ConfigError
from synerise_frames.kinds.context import Context
from synerise_frames.readable import Facts
from synerise_frames.wire.bodies import identifier_type
from synerise_frames.wire.memory import Fresh


class Profiles:
    """Many profiles of one workspace; made by ``ws.profiles(ids)``.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> with sf.demo() as ws:
    ...     ws.profiles([1, 2, None])
    <3 profiles by id, 1 of them no identifier>
    """

    def __init__(self, context: Context, ids: Ids, by: str) -> None:
        self._context = context
        self._ids = ids
        self.by = by

    def __repr__(self) -> str:
        size = self._ids.size
        if size is None:
            return f"<profiles by {self.by}, from an iterator>"
        wrong = f", {self._ids.invalid:,} of them no identifier" if self._ids.invalid else ""
        return f"<{size:,} profiles by {self.by}{wrong}>"

    def _repr_html_(self) -> str:
        asks = ".plan(aggregates=…, expressions=…, segmentations=…) says what is asked of them"
        return Facts(repr(self).strip("<>"), note=asks).html()

    def plan(
        self,
        *,
        aggregates: AnalysisIds = (),
        expressions: AnalysisIds = (),
        segmentations: AnalysisIds = (),
        max_age: float | None = None,
        refresh: bool = False,
    ) -> Plan:
        """Say what is asked of each profile; nothing is sent before :meth:`.Plan.run`.

        Parameters
        ----------
        aggregates, expressions, segmentations : iterable of str, str or DataFrame
            Ids of analyses, one id, or a list of analyses such as ``ws.aggregates.list()``, whose
            ids are taken. ``ws.aggregates.find(name)`` gives the id of a name.
        max_age : float, optional
            Seconds that an answer of an earlier run may be old; by default as the cache's policy
            says (an hour).
        refresh : bool, default False
            Take no answer of an earlier run.

        Returns
        -------
        Plan
            A value that prints as a table: calls, already known, time at the limits.

        Raises
        ------
        ConfigError
            If an id is none, nothing is asked for, or `refresh` is set while offline.

        Examples
        --------
        >>> import synerise_frames as sf
        >>> with sf.demo() as ws:
        ...     plan = ws.profiles([1, 2, 1]).plan(aggregates=ws.aggregates.find("Baskets"))
        ...     plan.inputs, plan.calls
        (3, 2)
        """
        asked = analyses(aggregates, expressions, segmentations)
        fresh = Fresh(max_age, refresh)
        memory = self._context.api.memory
        if refresh and memory and memory.offline:
            # Not a call of many to be run as it is: all its rows would be skipped.
            raise ConfigError(
                "Offline, refresh=True has nobody to ask.",
                hint="Leave it out to get what is kept, or connect with offline=False.",
            )
        return make_plan(self._context, self._ids, self.by, asked, fresh)


def profiles(context: Context, ids: IdSource, by: str, column: Hashable | None) -> Profiles:
    """Take identifiers of profiles, whatever holds them.

    Raises
    ------
    ConfigError
        If they cannot be read, or `by` is no way to identify profiles.
    """
    return Profiles(context, read_ids(ids, identifier_type(by), column), by)
