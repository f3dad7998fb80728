"""The shape of the embedded server's code: what is public, and who may import whom."""

from __future__ import annotations

from fastgpt_client.testing._server.versions import Since
from tests.support.import_graph import circles, graph, modules

PACKAGE = "fastgpt_client.testing"
SERVER = f"{PACKAGE}._server"
# The layers of the server, the lowest first; a module imports from its own layer and from those below.
LAYERS = (
    ("versions", "wire", "client_disconnected", "user_server"),
    ("errors", "state", "datasets", "received_request", "echo_model"),
    ("validation", "responses", "faults", "form_data", "share_auth", "share_hooks", "sample_apps"),
    ("context", "fault_injection", "pagination"),
    ("call", "runs"),
    ("endpoints",),
    ("route",),
    ("dataset_routes",),
    ("routes",),
    ("asgi", "http_protocol"),
    ("serving",),
    ("knowledge_setup",),
    ("fake_fastgpt",),
)


def layer_of(module: str) -> int:
    name = module.removeprefix(f"{SERVER}.").split(".")[0]
    return next(number for number, layer in enumerate(LAYERS) if name in layer)


def test_no_module_imports_itself_by_way_of_others() -> None:
    assert circles(graph(PACKAGE)) == []


def test_imports_run_downward() -> None:
    upward = [
        (module, target)
        for module, targets in graph(SERVER).items()
        for target in targets
        if SERVER not in (module, target) and layer_of(module) < layer_of(target)
    ]
    assert upward == []


def test_the_server_knows_nothing_of_what_serves_it_to_others() -> None:
    above = {PACKAGE, f"{PACKAGE}.__main__", f"{PACKAGE}.pytest_plugin"}
    assert [module for module, targets in graph(PACKAGE).items() if SERVER in module and targets & above] == []


def test_only_what_users_import_is_public() -> None:
    public = {name for name in modules(PACKAGE) if not name.startswith(SERVER)}
    assert public == {PACKAGE, f"{PACKAGE}.__main__", f"{PACKAGE}.answers", f"{PACKAGE}.pytest_plugin"}


def test_every_difference_between_versions_is_used() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in modules(SERVER).values())
    names = [name for name in vars(Since) if name.isupper()]
    assert len(names) > 50
    assert [name for name in names if f"Since.{name}" not in code] == []
