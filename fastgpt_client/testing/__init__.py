"""An embedded FastGPT for tests, examples and demos: the real wire format on a real socket, without a model.

```python
from fastgpt_client import ChatClient
from fastgpt_client.testing import FakeFastGPT

with FakeFastGPT.serve(version="4.16") as server:
    app = server.app(answer="Oslo is the capital of Norway.")
    with ChatClient(api_key=app.key, base_url=server.url) as client:
        print(client.create_chat_completion([{"role": "user", "content": "Which capital?"}]).text)
    assert server.requests[-1].json["messages"][-1]["content"] == "Which capital?"
```

Requires the extra `testing`. Importing this package loads nothing.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._server.datasets.learning import TrainingFault, TrainingFaultKind
    from ._server.datasets.store import Collection, Dataset
    from ._server.fake_fastgpt import FakeFastGPT
    from ._server.faults import Fault, FaultKind
    from ._server.received_request import ReceivedRequest
    from ._server.state import App, ShareLink
    from .answers import (
        Agent,
        AnswerLike,
        AskUser,
        Delay,
        Failure,
        Fixed,
        Form,
        Loop,
        Output,
        Reasoning,
        Search,
        Select,
        SetPlan,
        SetVariables,
        Tool,
        pieces,
        text_of,
    )

__all__ = [
    "Agent",
    "AnswerLike",
    "App",
    "AskUser",
    "Collection",
    "Dataset",
    "Delay",
    "Failure",
    "FakeFastGPT",
    "Fault",
    "FaultKind",
    "Fixed",
    "Form",
    "Loop",
    "Output",
    "Reasoning",
    "ReceivedRequest",
    "Search",
    "Select",
    "SetPlan",
    "SetVariables",
    "ShareLink",
    "Tool",
    "TrainingFault",
    "TrainingFaultKind",
    "pieces",
    "text_of",
]

_NEEDED = ("starlette", "uvicorn")
_MODULES = {
    "App": "_server.state",
    "Collection": "_server.datasets.store",
    "Dataset": "_server.datasets.store",
    "FakeFastGPT": "_server.fake_fastgpt",
    "Fault": "_server.faults",
    "FaultKind": "_server.faults",
    "ReceivedRequest": "_server.received_request",
    "ShareLink": "_server.state",
    "TrainingFault": "_server.datasets.learning",
    "TrainingFaultKind": "_server.datasets.learning",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    missing = [package for package in _NEEDED if find_spec(package) is None]
    if missing:
        raise ImportError(
            f"the embedded FastGPT needs {' and '.join(missing)}: pip install starlette uvicorn python-multipart",
            name=missing[0],
        )
    return getattr(import_module(f".{_MODULES.get(name, 'answers')}", __name__), name)
