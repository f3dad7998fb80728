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


NEEDS = {
    "test_celery.py": "celery",
    "test_dask.py": "distributed",
    "test_langchain.py": "langchain-core",
    "test_openai.py": "openai",
    "test_opentelemetry.py": "opentelemetry-sdk",
}
collect_ignore: list[str] = [test for test, needed in NEEDS.items() if not is_installed(needed)]
