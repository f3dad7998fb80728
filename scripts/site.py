"""Build the documentation site in build/site. Warnings, broken links and pages outside the navigation are errors.

python scripts/site.py               builds and checks the site
python scripts/site.py --assemble    only writes its Markdown to build/docs
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

# Only now can the packages of this folder be found.
from scripts._reference import CLASSES, link_methods, reference_pages, table_of_calls  # noqa: E402

__all__ = ["assemble", "broken_links", "main", "navigation", "with_plain_links"]

CONFIG = ROOT / "zensical.toml"
_EXAMPLE = re.compile(r"\]\(\.\./(examples[^)#]*)\)")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assemble", action="store_true", help="only write the Markdown")
    options = parser.parse_args(arguments)
    source, site = ROOT / "build" / "docs", ROOT / "build" / "site"
    problems = assemble(source)
    if not options.assemble and not problems:
        problems = _build(site)
        problems += broken_links(site)
        shutil.copy(source / "llms.txt", site)
        for page in source.glob("*.md"):  # llms.txt links to them
            (site / page.name).write_text(with_plain_links(page.read_text("utf-8")), "utf-8")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def assemble(folder: Path) -> list[str]:
    """Write the Markdown of the site to a folder; return mismatches with the navigation."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "docs", folder)
    shutil.copy(ROOT / "CHANGELOG.md", folder / "changelog.md")
    (folder / "examples.md").write_text(_examples_page(), "utf-8")
    for name, text in reference_pages().items():
        path = folder / "reference" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    for page in folder.glob("*.md"):
        page.write_text(_for_the_site(page.name, page.read_text("utf-8")), "utf-8")
    pages = dict(navigation())
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*.md")}
    problems = [f"not in the navigation: {path}" for path in sorted(there - set(pages))]
    problems += [f"in the navigation, but missing: {path}" for path in sorted(set(pages) - there)]
    if not problems:
        (folder / "llms.txt").write_text(_llms(folder, pages), "utf-8")
    return problems


def navigation() -> Iterator[tuple[str, str]]:
    """Yield the path and title of each page, in navigation order."""
    with CONFIG.open("rb") as file:
        yield from _leaves(tomllib.load(file)["project"]["nav"])


def _leaves(items: list[Any]) -> Iterator[tuple[str, str]]:
    for item in items:
        for title, inner in item.items():
            if isinstance(inner, str):
                yield inner, title
            else:
                yield from _leaves(inner)


def _for_the_site(name: str, text: str) -> str:
    """Return a page with its links adapted to the layout of the site."""
    if name == "changelog.md":
        text = text.replace("](docs/", "](")
    if name == "api.md":
        text = link_methods(text)
    if name == "servers.md":
        text += f"\n## Each call\n\nRefusals are recorded, and replayed, too.\n\n{table_of_calls()}"
    return _EXAMPLE.sub(lambda match: f"](examples.md#{_anchor(match[1])})", text)


def with_plain_links(text: str) -> str:
    """Return a page with plain links to the reference, which work outside the site."""
    return re.sub(
        r"\]\[(fastgpt_client\.(\w+)\.\w+)\]", lambda match: f"](reference/{CLASSES[match[2]]}.html#{match[1]})", text
    )


def _anchor(path: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", path.lower().removesuffix(".py")).strip("-")


def _examples_page() -> str:
    """Return a page with the code of all examples."""
    parts = ["# Examples\n\nEach of these programs is run by a test.\n\n"]
    folder = ""
    for path in sorted((ROOT / "examples").rglob("*.py"), key=lambda path: (len(path.parts), path)):
        place = path.relative_to(ROOT).as_posix()
        if (parent := path.parent.relative_to(ROOT).as_posix()) != folder:
            folder = parent
            parts.append(f"## {parent} {{ #{_anchor(parent)} }}\n\n")
        parts.append(f"### {path.name} {{ #{_anchor(place)} }}\n\n```python\n{path.read_text('utf-8')}```\n\n")
    return "".join(parts)


def _llms(folder: Path, pages: dict[str, str]) -> str:
    """Return llms.txt, an overview for language models: all pages, with their first sentences."""
    lines = ["# fastgpt-client", "", f"> {_first_sentence(folder / 'index.md')}", "", "## Pages", ""]
    for path, title in pages.items():
        if "/" not in path:
            lines.append(f"- [{title}]({path}): {_first_sentence(folder / path)}")
    lines += ["", "## Reference", ""]
    lines += [f"- [{title}]({path.removesuffix('.md')}.html)" for path, title in pages.items() if "/" in path]
    return "\n".join(lines) + "\n"


def _first_sentence(path: Path) -> str:
    paragraphs = re.sub(r"^```.*?^```$", "", path.read_text("utf-8"), flags=re.M | re.S).split("\n\n")
    text = next(each for each in paragraphs if each.strip() and each.strip()[0] not in "#<|!-")
    text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", " ".join(text.split()))
    return re.split(r"(?<=[.。])(?: |$)|:$", text)[0]


def _build(site: Path) -> list[str]:
    """Build the site and return the tools' warnings and errors."""
    shutil.rmtree(site, ignore_errors=True)
    command = [sys.executable, "-m", "zensical", "build", "--clean", "--strict", "--config-file", str(CONFIG)]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        return [done.stdout]
    # Warnings that do not fail the build, such as for a docstring that griffe cannot parse.
    return [line for line in done.stdout.splitlines() if re.match(r"(griffe|mkdocstrings|autorefs|Warning)\b", line)]


class _Page(HTMLParser):
    """Collects the anchors and links of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.targets: list[str] = []
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("id", "name") and value:
                self.anchors.add(value)
            elif name in ("href", "src") and value is not None:
                self.targets.append(value)


def broken_links(site: Path) -> list[str]:
    """Return the links of the built site whose file or anchor does not exist."""
    pages = {path: _Page(path) for path in sorted(site.rglob("*.html")) if path.name != "404.html"}
    broken: list[str] = []
    for path, page in pages.items():
        for target in dict.fromkeys(page.targets):
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                continue
            found = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if found.is_dir():
                found /= "index.html"
            anchors = pages[found].anchors if found in pages else None
            missing = bool(parts.fragment) and anchors is not None and unquote(parts.fragment) not in anchors
            if not found.is_file() or missing:
                broken.append(f"{path.relative_to(site)}: {target} is a broken link")
    return broken


if __name__ == "__main__":
    sys.exit(main())
