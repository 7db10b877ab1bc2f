"""The [[items]] of a questionnaire file."""

from collections.abc import Mapping
from typing import Any, NamedTuple, cast, get_args

from survey.core.items import KINDS
from survey.core.items.text import USUAL
from survey.core.questionnaire.header import NAME
from survey.core.questionnaire.model import Audience, Item, ShowIf, Text, Vision
from survey.core.questionnaire.table import LARGEST, Notes, Table, near, short

WGLL = (
    "well_led",
    "smart_foundations",
    "safe_practice",
    "support_people",
    "empower_citizens",
    "improve_care",
    "healthy_populations",
)
"""The seven measures of NHS England's What Good Looks Like framework."""
_KEYS = (*Item.__struct_fields__, "scale")
TAKEN = {"csrf"}
"""Field names that forms have besides their items'."""
_AUDIENCES = get_args(Audience)


class Shared(NamedTuple):
    """What items refer to."""

    visions: tuple[Vision, ...]
    scales: dict[str, tuple[Text, ...] | None]
    wordings: dict[str, Text]


class Entry(NamedTuple):
    """One of the [[items]]. `item` is None, and `id` empty, where the file's words do not amount to one."""

    id: str
    item: Item | None
    table: Table


def read(data: Mapping[str, object], number: int, line: int | None, shared: Shared, notes: Notes) -> Entry:
    """Read the item that is so many'th in the file, noting what is wrong with it."""
    name = data.get("id")
    usable = isinstance(name, str) and NAME.fullmatch(name) is not None and name.lower() not in TAKEN
    place = (f"item {name}" if usable else f"item number {number}") + (f" (line {line})" if line else "")
    table = Table(data, place, notes)
    table.only(_KEYS)
    item_id = table.value("id", str, required=True) or ""
    if item_id and not usable:
        mend = "Ids begin with a letter, then have letters, digits and _, 32 at most; ‘csrf’ is taken."
        table.note("id", f"‘{short(item_id)}’ cannot be an item's id.", mend)
    item = _item(item_id if usable else "", table, shared)
    if item is not None:
        _check(item, table)
    return Entry(item_id if usable else "", item, table)


def _check(item: Item, table: Table) -> None:
    """What the kind finds wrong, except with a key that something has been said about already."""
    known = frozenset(table.mistaken)
    for problem in KINDS[item.kind].check(item):
        if problem.place not in known:
            table.note(problem.place, problem.what, problem.mend)


def _item(item_id: str, table: Table, shared: Shared) -> Item | None:
    kind = table.one_of("kind", KINDS, "a kind of item", required=True)
    audience = table.one_of("audience", _AUDIENCES, "an audience")
    text = table.text("text", 500, required=True)
    rest: dict[str, Any] = {
        "vision": table.one_of("vision", [vision.id for vision in shared.visions], "one of the visions"),
        "options": _options(kind or "", table, shared.scales),
        "hint": table.text("hint", 500),
        "subtheme": table.value("subtheme", str),
        "reverse": table.value("reverse", bool) or False,
        "pulse": table.value("pulse", bool) or False,
        "not_applicable": _special("not_applicable", table, shared),
        "dont_know": _special("dont_know", table, shared),
        "show_if": _show_if(table),
        "values": table.numbers("values"),
        "minimum": table.value("minimum", int),
        "maximum": table.value("maximum", int),
        "max_length": USUAL if kind == "text" and "max_length" not in table.data else table.value("max_length", int),
        "top": table.value("top", int),
        "wgll": table.one_of("wgll", WGLL, "a measure of What Good Looks Like"),
    }
    _check_subtheme(rest["subtheme"], table)
    if kind not in KINDS or text is None or audience not in {None, *_AUDIENCES}:
        return None
    asked = cast(Audience, audience or "all")
    return Item(id=item_id, kind=kind, text=text, audience=asked, **rest)


def _check_subtheme(subtheme: str | None, table: Table) -> None:
    if subtheme is not None and not (0 < len(subtheme) <= 100 and subtheme.isprintable()):
        table.note("subtheme", "this should be one line of 1 to 100 characters.")


def _options(kind: str, table: Table, scales: dict[str, tuple[Text, ...] | None]) -> tuple[Text, ...]:
    """The item's own options, or those of the scale it names, or those of the scale named like its kind."""
    scale = table.value("scale", str)
    if "options" in table.data:
        if scale is not None:
            table.note("scale", "an item has options of its own or a scale, not both.", "Delete one.")
        return table.texts("options", 200) or ()
    if scale is not None and scale not in scales:
        table.note("scale", f"‘{short(scale)}’ is not one of the [scales].", near(scale, scales))
    name = kind if scale is None and kind in {"agreement", "frequency"} else scale
    if "scale" in table.mistaken or (name in scales and scales[name] is None):
        table.mistaken.add("options")
    return scales.get(name or "") or ()


def _special(key: str, table: Table, shared: Shared) -> Text | None:
    """The wording of "I don't know" or "not part of my role"; true stands for the one of the whole file."""
    value = table.data.get(key)
    if not isinstance(value, bool):
        return table.text(key, 100)
    if value and key not in shared.wordings:
        table.note(key, "the file has no wording for this.", f'Write it under [wording], as {key} = "…".')
    return shared.wordings.get(key) if value else None


def _show_if(table: Table) -> ShowIf | None:
    data = table.value("show_if", dict)
    if data is None:
        return None
    rule = Table(data, table.at("show_if"), table.notes)
    rule.only(("item", "answers"))
    item = rule.value("item", str, required=True)
    answers = rule.value("answers", list, required=True)
    if answers is not None and (not answers or any(not _is_answer(answer) for answer in answers)):
        rule.note("answers", "this should list option numbers, “na” or “dk”.", "Write answers = [1, 2], say.")
    if rule.mistaken or item is None or answers is None:
        return None
    return ShowIf(item, tuple(sorted({str(answer) for answer in answers}, key=lambda answer: (len(answer), answer))))


def _is_answer(value: object) -> bool:
    return (type(value) is int and abs(value) <= LARGEST) or isinstance(value, str)
