"""Python client for FastGPT servers: asyncio, trio and synchronous.

Importing the package loads nothing. Each name is loaded on first use, so that a synchronous script never loads the
asyncio half, and pytest can discover the fixture without loading httpx.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._version import __version__ as __version__

if TYPE_CHECKING:  # `as` and `*` mark re-exports as public for type checkers
    from . import asks as asks
    from . import calls as calls
    from . import citations as citations
    from . import config as config
    from . import content as content
    from . import datasets as datasets
    from . import events as events
    from . import exceptions as exceptions
    from . import interactive as interactive
    from . import knowledge as knowledge
    from . import responses as responses
    from . import tracing as tracing
    from . import types as types
    from . import usage as usage
    from ._async.app import AsyncAppClient as AsyncAppClient
    from ._async.ask_each import AsyncAskRun as AsyncAskRun
    from ._async.ask_one import async_ask_one as async_ask_one
    from ._async.chat import AsyncChatClient as AsyncChatClient
    from ._async.client import AsyncFastGPTClient as AsyncFastGPTClient
    from ._async.conversation import AsyncConversation as AsyncConversation
    from ._async.datasets import AsyncDatasetClient as AsyncDatasetClient
    from ._async.knowledge import AsyncKnowledgeBase as AsyncKnowledgeBase
    from ._async.pages import AsyncPageIterator as AsyncPageIterator
    from ._async.stream import AsyncChatStream as AsyncChatStream
    from ._sync.app import AppClient as AppClient
    from ._sync.ask_each import AskRun as AskRun
    from ._sync.ask_one import ask_one as ask_one
    from ._sync.chat import ChatClient as ChatClient
    from ._sync.client import FastGPTClient as FastGPTClient
    from ._sync.conversation import Conversation as Conversation
    from ._sync.datasets import DatasetClient as DatasetClient
    from ._sync.knowledge import KnowledgeBase as KnowledgeBase
    from ._sync.pages import PageIterator as PageIterator
    from ._sync.stream import ChatStream as ChatStream
    from .asks import AskResult as AskResult
    from .asks import AskSummary as AskSummary
    from .calls import CallAttempt as CallAttempt
    from .citations import Citation as Citation
    from .content import *  # noqa: F403 - all of its names
    from .datasets import DroppedRow as DroppedRow
    from .datasets import PushResult as PushResult
    from .datasets import SearchHit as SearchHit
    from .datasets import SearchResults as SearchResults
    from .datasets import TrainingState as TrainingState
    from .events import *  # noqa: F403 - all of its names
    from .exceptions import *  # noqa: F403 - all of its names
    from .interactive import AgentAsk as AgentAsk
    from .interactive import InteractiveNode as InteractiveNode
    from .interactive import PaymentPause as PaymentPause
    from .interactive import UnknownInteractive as UnknownInteractive
    from .interactive import UserInput as UserInput
    from .interactive import UserSelect as UserSelect
    from .responses import *  # noqa: F403 - all of its names
    from .tracing import TraceNode as TraceNode
    from .usage import ModelUsage as ModelUsage
    from .usage import Usage as Usage

# The public names, by the module that defines them.
_HOMES = {
    "_async.app": "AsyncAppClient",
    "_async.ask_each": "AsyncAskRun",
    "_async.ask_one": "async_ask_one",
    "_async.chat": "AsyncChatClient",
    "_async.client": "AsyncFastGPTClient",
    "_async.conversation": "AsyncConversation",
    "_async.datasets": "AsyncDatasetClient",
    "_async.knowledge": "AsyncKnowledgeBase",
    "_async.pages": "AsyncPageIterator",
    "_async.stream": "AsyncChatStream",
    "_sync.app": "AppClient",
    "_sync.ask_each": "AskRun",
    "_sync.ask_one": "ask_one",
    "_sync.chat": "ChatClient",
    "_sync.client": "FastGPTClient",
    "_sync.conversation": "Conversation",
    "_sync.datasets": "DatasetClient",
    "_sync.knowledge": "KnowledgeBase",
    "_sync.pages": "PageIterator",
    "_sync.stream": "ChatStream",
    "asks": "AskResult AskSummary",
    "calls": "CallAttempt",
    "citations": "Citation",
    "content": "image_part",
    "datasets": "DroppedRow PushResult SearchHit SearchResults TrainingState",
    "events": (
        "Answer ChatTitle CollectionForm Event FastAnswer FlowNodeResponse FlowNodeStatus FlowResponses Interactive "
        "Plan PlanStatus SandboxStatus SkillCall StepTitle ToolCall ToolParams ToolResponse TopAgentConfig "
        "UnknownEvent UpdateVariables WorkflowDuration"
    ),
    "exceptions": (
        "APIConnectionError APIError APITimeoutError AuthenticationError BadRequestError CommercialFeatureError "
        "ConflictError FastGPTError NotFoundError PermissionDeniedError QuotaExceededError RateLimitError ServerError "
        "StreamInterruptedError TrainingError ValidationError WorkflowError"
    ),
    "interactive": "AgentAsk InteractiveNode PaymentPause UnknownInteractive UserInput UserSelect",
    "responses": "ChatCompletion DataResponse Record Response",
    "tracing": "TraceNode",
    "usage": "ModelUsage Usage",
}
_MODULES = [
    "asks",
    "calls",
    "citations",
    "config",
    "content",
    "datasets",
    "events",
    "exceptions",
    "interactive",
    "knowledge",
    "responses",
    "testing",
    "tracing",
    "types",
    "usage",
    "web",
]
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

# Hidden from type checkers, which use the imports above: with `__getattr__` they would accept any name.
if not TYPE_CHECKING:
    __all__ = sorted(["__version__", *_HOME_OF])  # noqa: PLE0605 - it is a list

    def __getattr__(name: str) -> Any:
        if name in _MODULES:
            value = import_module(f".{name}", __name__)
        elif name in _HOME_OF:
            value = getattr(import_module(f".{_HOME_OF[name]}", __name__), name)
        else:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        return sorted({*__all__, *_MODULES, *(name for name in globals() if name.startswith("__"))})
