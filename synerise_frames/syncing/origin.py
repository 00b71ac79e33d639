"""Whether a data set goes on with the same workspace, in the same zone."""

from __future__ import annotations

from datetime import tzinfo

from synerise_frames.errors import DatasetError
from synerise_frames.export.manifest import Manifest


def check_origin(manifest: Manifest | None, workspace: str, zone: tzinfo) -> None:
    """Refuse to add to a data set what another workspace answers, or another calendar cuts.

    Raises
    ------
    DatasetError
        If it was synced from another workspace, or in another time zone.
    """
    if manifest is None:
        return
    known = {one["workspace"] for one in manifest.sources if one.get("workspace")}
    if known and workspace not in known:
        raise DatasetError(
            f"{manifest.root} was synced from {', '.join(sorted(known))}, not from {workspace}.",
            code="origin",
            hint="Nothing was changed. Connect to that workspace, or give this one another root.",
        )
    zones = {c.type.partition("tz=")[2].rstrip("]") for c in manifest.columns if "tz=" in c.type}
    # "UTC+02:00" is "+02:00" to Arrow. Windows are cut at this zone's midnights, folders at the
    # data set's.
    if zones and not {str(zone), str(zone).removeprefix("UTC")} & zones:
        raise DatasetError(
            f"{manifest.root} was synced in the zone {', '.join(sorted(zones))}, not {zone}.",
            code="origin",
            hint=f'Nothing was changed. Write tz = "{min(zones)}" below [workspace], or give '
            "another root.",
        )
