"""What the console's forms are made of: the markup of the NHS design system, and mistakes that lead to their fields."""

from typing import Any, Literal

import pytest
from lxml import html

from survey.errors import BadInput, Problem
from survey.pages.console import mistakes, moments
from survey.pages.console.entries import Choices, Entry, Field, Moment, Option, Select
from survey.pages.rendering import Link
from tests.pages.macros import macro, ours, same

MESSAGE = "Enter it <again>"
NOTES = [("", ""), ("Think & write.", ""), ("", MESSAGE), ("Think & write.", MESSAGE)]


def _notes(hint: str, error: str) -> dict[str, Any]:
    return ({"hint": {"text": hint}} if hint else {}) | ({"errorMessage": {"text": error}} if error else {})


@pytest.mark.parametrize(("hint", "error"), NOTES)
@pytest.mark.parametrize("kind", ["text", "date", "password"])
def test_a_line(hint: str, error: str, kind: Literal["text", "date", "password"]) -> None:
    field = Field("of-it", "What <is> it?", '"7"', hint, error, 10, kind=kind)
    label = {"text": "What <is> it?", "size": "s"}
    theirs = macro(
        "input", "input", name="of-it", value='"7"', width=10, type=kind, label=label, spellcheck=False,
        **_notes(hint, error),
    )  # fmt: skip
    assert same(ours("entries", "field(of)", of=field), theirs)


def test_a_number_with_its_unit() -> None:
    field = Field("share", "Share", "50", width=4, suffix="%", numeric=True)
    label = {"text": "Share", "size": "s"}
    theirs = macro(
        "input", "input", name="share", value="50", width=4, inputmode="numeric", suffix="%", label=label,
        spellcheck=False,
    )  # fmt: skip
    assert same(ours("entries", "field(of)", of=field), theirs)


@pytest.mark.parametrize(("hint", "error"), NOTES)
def test_some_lines(hint: str, error: str) -> None:
    field = Field("text", "Its text", "</textarea><b>", hint, error, rows=12)
    label = {"text": "Its text", "size": "s"}
    theirs = macro(
        "textarea", "textarea", name="text", value="</textarea><b>", rows=12, label=label,
        attributes={"spellcheck": "false"}, **_notes(hint, error),
    )  # fmt: skip
    assert same(ours("entries", "field(of)", of=field), theirs)


@pytest.mark.parametrize(("hint", "error"), NOTES)
def test_one_of_a_list(hint: str, error: str) -> None:
    options = (Option("", "Choose a unit"), Option("a", "Ward & co", chosen=True), Option("b", "Other"))
    items = [
        {"value": "", "text": "Choose a unit"},
        {"value": "a", "text": "Ward & co"},
        {"value": "b", "text": "Other"},
    ]
    label = {"text": "Unit", "size": "s"}
    theirs = macro("select", "select", name="unit", value="a", items=items, label=label, **_notes(hint, error))
    assert same(ours("entries", "select(of)", of=Select("unit", "Unit", options, hint, error)), theirs)


@pytest.mark.parametrize(("hint", "error"), NOTES)
@pytest.mark.parametrize("many", [True, False])
@pytest.mark.parametrize("small", [True, False])
def test_choices(hint: str, error: str, many: bool, small: bool) -> None:
    options = (Option("a", "This & that", "It is <so>.", chosen=True), Option("b", "Other"))
    items = [{"value": "a", "text": "This & that", "hint": {"text": "It is <so>."}}, {"value": "b", "text": "Other"}]
    legend = {"legend": {"text": "Which?", "size": "s"}}
    kind, chosen = ("checkboxes", {"values": ["a"]}) if many else ("radios", {"value": "a"})
    theirs = macro(
        kind, kind, name="way", idPrefix="way", items=items, fieldset=legend, small=small, **chosen,
        **_notes(hint, error),
    )  # fmt: skip
    choices = Choices("way", "Which?", options, hint, error, many=many, small=small)
    assert same(ours("entries", "choices(of)", of=choices), theirs)


@pytest.mark.parametrize(("hint", "error"), NOTES)
def test_a_moment(hint: str, error: str) -> None:
    typed = {"day": "5", "month": "10", "year": "2026", "time": "9am"}
    widths = {"day": 2, "month": 2, "year": 4, "time": 5}
    items = [
        {
            "id": "opens" if part == "day" else f"opens-{part}",
            "name": f"opens-{part}",
            "label": part.capitalize(),
            "value": value,
            "width": widths[part],
            "inputmode": "text" if part == "time" else "numeric",
            "classes": "nhsuk-input--error" if error else "",
        }
        for part, value in typed.items()
    ]
    notes = {
        name: told | {"id": f"opens-{'hint' if name == 'hint' else 'error'}"}
        for name, told in _notes(hint, error).items()
    }
    legend = {"legend": {"text": "Opens", "size": "s"}}
    theirs = macro("date-input", "dateInput", items=items, fieldset=legend, **notes)
    assert same(ours("entries", "moment(of)", of=moments.moment("opens", "Opens", typed, hint, error)), theirs)


TWO = (Option("a", "A"), Option("b", "B"))
ENTRIES: list[tuple[str, Entry]] = [
    ("field", Field("it", "It", error=MESSAGE)),
    ("field", Field("it", "It", error=MESSAGE, rows=3)),
    ("select", Select("it", "It", TWO, error=MESSAGE)),
    ("choices", Choices("it", "It", TWO, error=MESSAGE)),
    ("choices", Choices("it", "It", TWO, error=MESSAGE, many=True)),
    ("moment", Moment("it", "It", error=MESSAGE)),
]


@pytest.mark.parametrize(("printed", "entry"), ENTRIES)
def test_the_summary_leads_to_something_to_type_in_or_press(printed: str, entry: Entry) -> None:
    (link,) = mistakes.links({"it": MESSAGE}, entry)
    page = html.fragment_fromstring(ours("entries", f"{printed}(of)", of=entry), create_parent="div")
    (led_to,) = page.xpath(f"//*[@id='{link.href[1:]}']")
    assert led_to.tag in {"input", "select", "textarea"}


def test_the_summary_is_in_the_order_of_the_fields_and_tells_last_what_is_about_none() -> None:
    told = {mistakes.TOP: "The tree is in the way.", "unit": "Choose a unit.", "name": "Enter a name."}
    name, unit = Field("name", "Name"), Select("unit", "Unit", ())
    assert mistakes.links(told, name, unit) == (
        Link("Enter a name.", "#name"),
        Link("Choose a unit.", "#unit"),
        Link("The tree is in the way.", "#maincontent"),
    )


def test_the_summary_says_of_which_field_it_speaks() -> None:
    told = {"name": "It is empty.", "site": "Italy is none of ours."}
    shown = Field("name", "Name (optional)"), Field("site", "Site")
    assert [link.text for link in mistakes.links(told, *shown)] == ["Name: it is empty.", "Italy is none of ours."]


def test_all_that_is_wrong_with_a_field_is_told_beside_it() -> None:
    bad = BadInput(
        [Problem("name", "it is long.", "Shorten it."), Problem("day", "it is past."), Problem("name", "it is taken.")]
    )
    assert mistakes.by_place(bad) == {"name": "It is long. Shorten it. It is taken.", "day": "It is past."}
    assert mistakes.by_place(None) == {}


def test_what_is_about_no_field_of_the_form_is_told_at_its_first() -> None:
    problems = [Problem("closing date", "it is past."), Problem("elsewhere", "it is not so.")]
    fields = {"opens": "opens", "closing date": "closes"}
    assert mistakes.by_field(problems, fields) == {"closes": "It is past.", "opens": "It is not so."}
