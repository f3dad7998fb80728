"""`fastgpt-client app info | list | logs`: an app, the apps of a key, and the chats with an app."""

from __future__ import annotations

from typing import Annotated, Any, cast

import typer
from rich.text import Text

from fastgpt_client.cli._base.apps import FOLDERS
from fastgpt_client.cli._base.command import command, program
from fastgpt_client.cli._base.completion import one_of
from fastgpt_client.cli._base.dates import span
from fastgpt_client.cli._base.errors import CommandError
from fastgpt_client.cli._base.options import AllPages, AsJson, FromDate, Page, PageSize, Sources, ToDate, check_sources
from fastgpt_client.cli._base.paging import Paging, fetch, items_of
from fastgpt_client.cli._base.session import Session
from fastgpt_client.cli._output.formatting import count, local_time, one_line, sanitize
from fastgpt_client.cli._output.json_data import as_list, as_object, objects, write_json, write_list
from fastgpt_client.cli._output.tables import Column, print_table

from .export import Target, export

__all__ = ["apps", "info", "list_apps", "logs"]

apps = typer.Typer(name="app", help="Inspect apps: info, list, logs, chart.", no_args_is_help=True)
program.add_typer(apps)

_FEEDBACK = ("all", "has_feedback", "good", "bad")
_DAYS = 30


# --- info -----------------------------------------------------------------------------------------------------------


@command(apps)
def info(session: Session, as_json: AsJson = False) -> None:
    """Show the name, type, greeting, variables and inputs of the app."""
    data: dict[str, Any] = dict(session.apps.get_app_info(appId=session.app_id).data)
    if as_json:
        write_json(session.out, data)
        return
    for title, text in _facts(data):
        session.out.print(Text.assemble((f"{title:<12}", "bold"), text), soft_wrap=True)


def _facts(data: dict[str, Any]) -> list[tuple[str, str]]:
    config, models = as_object(data.get("chatConfig")), data.get("chatModels")
    facts = [
        ("name", one_line(data.get("name") or "")),
        ("id", sanitize(data.get("appId") or "")),
        ("type", one_line(data.get("type") or "")),
        ("about", one_line(data.get("intro") or "")),
        ("models", ", ".join(map(one_line, as_list(models)))),
        ("greeting", one_line(config.get("welcomeText") or "")),
        *(("variable", _declared(item)) for item in objects(config.get("variables"))),
        *(("input", _declared(item)) for item in objects(data.get("pluginInputs"))),
        ("suggests", "yes" if as_object(config.get("questionGuide")).get("open") else ""),
        ("takes", ", ".join(_takes(as_object(config.get("fileSelectConfig"))))),
    ]
    return [(title, text) for title, text in facts if text]


def _declared(item: dict[str, Any]) -> str:
    """Return the line for a variable of an app, or for an input of a plugin."""
    kind = one_line(item.get("type") or item.get("valueType") or "any")
    notes = [kind, *(["required"] if item.get("required") else [])]
    if item.get("defaultValue") not in (None, ""):
        notes.append(f"default {one_line(item['defaultValue'])}")
    label = one_line(item.get("label") or "")
    key = one_line(item.get("key") or "?")
    return f"{key} ({', '.join(notes)}){f': {label}' if label and label != key else ''}"


def _takes(config: dict[str, Any]) -> list[str]:
    kinds = {"canSelectFile": "files", "canSelectImg": "images", "canSelectAudio": "audio", "canSelectVideo": "video"}
    return [name for key, name in kinds.items() if config.get(key)]


# --- list -----------------------------------------------------------------------------------------------------------


