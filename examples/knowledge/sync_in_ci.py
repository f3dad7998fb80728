"""Sync a knowledge base with the documents of a commit, for a pipeline that keeps nothing between runs.

With `--dry-run`, as for a pull request, it only prints the changes. The exit code is 1 if anything failed.

    FASTGPT_API_KEY=fastgpt-… FASTGPT_DATASET_ID=65f… python examples/knowledge/sync_in_ci.py [--dry-run] [COMMIT]
"""

from __future__ import annotations

import os
import sys

from fastgpt_client import DatasetClient
from fastgpt_client.knowledge import GitTree

MATCH = ["**/*.md", "**/*.pdf"]


def main(arguments: list[str]) -> int:
    commit = next((argument for argument in arguments if argument != "--dry-run"), "HEAD")
    source = GitTree(revision=commit)
    with DatasetClient() as client:
        kb = client.knowledge_base(os.environ["FASTGPT_DATASET_ID"])
        if "--dry-run" in arguments:
            plan = kb.plan_sync(source, match=MATCH, under="docs", prune=True)
            for item in plan:
                if item.action != "unchanged":
                    print(f"{item.action} {item.path}: {item.reason}")
            if plan.prune_refused:
                print(f"nothing would be deleted: {plan.prune_refused}")
            return 0
        report = kb.sync(source, match=MATCH, under="docs", prune=True, wait=900)
    print(report.counts)
    for outcome in report.failed:
        print(f"{outcome.path}: {outcome.reason}")
    return 0 if report.ok else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
