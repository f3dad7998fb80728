"""Python client for FastGPT servers: asyncio, trio and synchronous.

Importing it loads nothing: each name is loaded when it is first used, so that a plain script never loads the asyncio
half, and pytest can look for our fixture without loading httpx.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._version import __version__

if TYPE_CHECKING:
    from ._async.app import AsyncAppClient
    from ._async.chat import AsyncChatClient
    from ._async.client import AsyncFastGPTClient
    from ._async.conversation import AsyncConversation
    from ._async.pages import AsyncPageIterator
    from ._async.stream import AsyncChatStream
    from ._sync.app import AppClient
    from ._sync.chat import ChatClient
    from ._sync.client import FastGPTClient
    from ._sync.conversation import Conversation
    from ._sync.pages import PageIterator
    from ._sync.stream import ChatStream
    from .citations import Citation
    from .content import image_part
    from .events import (
        Answer,
        ChatTitle,
        CollectionForm,
        Event,
        FastAnswer,
        FlowNodeResponse,
        FlowNodeStatus,
        FlowResponses,
        Interactive,
        Plan,
        PlanStatus,
        SandboxStatus,
        SkillCall,
        StepTitle,
        ToolCall,
        ToolParams,
        ToolResponse,
        TopAgentConfig,
        UnknownEvent,
        UpdateVariables,
        WorkflowDuration,
    )
    from .exceptions import (
        APIConnectionError,
        APIError,
        APITimeoutError,
        AuthenticationError,
        BadRequestError,
        CommercialFeatureError,
        ConflictError,
        FastGPTError,
        NotFoundError,
        PermissionDeniedError,
        QuotaExceededError,
        RateLimitError,
        ServerError,
        StreamInterruptedError,
        ValidationError,
        WorkflowError,
    )
    from .interactive import AgentAsk, InteractiveNode, PaymentPause, UnknownInteractive, UserInput, UserSelect
    from .responses import ChatCompletion, DataResponse, Response
    from .tracing import TraceNode
    from .usage import ModelUsage, Usage

__all__ = [
    "APIConnectionError",
    "APIError",
    "APITimeoutError",
    "AgentAsk",
    "Answer",
    "AppClient",
    "AsyncAppClient",
    "AsyncChatClient",
    "AsyncChatStream",
    "AsyncConversation",
    "AsyncFastGPTClient",
    "AsyncPageIterator",
    "AuthenticationError",
    "BadRequestError",
    "ChatClient",
    "ChatCompletion",
    "ChatStream",
    "ChatTitle",
    "Citation",
    "CollectionForm",
    "CommercialFeatureError",
    "ConflictError",
    "Conversation",
    "DataResponse",
    "Event",
    "FastAnswer",
    "FastGPTClient",
    "FastGPTError",
    "FlowNodeResponse",
    "FlowNodeStatus",
    "FlowResponses",
    "Interactive",
    "InteractiveNode",
    "ModelUsage",
    "NotFoundError",
    "PageIterator",
    "PaymentPause",
    "PermissionDeniedError",
    "Plan",
    "PlanStatus",
    "QuotaExceededError",
    "RateLimitError",
    "Response",
    "SandboxStatus",
    "ServerError",
    "SkillCall",
    "StepTitle",
    "StreamInterruptedError",
    "ToolCall",
    "ToolParams",
    "ToolResponse",
    "TopAgentConfig",
    "TraceNode",
    "UnknownEvent",
    "UnknownInteractive",
    "UpdateVariables",
    "Usage",
    "UserInput",
    "UserSelect",
    "ValidationError",
    "WorkflowDuration",
    "WorkflowError",
    "__version__",
    "image_part",
]

_HOMES = {
    "_async.app": "AsyncAppClient",
    "_async.chat": "AsyncChatClient",
    "_async.client": "AsyncFastGPTClient",
    "_async.conversation": "AsyncConversation",
    "_async.pages": "AsyncPageIterator",
    "_async.stream": "AsyncChatStream",
    "_sync.app": "AppClient",
    "_sync.chat": "ChatClient",
    "_sync.client": "FastGPTClient",
    "_sync.conversation": "Conversation",
    "_sync.pages": "PageIterator",
    "_sync.stream": "ChatStream",
    "citations": "Citation",
    "content": "image_part",
    "events": (
        "Answer ChatTitle CollectionForm Event FastAnswer FlowNodeResponse FlowNodeStatus FlowResponses Interactive "
        "Plan PlanStatus SandboxStatus SkillCall StepTitle ToolCall ToolParams ToolResponse TopAgentConfig "
        "UnknownEvent UpdateVariables WorkflowDuration"
    ),
    "exceptions": (
        "APIConnectionError APIError APITimeoutError AuthenticationError BadRequestError CommercialFeatureError "
        "ConflictError FastGPTError NotFoundError PermissionDeniedError QuotaExceededError RateLimitError ServerError "
        "StreamInterruptedError ValidationError WorkflowError"
    ),
    "interactive": "AgentAsk InteractiveNode PaymentPause UnknownInteractive UserInput UserSelect",
    "responses": "ChatCompletion DataResponse Response",
    "tracing": "TraceNode",
    "usage": "ModelUsage Usage",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}
_MODULES = (
    "citations",
    "content",
    "events",
    "exceptions",
    "interactive",
    "responses",
    "testing",
    "tracing",
    "types",
    "usage",
)


# Out of the sight of type checkers, which would take any name for one of ours.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        if name not in _HOME_OF and name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        home = import_module(f".{_HOME_OF.get(name, name)}", __name__)
        globals()[name] = value = getattr(home, name) if name in _HOME_OF else home
        return value

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__, *_MODULES})