@command(apps, "list")
def list_apps(
    session: Session,
    search: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="Only apps with this in name or intro, in all folders; at most 50."),
    ] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option(
            "--type",
            metavar="TYPE",
            help="Only apps of this type: simple, advanced, plugin, chatAgent, folder, … May be repeated.",
        ),
    ] = None,
    folder: Annotated[str | None, typer.Option(metavar="ID", help="The folder to list; the root if omitted.")] = None,
    deep: Annotated[bool, typer.Option("--deep", help="Include the contents of folders.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the apps that the owner of the key can read, most recently changed first."""
    if deep and (kind or search is not None):
        raise CommandError("--deep excludes --type and --search, which searches all folders anyway", 2)
    found = objects(session.apps.list_apps(parentId=folder, type=kind, searchKey=search).data)
    if deep:
        found = _with_folders(session, found, set())
    if as_json:
        write_list(session.out, found)
        return
    if found:
        print_table(session.out, _APP_COLUMNS, [_app_row(app) for app in found])
    session.say(count(len(found), "app") if found else "no apps")


_APP_COLUMNS = (
    Column("id", whole=True),
    Column("name"),
    Column("type"),
    Column("changed", whole=True),
    Column("about", extra=True),
)


def _with_folders(session: Session, found: list[dict[str, Any]], known: set[str]) -> list[dict[str, Any]]:
    """Return apps, each folder followed by its contents."""
    everything: list[dict[str, Any]] = []
    for app in found:
        everything.append(app)
        folder = str(app.get("_id") or "")
        if app.get("type") in FOLDERS and folder and folder not in known:
            known.add(folder)
            inside: object = session.apps.list_apps(parentId=folder).data
            everything += _with_folders(session, objects(inside), known)
    return everything


def _app_row(app: dict[str, Any]) -> list[str]:
    name, kind, about = (one_line(app.get(key) or "") for key in ("name", "type", "intro"))
    return [sanitize(app.get("_id") or ""), name, kind, local_time(app.get("updateTime")), about]


# --- logs -----------------------------------------------------------------------------------------------------------


@command(apps)
def logs(
    session: Session,
    start: FromDate = None,
    end: ToDate = None,
    source: Sources = None,
    user: Annotated[
        list[str] | None, typer.Option(metavar="UID", help="Only chats of this end user (customUid). May be repeated.")
    ] = None,
    member: Annotated[
        list[str] | None, typer.Option(metavar="TMB_ID", help="Only chats of this team member. May be repeated.")
    ] = None,
    search: Annotated[str | None, typer.Option(metavar="TEXT", help="Only chats with this in the title.")] = None,
    feedback: Annotated[
        str | None,
        typer.Option(
            metavar="RATING",
            help="Only chats with this rating: good, bad, has_feedback.",
            autocompletion=one_of(_FEEDBACK),
        ),
    ] = None,
    unread: Annotated[bool, typer.Option("--unread", help="Only chats with unread feedback.")] = False,
    errors: Annotated[bool, typer.Option("--errors", help="Only chats with an error.")] = False,
    page: Page = 1,
    page_size: PageSize = 20,
    all_pages: AllPages = False,
    csv: Annotated[
        str | None, typer.Option(metavar="FILE", help="Write all pages to a CSV file (- for stdout).")
    ] = None,
    jsonl: Annotated[
        str | None, typer.Option(metavar="FILE", help="Write all pages as JSON lines, with all fields (- for stdout).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the chats of all users with the app; of the last 30 days by default."""
    if (csv is not None) + (jsonl is not None) + as_json > 1:
        raise CommandError("--csv, --jsonl and --json exclude each other", 2)
    if feedback is not None and feedback not in _FEEDBACK:
        raise CommandError(f"--feedback: {feedback!r} is not one of {', '.join(_FEEDBACK)}", 2)
    begins, ends = cast("tuple[Any, Any]", span(start, end, _DAYS))
    filters: dict[str, Any] = {
        "sources": check_sources(source),
        "tmbIds": member,
        "outLinkUids": user,
        "chatSearch": search,
        "feedbackType": feedback,
        "unreadOnly": unread or None,
        "errorFilter": "has_error" if errors else None,
    }
    given = {name: value for name, value in filters.items() if value is not None}
    times: dict[str, Any] = {"appId": session.app_id, "dateStart": begins, "dateEnd": ends}
    if csv is not None or jsonl is not None:
        target = Target.of(csv, "csv") if csv is not None else Target.of(str(jsonl), "jsonl")
        first: object = session.apps.list_app_logs(**times, **given, pageSize=1).data
        export(session, target, session.apps.iter_app_logs(**times, pageSize=50, extra_body=given), items_of(first)[1])
        return
    data = fetch(
        session,
        Paging(page, page_size, all_pages),
        "chat",
        lambda: session.apps.list_app_logs(**times, **given, pageNum=page, pageSize=page_size),
        lambda: session.apps.iter_app_logs(**times, pageSize=page_size, extra_body=given),
    )
    if as_json:
        write_json(session.out, data)
    elif rows := [_log_row(item) for item in objects(data.get("list"))]:
        print_table(session.out, _LOG_COLUMNS, rows)


_LOG_COLUMNS = (
    Column("chat", whole=True),
    Column("title"),
    Column("changed", whole=True),
    Column("source"),
    Column("user", whole=True),
    Column("rated"),
)


def _log_row(item: dict[str, Any]) -> list[str]:
    member = as_object(item.get("sourceMember")).get("name")
    rated = [
        f"{item[key]} {name}"
        for key, name in (
            ("userGoodFeedbackCount", "good"),
            ("userBadFeedbackCount", "bad"),
            ("errorCount", "failed"),
        )
        if item.get(key)
    ]
    return [
        sanitize(item.get("chatId") or ""),
        one_line(item.get("customTitle") or item.get("title") or ""),
        local_time(item.get("updateTime")),
        one_line(item.get("source") or ""),
        one_line(item.get("outLinkUid") or member or ""),
        one_line(", ".join(rated)),
    ]
