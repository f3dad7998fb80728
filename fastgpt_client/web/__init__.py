"""The other direction: what a web service around FastGPT needs. Needs `pip install "fastgpt-client[web]"`.

`relay` passes an answer's stream on to a browser; `ShareHooks` and `FileLibraryApp` answer what FastGPT asks of its
users' servers; `ChatPage` is a page that chats. Importing this package alone loads nothing.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._relay import RELAY_HEADERS, EventRelay, relay

__all__ = ["RELAY_HEADERS", "EventRelay", "relay"]

_MODULES = {
    "EventRelay": "_relay",
    "RELAY_HEADERS": "_relay",
    "relay": "_relay",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if find_spec("starlette") is None:
        raise ImportError('fastgpt_client.web needs starlette: pip install "fastgpt-client[web]"', name="starlette")
    return getattr(import_module(f".{_MODULES[name]}", __name__), name)
