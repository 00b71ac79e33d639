"""Optional parts: say which extra to install before an import fails somewhere deep."""

from __future__ import annotations

from importlib.util import find_spec

from synerise_frames.errors import ConfigError


def require(extra: str, *modules: str) -> None:
    """Check that the modules of an extra are installed.

    Raises
    ------
    ConfigError
        If one is missing; the hint has the command that installs them.
    """
    missing = [name for name in modules if find_spec(name) is None]
    if missing:
        raise ConfigError(
            f"The extra {extra!r} is not installed ({', '.join(missing)} missing).",
            code="missing_extra",
            hint=f'pip install "synerise-frames[{extra}]"',
        )
