"""Generate the async and sync clients and the sync tests from `_async_src` and `tests/_async`.

    python scripts/generate.py            writes changed files and removes those without a source
    python scripts/generate.py --check    writes nothing; fails if a file is not up to date

Everything is checked before anything is written. The rules for sources are in CONTRIBUTING.md.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # Python adds only the script's own folder

from scripts._convert import compile_problems, sync_texts
from scripts._dialect import check_dialect
from scripts._format import check_versions, formatted
from scripts._rename import rename_table
from scripts._source import BANNER_START, FOLDERS, Problem, Refused, Source, python_files, read_sources

ROOT = Path(__file__).resolve().parent.parent
HOW_TO_MEND = "run: python scripts/generate.py"


@dataclass(frozen=True)
class Plan:
    """The generated files, and how the generated folders differ from them."""

    files: dict[str, bytes]
    missing: list[str]
    changed: list[str]
    stale: list[str]

    def differences(self) -> list[str]:
        return sorted(
            [
                *(f"{path}: missing" for path in self.missing),
                *(f"{path}: not up to date with its source" for path in self.changed),
                *(f"{path}: no longer has a source" for path in self.stale),
            ]
        )


def read_all(root: Path) -> list[Source]:
    sources = [source for folder in FOLDERS for source in read_sources(root, folder)]
    if not any(source.folder.is_package for source in sources):
        raise Refused([f"{FOLDERS[0].path}: no sources found in {root}"])
    return sources


def generate_texts(sources: Sequence[Source]) -> dict[str, str]:
    """Return the unformatted text of every generated file, by its path."""
    table = rename_table(sources)
    problems: list[Problem] = []
    for source in sources:
        siblings = {Path(other.name).stem for other in sources if other.folder == source.folder}
        problems += check_dialect(source, table, siblings)
        problems += compile_problems(source, source.text, "the source")
    if problems:
        raise Refused(sorted(problems))
    sync = sync_texts(sources, table)
    texts: dict[str, str] = {}
    for source in sources:
        texts[f"{source.folder.sync_path}/{source.name}"] = sync[source.path]
        if source.folder.copy_path is not None:
            texts[f"{source.folder.copy_path}/{source.name}"] = source.with_banner(source.text)
    return texts


def make_plan(root: Path) -> Plan:
    check_versions(root)
    files = formatted(root, generate_texts(read_all(root)))
    present = {
        f"{output}/{path.name}": path.read_bytes()
        for folder in FOLDERS
        for output in folder.outputs
        for path in python_files(root, output)
    }
    unknown = [path for path, data in sorted(present.items()) if not data.startswith(BANNER_START.encode())]
    if unknown:
        raise Refused([f"{path}: was not generated; move it away or delete it" for path in unknown])
    return Plan(
        files=files,
        missing=sorted(files.keys() - present.keys()),
        changed=sorted(path for path, data in present.items() if path in files and data != files[path]),
        stale=sorted(present.keys() - files.keys()),
    )


def write(root: Path, plan: Plan) -> None:
    for path in [*plan.missing, *plan.changed]:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(plan.files[path])
        print(f"wrote {path}")
    for path in plan.stale:
        (root / path).unlink()
        print(f"removed {path}")


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    parser = argparse.ArgumentParser(description="Generate the clients and the sync tests from the async sources.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is not up to date")
    check_only: bool = parser.parse_args(arguments).check
    try:
        plan = make_plan(root)
    except Refused as exc:
        print(exc, file=sys.stderr)
        return 1
    if not check_only:
        write(root, plan)
    elif plan.differences():
        print(*plan.differences(), HOW_TO_MEND, sep="\n", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
