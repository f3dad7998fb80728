"""The public address of the project, which only a release knows, and what is made of it.

A workflow of GitHub says which repository it runs in. Anywhere else the address is unknown: a package that is built in
a clone names no URLs, and the links of its description stay relative.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

__all__ = ["project_address", "project_urls", "with_absolute_links"]

_LINK = re.compile(r"\]\((?!https?://|#)([^)]+)\)")


def project_address(environ: Mapping[str, str]) -> str | None:
    """Return the address of the repository, such as "https://github.com/OWNER/NAME"; None if it is unknown."""
    server, repository = environ.get("GITHUB_SERVER_URL"), environ.get("GITHUB_REPOSITORY")
    return f"{server}/{repository}" if server and repository else None


def project_urls(address: str) -> dict[str, str]:
    """Return the URLs for the metadata of the package."""
    return {
        "Source": address,
        "Documentation": f"{address}/tree/main/docs",
        "Changelog": f"{address}/blob/main/CHANGELOG.md",
        "Issues": f"{address}/issues",
    }


def with_absolute_links(text: str, address: str) -> str:
    """Return a page whose links lead to the repository from anywhere."""
    return _LINK.sub(lambda link: f"]({address}/blob/main/{link[1]})", text)
