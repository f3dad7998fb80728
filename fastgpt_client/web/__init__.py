"""Building blocks for web services around FastGPT. Requires the extra `web`.

`relay` forwards the stream of an answer to a browser. `ShareHooks` and `FileLibraryApp` handle the requests that
FastGPT sends to its users' servers. `ChatPage` is a ready-made chat page. Importing this package loads nothing.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._chat_page import ChatPage
    from ._directory_library import DirectoryLibrary
    from ._file_library import FileLibraryApp
    from ._hook_data import Allow, Deny, ShareFinish, ShareInit, ShareStart
    from ._library_data import FileContent, FileItem, FileLibrary
    from ._pages_library import PagesLibrary
    from ._relay import RELAY_HEADERS, EventRelay, relay
    from ._serving import serve
    from ._share_hooks import ShareHooks
    from ._signing import ChatIds, SignedChat

__all__ = [
    "RELAY_HEADERS",
    "Allow",
    "ChatIds",
    "ChatPage",
    "Deny",
    "DirectoryLibrary",
    "EventRelay",
    "FileContent",
    "FileItem",
    "FileLibrary",
    "FileLibraryApp",
    "PagesLibrary",
    "ShareFinish",
    "ShareHooks",
    "ShareInit",
    "ShareStart",
    "SignedChat",
    "relay",
    "serve",
]

_MODULES = {
    "RELAY_HEADERS": "_relay",
    "Allow": "_hook_data",
    "ChatIds": "_signing",
    "ChatPage": "_chat_page",
    "Deny": "_hook_data",
    "DirectoryLibrary": "_directory_library",
    "EventRelay": "_relay",
    "FileContent": "_library_data",
    "FileItem": "_library_data",
    "FileLibrary": "_library_data",
    "FileLibraryApp": "_file_library",
    "PagesLibrary": "_pages_library",
    "ShareFinish": "_hook_data",
    "ShareHooks": "_share_hooks",
    "ShareInit": "_hook_data",
    "ShareStart": "_hook_data",
    "SignedChat": "_signing",
    "relay": "_relay",
    "serve": "_serving",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if find_spec("starlette") is None:
        raise ImportError("fastgpt_client.web needs starlette: pip install starlette", name="starlette")
    return getattr(import_module(f".{_MODULES[name]}", __name__), name)
