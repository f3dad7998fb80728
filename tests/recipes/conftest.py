"""What recipes need is installed by the session `recipes` alone: without it, they are not collected."""

from __future__ import annotations

from importlib.util import find_spec

collect_ignore: list[str] = [] if find_spec("opentelemetry") else ["test_opentelemetry.py"]
