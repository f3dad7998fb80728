"""Python client for FastGPT servers: asyncio, trio and synchronous."""

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
from ._version import __version__
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
from .insight import Citation, TraceNode, Usage
from .interactive import AgentAsk, InteractiveNode, PaymentPause, UnknownInteractive, UserInput, UserSelect
from .parts import image_part
from .responses import ChatCompletion, DataResponse, Response

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
