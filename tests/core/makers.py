"""Strategies for whole questionnaires, as the documents that a file holds, and for answers to them."""

import json
import random
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from survey.core.answers import Answers
from survey.core.items import specials
from survey.core.questionnaire.model import Item, Questionnaire
from survey.core.questionnaire.reading import read

Document = dict[str, Any]
SHIPPED = Path(__file__).parents[2] / "survey" / "data" / "questionnaires"
DEFAULT = (SHIPPED / "default.toml").read_text(encoding="utf-8")
PULSE = (SHIPPED / "pulse.toml").read_text(encoding="utf-8")
CHAIN = """
title = "t"
mission = "m"
[visions]
v = "V"
[levels]
names = ["a", "b"]
cuts = [50]
[scales]
agreement = ["1", "2", "3", "4", "5"]
[[items]]
id = "A"
kind = "agreement"
vision = "v"
text = "A?"
dont_know = true
[[items]]
id = "B"
kind = "single"
text = "B?"
options = ["yes", "no"]
audience = "clinical"
show_if = { item = "A", answers = [1, 2, "dk"] }
[[items]]
id = "C"
kind = "text"
text = "C?"
show_if = { item = "B", answers = [1] }
[[items]]
id = "D"
kind = "several"
text = "D?"
options = ["p", "q", "r"]
[[items]]
id = "E"
kind = "number"
text = "E?"
minimum = 0
maximum = 9
show_if = { item = "D", answers = [2, 3] }
"""
AUDIENCES = ("all", "clinical", "non_clinical")
KINDS = ("agreement", "frequency", "ladder", "zero_to_ten", "single", "several", "number", "ranking", "text")


def _options(count: int) -> list[str]:
    return [f'Option {n} – ‘quoted’ "and" \\ more' for n in range(1, count + 1)]


@st.composite
def _settings(draw: st.DrawFn, kind: str) -> Document:
    """What an item of this kind needs besides its id and text."""
    scored = draw(st.booleans())
    if kind in {"agreement", "frequency"}:
        return {"vision": "v1", "reverse": scored}
    if kind in {"ladder", "zero_to_ten"}:
        return {"vision": "v1", "reverse": scored, "options": _options(5 if kind == "ladder" else 2)}
    if kind == "number":
        low = draw(st.integers(-50, 50))
        return {"minimum": low, "maximum": low + draw(st.integers(1, 70000))} | ({"vision": "v1"} if scored else {})
    if kind == "text":
        return {"max_length": draw(st.integers(1, 500))}
    count = draw(st.integers(2, 30))
    if kind == "ranking":
        return {"options": _options(count), "top": draw(st.integers(1, min(count, 10)))}
    values = {"values": [100 * n / (count - 1) for n in range(count)]} if kind == "single" and scored else {}
    return {"options": _options(count)} | values | ({"vision": "v1"} if scored else {})


def _answers_to_wait_for(item: Document) -> list[str]:
    kind = item["kind"]
    if kind == "text":
        return []
    if kind == "number":
        return [str(item["minimum"]), str(item["maximum"])]
    count = len(item.get("options", range(5)))
    plain = [str(n) for n in (range(11) if kind == "zero_to_ten" else range(1, count + 1))]
    return plain + (["na"] if "not_applicable" in item else []) + (["dk"] if "dont_know" in item else [])


@st.composite
def _item(draw: st.DrawFn, number: int, earlier: list[Document]) -> Document:
    kind = draw(st.sampled_from(KINDS)) if number > 1 else "agreement"
    item: Document = {"id": f"Q{number}", "kind": kind, "text": f"Question {number}?"}
    item |= draw(_settings(kind)) | {"audience": draw(st.sampled_from(AUDIENCES)) if number > 1 else "all"}
    if kind != "text":
        item |= draw(st.sampled_from([{}, {"not_applicable": "Not me"}, {"dont_know": True, "not_applicable": True}]))
    fitting = [
        one for one in earlier if not _audiences(one, earlier) | {item["audience"]} >= {"clinical", "non_clinical"}
    ]
    awaited = draw(st.sampled_from(fitting)) if fitting and draw(st.booleans()) else None
    if awaited is not None and _answers_to_wait_for(awaited):
        chosen = draw(st.lists(st.sampled_from(_answers_to_wait_for(awaited)), min_size=1, max_size=4, unique=True))
        item["show_if"] = {"item": awaited["id"], "answers": chosen}
    return item


