"""What recipes need is installed by the session `recipes` alone: without it, they are not collected."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def is_installed(distribution: str) -> bool:
    """Return whether there is all of it: opentelemetry's API alone comes along with other packages."""
    try:
        version(distribution)
    except PackageNotFoundError:
        return False
    return True


collect_ignore: list[str] = [] if is_installed("opentelemetry-sdk") else ["test_opentelemetry.py"]
