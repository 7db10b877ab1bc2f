"""Reading a page's form as a browser does, and filling in every question on it."""

import html
import random
import re
from collections.abc import Iterator, Sequence

import msgspec

from survey.core.answers import Answers

_TAG = re.compile(r"<(input|select|option|textarea)\b([^>]*)>|whole number from (-?\d+) to (-?\d+)")
_ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
_ACTION = re.compile(r'<form method="post"(?: action="([^"]*)")?')
_NEXT = re.compile(r'<a class="nhsuk-button" href="([^"]+)"')
SPECIAL = {"na", "dk"}


class Control(msgspec.Struct):
    """A field, or all radios or checkboxes of one name. `values`: what can be chosen; of a text input, its bounds."""

    name: str
    kind: str
    values: list[str]


class Form(msgspec.Struct, frozen=True):
    """Where a form goes to ("" for its own page), what it carries unseen, and what a person can fill in."""

    action: str
    hidden: list[tuple[str, str]]
    controls: list[Control]


def read(page: str) -> Form:
    """The first form of a page's own: what is above it chooses a language."""
    start = _ACTION.search(page, max(page.find("<main"), 0))
    if start is None:
        return Form("", [], [])
    end = page.find("</form>", start.end())
    hidden: list[tuple[str, str]] = []
    controls: dict[tuple[str, str], Control] = {}
    for kind, name, value in _fields(page[start.end() : end]):
        if kind == "hidden":
            hidden.append((name, value))
            continue
        control = controls.setdefault((name, kind), Control(name, kind, []))
        control.values.append(value)
    return Form(html.unescape(start[1] or ""), hidden, list(controls.values()))


def _fields(form: str) -> Iterator[tuple[str, str, str]]:
    """Kind, name and value of each field; a select once for each option, a text input once for each of its bounds."""
    bounds: tuple[str, ...] = ()
    select = ""
    for tag, text, low, high in _TAG.findall(form):
        said = dict(_ATTRIBUTE.findall(text))
        name, value = html.unescape(said.get("name", "")), html.unescape(said.get("value", ""))
        if not tag:
            bounds = (low, high)
        elif tag == "select":
            select = name
        elif tag == "option":
            yield from [("select", select, value)] if value else []
        elif tag == "textarea":
            yield "textarea", name, ""
        elif said.get("type") == "text":
            yield from (("text", name, bound) for bound in bounds)
        else:
            yield said.get("type", ""), name, value


def onward(page: str) -> str | None:
    """Where the page's main link that looks like a button leads."""
    found = _NEXT.search(page)
    return html.unescape(found[1]) if found else None


def fill(form: Form, remark: str, chance: random.Random) -> tuple[list[tuple[str, str]], Answers]:
    """Fields that answer every question of the form, and the answers they amount to, normalised."""
    items: dict[str, list[Control]] = {}
    for control in form.controls:
        items.setdefault(control.name.partition(".")[0], []).append(control)
    fields, answers = list(form.hidden), {}
    for item, controls in items.items():
        filled = _fill(controls, remark, chance)
        fields += filled
        answers[item] = tuple(value for _, value in filled)
    return fields, answers


def _fill(controls: Sequence[Control], remark: str, chance: random.Random) -> list[tuple[str, str]]:
    """One item's fields. What is set apart beside a text, a number or a ranking is left alone."""
    first = controls[0]
    match first.kind:
        case "radio":
            return [(first.name, chance.choice(first.values))]
        case "select":
            places = [control for control in controls if control.kind == "select"]
            chosen = chance.sample(first.values, len(places))
            return [(place.name, value) for place, value in zip(places, chosen, strict=True)]
        case "checkbox":
            offered = [value for value in first.values if value not in SPECIAL]
            chosen = chance.sample(offered, chance.randint(1, len(offered)))
            return [(first.name, value) for value in sorted(chosen, key=int)]
        case "textarea":
            return [(first.name, remark)]
        case "text":
            return [(first.name, str(chance.randint(*map(int, first.values))))]
        case other:
            raise ValueError(f"a form has a field of an unknown kind: {other}")
