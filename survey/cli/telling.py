"""How far long work is, on a terminal: one line that changes while the command works, and is gone when it is done."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from survey.core.steps import Step, silent
from survey.operations import telling


@contextmanager
def shown() -> Iterator[Step]:
    """Gives the work a function to say how far it is. It says nothing where nobody looks: in a file, in a pipe."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield silent
        return
    with Progress(BarColumn(), TextColumn("{task.description}"), console=console, transient=True) as bars:
        line = bars.add_task("", total=None)

        def step(what: str, done: int, of: int) -> None:
            now = telling.Progress(what, done, of)
            bars.update(line, description=now.words, completed=done, total=of or None)

        yield step
