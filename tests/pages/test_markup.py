"""Our hand-written components are those of the NHS design system: the same elements, attributes and words as its own
macros make."""

from typing import Any

import pytest
from lxml import html

from survey.core.questionnaire.model import Item, Text
from survey.pages import rendering
from survey.pages.rendering import Link
from survey.pages.responding import parts
from tests.pages.macros import macro, ours, same

MESSAGE = "Enter it <again>"


def _text(text: str) -> Text:
    return {"en": text}


OPTIONS = ("One & only", "Two", "Three")
SPECIALS = [{"divider": "or"}, {"value": "na", "text": "Not me"}, {"value": "dk", "text": "I don’t know"}]


def _item(kind: Any, **given: Any) -> Item:
    return Item("X1", kind, _text("What <is> it?"), **given)


def _choices(values: range | None = None) -> list[dict[str, str]]:
    return [{"value": str(n), "text": text} for n, text in enumerate(OPTIONS, 1)]


def _markup(item: Item, values: tuple[str, ...], *, alone: bool, error: str) -> str:
    return parts.fresh(item, values, "en", alone=alone, error=error).decode()


def _legend(alone: bool) -> dict[str, Any]:
    return {"legend": {"text": "What <is> it?", "isPageHeading": alone, "size": "m" if alone else "s"}}


@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.parametrize("error", ["", MESSAGE])
@pytest.mark.parametrize("value", ["", "2", "dk"])
def test_radios(alone: bool, error: str, value: str) -> None:
    options = tuple(map(_text, OPTIONS))
    item = _item("single", options=options, not_applicable=_text("Not me"), dont_know=_text("I don’t know"))
    theirs = macro(
        "radios",
        "radios",
        name="X1",
        idPrefix="q-X1",
        value=value,
        fieldset=_legend(alone),
        items=_choices() + SPECIALS,
        **({"errorMessage": {"text": error}} if error else {}),
    )
    assert same(_markup(item, (value,) if value else (), alone=alone, error=error), theirs)


@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.parametrize("error", ["", MESSAGE])
def test_checkboxes(alone: bool, error: str) -> None:
    options = tuple(map(_text, OPTIONS))
    item = _item("several", options=options, not_applicable=_text("Not me"), hint=_text("Think."))
    theirs = macro(
        "checkboxes",
        "checkboxes",
        name="X1",
        idPrefix="q-X1",
        values=["1", "3"],
        fieldset=_legend(alone),
        hint={"text": "Think. Choose all that apply."},
        items=_choices() + SPECIALS[:2],
        **({"errorMessage": {"text": error}} if error else {}),
    )
    assert same(_markup(item, ("1", "3"), alone=alone, error=error), theirs)


@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.parametrize("error", ["", MESSAGE])
def test_number(alone: bool, error: str) -> None:
    theirs = macro(
        "input",
        "input",
        name="X1",
        id="q-X1",
        value='"7"',
        width=5,
        inputmode="numeric",
        label=_legend(alone)["legend"],
        hint={"text": "Enter a whole number from 0 to 40."},
        **({"errorMessage": {"text": error}} if error else {}),
    )
    item = _item("number", minimum=0, maximum=40)
    assert same(_markup(item, ('"7"',), alone=alone, error=error), theirs)


@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.parametrize("error", ["", MESSAGE])
def test_text(alone: bool, error: str) -> None:
    theirs = macro(
        "textarea",
        "textarea",
        name="X1",
        id="q-X1",
        value="</textarea><b>",
        rows=5,
        label=_legend(alone)["legend"],
        hint={"text": "You can write up to 80 characters."},
        **({"errorMessage": {"text": error}} if error else {}),
    )
    item = _item("text", max_length=80)
    assert same(_markup(item, ("</textarea><b>",), alone=alone, error=error), theirs)


def test_ranking_is_one_select_a_place() -> None:
    item = _item("ranking", options=tuple(map(_text, OPTIONS)), top=2)
    tree = html.fragment_fromstring(_markup(item, ("3",), alone=True, error=""))
    selects = tree.xpath('//div[@class="survey-places"]/div')
    for place, (select, value) in enumerate(zip(selects, ("3", ""), strict=True), 1):
        theirs = macro(
            "select",
            "select",
            name=f"X1.{place}",
            id="q-X1" if place == 1 else f"q-X1-{place}",
            value=value,
            label={"text": ("First choice", "Second choice")[place - 1]},
            items=[{"value": "", "text": "No choice"}, *_choices()],
        )
        assert same(html.tostring(select, encoding="unicode"), theirs)


def test_the_scale_is_radios_with_words_at_its_ends() -> None:
    item = _item("zero_to_ten", options=(_text("0 – Not at all"), _text("Completely")), not_applicable=_text("Not me"))
    tree = html.fragment_fromstring(_markup(item, ("10",), alone=True, error=""))
    fields = tree.xpath("//input")
    assert [one.get("value") for one in fields] == [*map(str, range(11)), "na"]
    assert [one.get("value") for one in fields if one.get("checked") is not None] == ["10"]
    labels = {one.get("for"): one.text_content() for one in tree.xpath("//label")}
    assert [labels[one.get("id")] for one in fields] == [
        "0 – Not at all",
        *map(str, range(1, 10)),
        "10 – Completely",
        "Not me",
    ]


def test_every_field_has_a_label_and_an_id_of_its_own() -> None:
    for item in (
        _item("number", minimum=0, maximum=9, not_applicable=_text("a"), dont_know=_text("b")),
        _item("ranking", options=tuple(map(_text, OPTIONS)), top=3, not_applicable=_text("a"), dont_know=_text("b")),
        _item("zero_to_ten", options=(_text("a"), _text("b")), not_applicable=_text("a"), dont_know=_text("b")),
    ):
        tree = html.fragment_fromstring(_markup(item, (), alone=True, error=""))
        ids = [one.get("id") for one in tree.xpath("//input|//select")]
        assert len(set(ids)) == len(ids)
        assert sorted(ids) == sorted(one.get("for") for one in tree.xpath("//label"))


def test_back_link() -> None:
    theirs = f"<nav aria-label='Back'>{macro('back-link', 'backLink', href='../unit')}</nav>"
    assert same(ours("back_link", "back_link('../unit')"), theirs)


def test_button() -> None:
    assert same(ours("button", "button('Continue')"), macro("button", "button", text="Continue"))
    theirs = macro("button", "button", text="Clear", variant="secondary", name="_clear", value="X1")
    assert same(ours("button", "button('Clear', 'secondary', '_clear', 'X1')"), theirs)


def test_error_summary() -> None:
    source = '{% import "components/error_summary.html" as ours %}{{ ours.error_summary("Oh", problems) }}'
    problems = [Link(MESSAGE, "#q-X1")]
    made = rendering.environment().from_string(source).render(problems=problems)
    errors = [{"href": "#q-X1", "text": MESSAGE}]
    assert same(made, macro("error-summary", "errorSummary", heading="Oh", errorList=errors))


def test_summary_row() -> None:
    class Row:
        question, answer, ordered, href = "What <is> it?", ("Two",), False, "q/1?change=1"

    made = rendering.environment().get_template("responding/row.html").render(page=Row)
    action = {"href": "q/1?change=1", "text": "Change", "visuallyHiddenText": "What <is> it?"}
    rows = [{"key": {"text": "What <is> it?"}, "value": {"text": "Two"}, "actions": {"items": [action]}}]
    theirs = macro("summary-list", "summaryList", rows=rows)
    made = f'<dl class="nhsuk-summary-list">{made}</dl>'.replace('<span class="survey-typed">Two</span>', "Two")
    assert same(made, theirs)
