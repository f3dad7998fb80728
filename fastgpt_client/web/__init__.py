"""The other direction: what a web service around FastGPT needs. Needs `pip install "fastgpt-client[web]"`.

`relay` passes an answer's stream on to a browser; `ShareHooks` and `FileLibraryApp` answer what FastGPT asks of its
users' servers; `ChatPage` is a page that chats. Importing this package alone loads nothing.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._hook_data import Allow, Deny, ShareFinish, ShareInit, ShareStart
    from ._relay import RELAY_HEADERS, EventRelay, relay
    from ._share_hooks import ShareHooks

__all__ = [
    "RELAY_HEADERS",
    "Allow",
    "Deny",
    "EventRelay",
    "ShareFinish",
    "ShareHooks",
    "ShareInit",
    "ShareStart",
    "relay",
]

_MODULES = {
    "Allow": "_hook_data",
    "Deny": "_hook_data",
    "EventRelay": "_relay",
    "RELAY_HEADERS": "_relay",
    "ShareFinish": "_hook_data",
    "ShareHooks": "_share_hooks",
    "ShareInit": "_hook_data",
    "ShareStart": "_hook_data",
    "relay": "_relay",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if find_spec("starlette") is None:
        raise ImportError('fastgpt_client.web needs starlette: pip install "fastgpt-client[web]"', name="starlette")
    return getattr(import_module(f".{_MODULES[name]}", __name__), name)
