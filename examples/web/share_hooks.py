"""The server behind a share link whose visitors have a JWT: `uvicorn share_hooks:app`.

Your site sends visitors to `{fastgpt}/chat/share?shareId=…&authToken=<JWT>`. The link's hook URL is /hooks on this
server.
"""

import os
import sqlite3
from contextlib import closing

import jwt
from starlette.applications import Starlette
from starlette.routing import Mount

from fastgpt_client.web import Allow, Deny, ShareFinish, ShareHooks, ShareInit

SECRET = os.environ.get("JWT_SECRET", "")
DATABASE = os.environ.get("USAGE_DB", "usage.db")


def init(call: ShareInit) -> Allow | Deny:
    """Admit visitors with a valid token."""
    try:
        claims = jwt.decode(  # pyright: ignore[reportUnknownMemberType] - it refers to types that are not installed
            call.token, SECRET, algorithms=["HS256"], options={"require": ["exp", "sub"]}
        )
    except jwt.PyJWTError:
        return Deny("Please sign in again.")
    return Allow(str(claims["sub"]))


def finish(call: ShareFinish) -> None:
    """Record the cost of an answer."""
    if call.has_nodes:
        with closing(sqlite3.connect(DATABASE)) as database, database:
            database.execute("CREATE TABLE IF NOT EXISTS used (chat TEXT, app TEXT, points REAL)")
            row = (call.chat_id, call.app_name, call.usage.total.points)
            database.execute("INSERT INTO used VALUES (?, ?, ?)", row)


app = Starlette(routes=[Mount("/hooks", ShareHooks(init=init, finish=finish))])
