"""What is wrong with a form: beside each field, in the summary above, and in the page's title."""

from collections.abc import Collection, Iterable, Mapping

from survey.errors import BadInput, Problem
from survey.pages.console.entries import Entry
from survey.pages.rendering import Link

TOP = "maincontent"
"""The place of what is about no field: its link leads to the top of the page."""


def by_field(problems: Iterable[Problem], fields: Mapping[str, str]) -> dict[str, str]:
    """What to say at each field. `fields` tells which field a problem's place is; the first one takes the others."""
    first = next(iter(fields.values()))
    return _told((fields.get(problem.place, first), problem) for problem in problems)


def by_place(bad: BadInput | None) -> dict[str, str]:
    """The same, where a form calls its fields as the operation does."""
    return _told((problem.place, problem) for problem in bad.problems) if bad else {}


def _told(placed: Iterable[tuple[str, Problem]]) -> dict[str, str]:
    told: dict[str, list[str]] = {}
    for field, problem in placed:
        told.setdefault(field, []).append(sentence(problem))
    return {field: " ".join(sentences) for field, sentences in told.items()}


def sentence(problem: Problem) -> str:
    said = f"{problem.what} {problem.mend}".strip()
    return said[:1].upper() + said[1:]


def links(told: Mapping[str, str], *shown: Entry) -> tuple[Link, ...]:
    """The summary above a form. With the fields that are `shown`: in their order, and with their names where that is
    needed; what is about none of them comes last."""
    if not shown:
        return tuple(Link(said, f"#{field}") for field, said in told.items())
    labels = {one.name: one.label for one in shown}
    names = [*labels, *(field for field in told if field not in labels)]
    return tuple(_link(name, told[name], labels.get(name)) for name in names if name in told)


def _link(name: str, said: str, label: str | None) -> Link:
    """Beside its field “It is empty.” is enough; far from it the line says what is."""
    if label is None:
        return Link(said, f"#{TOP}")
    what = label.removesuffix(" (optional)")
    return Link(f"{what}: {said[0].lower()}{said[1:]}" if said.startswith("It ") else said, f"#{name}")


def title(text: str, problems: Collection[object]) -> str:
    """A page's title says first that something is wrong: it is what is read out first."""
    return f"Error: {text}" if problems else text
