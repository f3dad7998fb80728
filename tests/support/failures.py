"""Shows a failure when it happens: pytest itself keeps it until the end, which `-n` makes a long wait."""

from __future__ import annotations

import pytest

__all__ = ["ShownAtOnce"]


class ShownAtOnce:
    """A plugin of the process that reports."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if not report.failed:
            return
        out = self._config.get_terminal_writer()
        out.line()
        out.sep("_", f"FAILED in {report.when}: {report.nodeid}", red=True, bold=True)
        report.toterminal(out)
        for name, text in report.sections:
            out.sep("-", name)
            out.line(text.rstrip())

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        # All of it has been shown: the end has a line for each.
        self._config.option.tbstyle = "no"
