"""A turn of a chat as it arrives: its text, the reasoning of the model, and the node that runs."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from fastgpt_client.citations import Citation
from fastgpt_client.cli._output.formatting import count, duration, fit, node_label, number, one_line, sanitize
from fastgpt_client.cli._output.render import shown_usage
from fastgpt_client.cli._output.status_line import StatusLine, moves
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

from .wrap import WordWrap

__all__ = ["ChatView", "cost_line", "source_line", "total_line"]


class ChatView:
    """Shows turns. The answer goes to `out`, anything about it to `err`; usually both are the same terminal.

    Attributes:
        seconds: how long the last run took, None if the server did not report it.
    """

    def __init__(self, out: Console, err: Console) -> None:
        self.seconds: float | None = None
        self._out, self._err = out, err
        self._shared = out.is_terminal and err.is_terminal
        self._status = StatusLine(err)
        self._open: dict[Console, bool] = {out: False, err: False}  # whether it is in the middle of a line
        self._wraps = {console: WordWrap() for console in (out, err) if moves(console)}
        self._begun: set[Console] = set()  # where this turn has printed something
        self._tools: dict[str, tuple[str, str]] = {}

    @property
    def live(self) -> bool:
        """Whether there is a status, a line that goes away again."""
        return self._status.live

    # --- a turn -----------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Begin a turn."""
        self.seconds = None
        self._begun.clear()
        self._tools.clear()
        self.status("waiting for the answer")

    def show(self, event: Event) -> None:
        """Show an event."""
        match event:
            case Answer(text=text, reasoning=reasoning):
                self._piece(self._err, reasoning)
                self._piece(self._out, text)
            case FlowNodeStatus(name=name):
                self.status(node_label(name))
            case ToolCall(id=id, name=name, params=params):
                self._tools[id] = (name, params)
                self.status(f"calling {name}")
            case ToolParams(id=id, params=params):
                name, so_far = self._tools.get(id, ("", ""))
                self._tools[id] = (name, so_far + params)
            case ToolResponse(id=id, response=response):
                name, params = self._tools.pop(id, ("", ""))
                self.line(self._room(f"{name or 'tool'} {params} → {response}"), "dim")
            case StepTitle(title=title):
                self.status(title)
            case PlanStatus(status=status):
                self.status(f"{status} the plan")
            case SandboxStatus(phase=phase):
                self.status(f"sandbox: {phase}")
            case WorkflowDuration(seconds=seconds):
                self.seconds = seconds
            case _:
                pass

    def end(self) -> None:
        """End the turn: end its last line, and remove the status."""
        self._status.erase()
        for console in self._open:
            self._end_line(console)

    # --- beside turns -----------------------------------------------------------------------------------------------

    def line(self, text: str, style: str = "") -> None:
        """Print something about the answer, on separate lines."""
        self._leave_lines()
        self._err.print(Text(sanitize(text), style), soft_wrap=not self._err.is_terminal)

    def result(self, text: str, style: str = "") -> None:
        """Print a line that belongs to the answer."""
        self.end()
        self._out.print(Text(self._room(text, self._out), style), soft_wrap=True)

    # --- inside -----------------------------------------------------------------------------------------------------

    def _piece(self, console: Console, text: str) -> None:
        """Print a piece of the answer, or, on the other console, of the reasoning."""
        text = sanitize(text)
        if console not in self._begun:
            text = text.lstrip("\n")
        if not text:
            return
        self._status.erase()
        other = self._err if console is self._out else self._out
        if self._shared or other is self._err:
            self._end_line(other)
        wrap = self._wraps.get(console)
        for part in (text,) if wrap is None else wrap.feed(text, console.width):
            if console is self._out or part.startswith("\r"):
                # Unchanged: rich would replace tabs by spaces, and drop some spaces at the end of a piece.
                console.file.write(part)
            else:
                console.print(Text(part, "dim"), end="", soft_wrap=True)
        console.file.flush()
        self._begun.add(console)
        self._open[console] = not text.endswith("\n")

    def _end_line(self, console: Console) -> None:
        if self._open[console]:
            console.file.write("\n")
            console.file.flush()
            self._open[console] = False
        if console in self._wraps:
            self._wraps[console].reset()

    def status(self, text: str) -> None:
        """Show what is running, on a line that goes away again."""
        if self.live:
            self._leave_lines()
            self._status.show(text)

    def _leave_lines(self) -> None:
        """End the lines that are begun on the terminal, so that another one can follow."""
        self._status.erase()
        self._end_line(self._err)
        if self._shared:
            self._end_line(self._out)

    def _room(self, text: str, console: Console | None = None) -> str:
        """Return a text on one line, cut to the width of the terminal if there is one."""
        found = console or self._err
        return fit(one_line(text), found.width) if found.is_terminal else one_line(text)


# --- what is shown of an answer when it is complete -----------------------------------------------------------------


def source_line(number: int, citation: Citation) -> str:
    """Return the line of a citation."""
    name = citation.source_name or citation.collection_id or citation.id
    text = " ".join(f"{citation.q} {citation.a}".split())
    return f"[{number}] {name}" + (f": {text}" if text else "")


def cost_line(used: ModelUsage, seconds: float) -> str:
    """Return the line of tokens, points and time, without what is unknown."""
    return " · ".join([*_cost(used), duration(seconds)])


def total_line(answers: Sequence[ModelUsage]) -> str:
    """Return the line of what several answers cost together: the sum of what was shown of each."""
    total = ModelUsage()
    for used in answers:
        total = total.plus(shown_usage(used))
    return " · ".join([f"total of {count(len(answers), 'answer')}", *_cost(total)])


def _cost(used: ModelUsage) -> list[str]:
    kinds = {
        "in": used.input_tokens,
        "out": used.output_tokens,
        "embedding": used.embedding_tokens,
        "rerank": used.rerank_tokens,
        "other": used.other_tokens,
    }
    split = ", ".join(f"{tokens:,} {kind}" for kind, tokens in kinds.items() if tokens)
    whole = split == f"{used.total_tokens:,} other"  # of old servers, which do not split it
    parts = [f"{count(used.total_tokens, 'token')}{'' if whole else f' ({split})'}"] if used.total_tokens else []
    points = shown_usage(used).points
    return [*parts, *([f"{number(points)} points"] if points else [])]
