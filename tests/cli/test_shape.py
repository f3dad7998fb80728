"""The command's own house: on the public interface of the library alone, in layers, in files that are read at once."""

from __future__ import annotations

import pytest

from tests.support.import_graph import circles, graph, imported_names, modules

PACKAGE = "fastgpt_client.cli"
MODULES = modules(PACKAGE)
# The lowest first; each may import from those before it, and from itself.
LAYERS = ("_output", "_base", "_doctor", "_commands", "_dataset", "_chart", "_chat")


def layer_of(module: str) -> int:
    """Return how high a module lies; what stands beside the folders is above them all."""
    folder = module.removeprefix(f"{PACKAGE}.").partition(".")[0]
    return LAYERS.index(folder) if folder in LAYERS else len(LAYERS)


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


@pytest.mark.parametrize("module", MODULES)
def test_it_takes_nothing_private_of_the_library(module: str) -> None:
    wrong = {
        (base, name)
        for base, name in imported_names(MODULES[module])
        if base.partition(".")[0] == "fastgpt_client"
        and not f"{base}.".startswith(f"{PACKAGE}.")
        and any(map(is_private, [*base.split("."), name]))
    }
    assert wrong == set()


def test_no_module_imports_itself_by_way_of_others() -> None:
    assert circles(graph(PACKAGE)) == []


def test_imports_run_downward() -> None:
    arrows = {(module, target) for module, targets in graph(PACKAGE).items() for target in targets}
    assert {(module, target) for module, target in arrows if layer_of(target) > layer_of(module)} == set()


def test_only_the_way_in_is_public() -> None:
    public = [module for module in MODULES if not any(map(is_private, module.split(".")))]
    assert public == [PACKAGE, f"{PACKAGE}.__main__"]


@pytest.mark.parametrize("module", MODULES)
def test_a_file_is_short_enough_to_be_read_at_once(module: str) -> None:
    assert len(MODULES[module].read_text("utf-8").splitlines()) <= 300


def test_one_module_sends_without_the_client() -> None:
    senders = {module for module, path in MODULES.items() if ("httpx", "") in imported_names(path)}
    assert senders == {f"{PACKAGE}._doctor.probes"}
