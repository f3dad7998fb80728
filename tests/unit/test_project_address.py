"""What a released package says about where the project lives."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts.project_address import project_address, project_urls, with_absolute_links

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = "https://git.example.com/owner/name"


@pytest.mark.parametrize(
    ("environ", "address"),
    [
        ({"GITHUB_SERVER_URL": "https://git.example.com", "GITHUB_REPOSITORY": "owner/name"}, ADDRESS),
        ({"GITHUB_SERVER_URL": "https://git.example.com"}, None),
        ({"GITHUB_REPOSITORY": "owner/name"}, None),
        ({}, None),
    ],
)
def test_a_workflow_knows_the_address(environ: dict[str, str], address: str | None) -> None:
    assert project_address(environ) == address


def test_the_urls_lie_below_the_address() -> None:
    urls = project_urls(ADDRESS)
    assert {"Source", "Documentation", "Changelog", "Issues"} == urls.keys()
    assert all(url.startswith(ADDRESS) for url in urls.values())


def test_links_of_the_readme_become_absolute_and_lead_to_files_that_exist() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    links = re.findall(r"\]\(([^)]+)\)", with_absolute_links(text, ADDRESS))
    assert len(links) > 20
    assert [link for link in links if not link.startswith("https://")] == []
    ours = [link.removeprefix(f"{ADDRESS}/blob/main/") for link in links if link.startswith(ADDRESS)]
    assert [link for link in ours if not (ROOT / link).exists()] == []


def test_other_links_stay() -> None:
    text = "[a](https://a.test) [b](http://b.test) [c](#c)"
    assert with_absolute_links(text, ADDRESS) == text
