"""The asgi.py of a Django project that relays answers and that FastGPT calls: `uvicorn django_asgi:application`.

Three applications are mounted next to Django: /hooks for a share link, /files for a dataset, /chat with a page. Django
handles everything else. Its view /answer relays an answer to a visitor, who is identified by the session cookie. In a
real project, settings and view are in their usual places.
"""

# pyright: basic
# Django has no types.
import json
import os
import secrets

from django.conf import settings
from django.core import signing
from django.core.asgi import get_asgi_application
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path
from starlette.applications import Starlette
from starlette.routing import Mount

from fastgpt_client import AsyncChatClient, ValidationError
from fastgpt_client.web import (
    RELAY_HEADERS,
    Allow,
    ChatIds,
    ChatPage,
    Deny,
    DirectoryLibrary,
    FileLibraryApp,
    ShareHooks,
    ShareInit,
    relay,
)

SECRET = os.environ["CHAT_SECRET"]
client = AsyncChatClient(completions="v2")  # FASTGPT_BASE_URL, FASTGPT_API_KEY, FASTGPT_APP_ID
chat_ids = ChatIds(SECRET)


async def answer(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Answer `{"message", "chat"}`: `chat` is the value of an earlier X-Chat header, omitted for a new chat."""
    if request.content_type != "application/json":  # a page of another site cannot send this
        return HttpResponse(status=415)
    visitor = request.COOKIES.get("visitor") or secrets.token_urlsafe(16)
    try:
        asked = json.loads(request.body)
        question, chat = str(asked["message"])[:10_000], asked.get("chat")
        if chat is None:
            chat_id, signed = chat_ids.new(visitor=visitor)
        else:
            chat_id, signed = chat_ids.open(chat, visitor=visitor), chat
    except ValidationError:  # the chat is another visitor's
        return HttpResponse(status=403)
    except (ValueError, KeyError, TypeError):
        return HttpResponse(status=400)
    relayed = relay(client.conversation(chatId=chat_id).stream(question), max_seconds=300)
    response = StreamingHttpResponse(relayed, headers={**RELAY_HEADERS, "X-Chat": signed})
    response.set_cookie("visitor", visitor, httponly=True, samesite="Lax")
    return response


def init(call: ShareInit) -> Allow | Deny:
    """Admit users who are signed in to this site; their token is `signing.dumps(user_name)`."""
    try:
        return Allow(str(signing.loads(call.token, max_age=3600)))
    except signing.BadSignature:
        return Deny("Please sign in again.")


urlpatterns = [path("answer", answer)]
settings.configure(
    SECRET_KEY=SECRET,
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=os.environ.get("ALLOWED_HOSTS", "localhost,127.0.0.1").split(","),
    DATA_UPLOAD_MAX_MEMORY_SIZE=64 * 1024,
)
files = FileLibraryApp(
    DirectoryLibrary(os.environ.get("LIBRARY_FOLDER", ".")), authorization=os.environ["LIBRARY_TOKEN"], secret=SECRET
)
application = Starlette(
    routes=[
        Mount("/hooks", ShareHooks(init=init)),
        Mount("/files", files),
        Mount("/chat", ChatPage(client, chat_ids=chat_ids)),
        Mount("/", get_asgi_application()),
    ]
)