def _audiences(item: Document, earlier: list[Document]) -> set[str]:
    """Of whom it is asked, and of whom all those are that it waits for."""
    found, known = {str(item["audience"])}, {one["id"]: one for one in earlier}
    while "show_if" in item:
        item = known[item["show_if"]["item"]]
        found.add(item["audience"])
    return found


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A document that is whole: up to eight items of every kind, with skip rules, on pages of several."""
    items: list[Document] = []
    for number in range(1, draw(st.integers(1, 8)) + 1):
        items.append(draw(_item(number, items)))
    pages: list[list[str]] = []
    for item in items:
        together = pages and len(pages[-1]) < 10 and item.get("show_if", {}).get("item") not in pages[-1]
        if together and draw(st.booleans()):
            pages[-1].append(item["id"])
        else:
            pages.append([item["id"]])
    return {
        "title": "A title",
        "mission": "A mission",
        "visions": {"v1": "The vision"},
        "levels": {"names": ["Low", "Middle", "High"], "cuts": [30, 60.5]},
        "scales": {"agreement": ["a", "b", "c", "d", "e"], "frequency": ["1", "2", "3", "4", "5"]},
        "items": items,
        "pages": [{"items": ids} for ids in pages],
    }


def toml(document: Document, chance: random.Random | None = None) -> str:
    """The document as TOML. With `chance`, in some other layout: keys, tables, blanks and comments moved about."""
    tables = [(key, value) for key, value in document.items() if isinstance(value, dict)]
    lists = [(key, value) for key, value in document.items() if isinstance(value, list)]
    plain = {key: value for key, value in document.items() if isinstance(value, str)}
    if chance:
        chance.shuffle(tables)
        chance.shuffle(lists)
    parts = [_pairs(plain, chance)]
    parts += [f"[{key}]\n{_pairs(table, None, chance)}" for key, table in tables]
    parts += [f"[[{key}]]\n{_pairs(entry, chance)}" for key, entries in lists for entry in entries]
    return ("\n# a comment\n\n" if chance else "\n").join(parts)


def _pairs(table: Document, order: random.Random | None, layout: random.Random | None = None) -> str:
    keys = list(table)
    if order:
        order.shuffle(keys)
    equals = " \t =  " if (order or layout) else " = "
    return "".join(f"{key}{equals}{_value(table[key], order or layout)}\n" for key in keys)


def _value(value: Any, layout: random.Random | None) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(inner, layout)}" for key, inner in value.items()) + " }"
    if isinstance(value, list):
        break_ = "\n    " if layout and layout.random() < 0.5 else ""
        return f"[{break_}" + f", {break_}".join(_value(inner, layout) for inner in value) + f"{break_}]"
    if isinstance(value, str) and " " in value and layout and layout.random() < 0.5:
        return '"""\n  ' + value.replace("\\", "\\\\").replace('"', '\\"').replace(" ", " \\\n   ") + '"""'
    return json.dumps(value, ensure_ascii=layout is not None)


questionnaires = documents().map(toml).map(read)


@st.composite
def values(draw: st.DrawFn, item: Item) -> tuple[str, ...]:
    """A normalised answer to the item, or none."""
    special = draw(st.sampled_from(["", "", "skip", *specials(item)]))
    if special:
        return () if special == "skip" else (special,)
    count = len(item.options)
    match item.kind:
        case "zero_to_ten":
            return (str(draw(st.integers(0, 10))),)
        case "number":
            return (str(draw(st.integers(item.minimum, item.maximum))),)
        case "text":
            text = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=item.max_length).map(str.strip)
            return tuple(filter(None, [draw(text)]))
        case "several":
            return tuple(map(str, sorted(draw(st.sets(st.integers(1, count), min_size=1)))))
        case "ranking":
            chosen = st.lists(st.integers(1, count), min_size=1, max_size=item.top, unique=True)
            return tuple(map(str, draw(chosen)))
        case _:
            return (str(draw(st.integers(1, count))),)


@st.composite
def answers_to(draw: st.DrawFn, questionnaire: Questionnaire) -> Answers:
    """Answers to any of the items, asked or not, as a draft may hold them."""
    given = {item.id: draw(values(item)) for item in questionnaire.items}
    return {item_id: value for item_id, value in given.items() if value}


@st.composite
def answered(draw: st.DrawFn) -> tuple[Questionnaire, Answers, Any]:
    """A questionnaire, answers to it, and the audience of who gave them."""
    questionnaire = draw(questionnaires)
    audience = draw(st.sampled_from(["everyone", "clinical", "non_clinical"]))
    return questionnaire, draw(answers_to(questionnaire)), audience
