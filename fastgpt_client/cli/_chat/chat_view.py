"""What a turn of a chat looks like as it comes: its text, what the model thinks, and what runs just now."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from fastgpt_client.citations import Citation
from fastgpt_client.cli._output.formatting import count, duration, fit, node_label, number, one_line, sanitize
from fastgpt_client.events import (
    Answer,
    Event,
    FlowNodeStatus,
    PlanStatus,
    SandboxStatus,
    StepTitle,
    ToolCall,
    ToolParams,
    ToolResponse,
    WorkflowDuration,
)
from fastgpt_client.usage import ModelUsage

__all__ = ["ChatView", "cost_line", "source_line"]

_ERASE = "\r\x1b[2K"


class ChatView:
    """Shows turns. The answer goes to `out`, all that is said about it to `err`; mostly both are the same terminal.

    Attributes:
        seconds: how long the last run took, None if the server did not tell.
    """

    def __init__(self, out: Console, err: Console) -> None:
        self.seconds: float | None = None
        self._out, self._err = out, err
        self._shared = out.is_terminal and err.is_terminal
        self._live = err.is_terminal and not err.is_dumb_terminal and not err.legacy_windows
        self._status_is_shown = False
        self._open: dict[Console, bool] = {out: False, err: False}  # whether a line was begun there, and not ended
        self._begun: set[Console] = set()  # where this turn has shown something
        self._tools: dict[str, tuple[str, str]] = {}

    # --- a turn -----------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Begin a turn."""
        self.seconds = None
        self._begun.clear()
        self._tools.clear()
        self._status("waiting for the answer")

    def show(self, event: Event) -> None:
        """Show what an event tells."""
        match event:
            case Answer(text=text, reasoning=reasoning):
                self._piece(self._err, reasoning)
                self._piece(self._out, text)
            case FlowNodeStatus(name=name):
                self._status(node_label(name))
            case ToolCall(id=id, name=name, params=params):
                self._tools[id] = (name, params)
                self._status(f"calling {name}")
            case ToolParams(id=id, params=params):
                name, so_far = self._tools.get(id, ("", ""))
                self._tools[id] = (name, so_far + params)
            case ToolResponse(id=id, response=response):
                name, params = self._tools.pop(id, ("", ""))
                self.line(self._room(f"{name or 'tool'} {params} → {response}"), "dim")
            case StepTitle(title=title):
                self._status(title)
            case PlanStatus(status=status):
                self._status(f"{status} the plan")
            case SandboxStatus(phase=phase):
                self._status(f"sandbox: {phase}")
            case WorkflowDuration(seconds=seconds):
                self.seconds = seconds
            case _:
                pass

    def end(self) -> None:
        """End the turn: the line that was begun ends, and nothing runs any more."""
        self._erase()
        for console in self._open:
            self._end_line(console)

    # --- beside turns -----------------------------------------------------------------------------------------------

    def line(self, text: str, style: str = "") -> None:
        """Say something about the answer, in lines of its own."""
        self._erase()
        self._end_line(self._err)
        if self._shared:
            self._end_line(self._out)
        self._err.print(Text(sanitize(text), style), soft_wrap=not self._err.is_terminal)

    def result(self, text: str, style: str = "") -> None:
        """Print a line that belongs to the answer."""
        self.end()
        self._out.print(Text(self._room(text, self._out), style), soft_wrap=True)

    # --- inside -----------------------------------------------------------------------------------------------------

    def _piece(self, console: Console, text: str) -> None:
        """Print a piece of the answer, or, on the other console, of what the model thinks."""
        text = sanitize(text)
        if console not in self._begun:
            text = text.lstrip("\n")
        if not text:
            return
        self._erase()
        other = self._err if console is self._out else self._out
        if self._shared or other is self._err:
            self._end_line(other)
        if console is self._out:
            # As it is: rich would put spaces for tabs, and take some at the end of a piece for needless.
            console.file.write(text)
            console.file.flush()
        else:
            console.print(Text(text, "dim"), end="", soft_wrap=True)
        self._begun.add(console)
        self._open[console] = not text.endswith("\n")

    def _end_line(self, console: Console) -> None:
        if self._open[console]:
            console.file.write("\n")
            console.file.flush()
            self._open[console] = False

    def _status(self, text: str) -> None:
        """Say what runs just now, on a line that goes away again."""
        if not self._live:
            return
        self._erase()
        self._end_line(self._err)
        if self._shared:
            self._end_line(self._out)
        shown = fit(f"· {one_line(text)}…", max(1, self._err.width - 1))
        self._err.print(Text(shown, "dim"), end="", soft_wrap=True)
        self._status_is_shown = True

    def _erase(self) -> None:
        if self._status_is_shown:
            self._err.file.write(_ERASE)
            self._err.file.flush()
            self._status_is_shown = False

    def _room(self, text: str, console: Console | None = None) -> str:
        """Return a text on one line, cut to the width of the terminal if it is one."""
        found = console or self._err
        return fit(one_line(text), found.width) if found.is_terminal else one_line(text)


# --- what is said of an answer when it is there ---------------------------------------------------------------------


def source_line(number: int, citation: Citation) -> str:
    """Return the line of a citation."""
    name = citation.source_name or citation.collection_id or citation.id
    text = " ".join(f"{citation.q} {citation.a}".split())
    return f"[{number}] {name}" + (f": {text}" if text else "")


def cost_line(used: ModelUsage, seconds: float) -> str:
    """Return the line of tokens, points and time; what is not known is left out."""
    parts: list[str] = []
    if used.total_tokens:
        split = (
            f" ({used.input_tokens} in, {used.output_tokens} out)" if used.input_tokens or used.output_tokens else ""
        )
        parts.append(f"{count(used.total_tokens, 'token')}{split}")
    if used.points:
        parts.append(f"{number(used.points)} points")
    return " · ".join([*parts, duration(seconds)])
