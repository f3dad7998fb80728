"""Fills in what the metadata of a package says about the project's address, when hatchling builds one."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # a hook is not found beside its package

from scripts.project_address import project_address, project_urls, with_absolute_links


class ProjectAddressHook(MetadataHookInterface):
    """Sets the description, and the URLs if the address is known."""

    def update(self, metadata: dict[str, Any]) -> None:
        text = Path(self.root, "README.md").read_text("utf-8")
        address = project_address(os.environ)
        metadata["urls"] = {} if address is None else project_urls(address)
        metadata["readme"] = {
            "content-type": "text/markdown",
            "text": text if address is None else with_absolute_links(text, address),
        }
