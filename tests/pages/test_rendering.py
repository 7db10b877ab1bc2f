"""Rendering: strict about names, filled without being confused by what people type, forgetful in the right order."""

import jinja2
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.core.questionnaire.model import Item, Level, Page, Questionnaire, Vision
from survey.pages import rendering
from survey.pages.rendering import Memo, cut, hole
from survey.pages.responding import parts

ITEMS = (
    Item("T1", "text", {"en": "Say it"}),
    Item("N1", "number", {"en": "Count it"}, minimum=0, maximum=9),
    Item("M1", "several", {"en": "Choose"}, options=({"en": "a"}, {"en": "b"})),
)
QUESTIONNAIRE = Questionnaire(
    {"en": "Q"}, {"en": "M"}, (Vision("v", {"en": "V"}),), ITEMS, (Page(("T1", "N1", "M1")),), (Level({"en": "L"}, 0),)
)


class Greeting(msgspec.Struct, frozen=True):
    name: str


def test_a_misspelt_name_fails() -> None:
    environment = rendering.environment()
    for source in ("{{ page.nmae }}", "{% if page.nmae %}x{% endif %}", "{% for x in page.nmae %}x{% endfor %}"):
        with pytest.raises(jinja2.UndefinedError):
            environment.from_string(source).render(page=Greeting("x"))


def test_what_is_printed_is_escaped() -> None:
    made = rendering.environment().from_string("<p>{{ page.name }}</p>").render(page=Greeting('<i a="b">&'))
    assert made == "<p>&lt;i a=&#34;b&#34;&gt;&amp;</p>"


@given(st.lists(st.sampled_from(["one", "two"])), st.dictionaries(st.sampled_from(["one", "two"]), st.binary()))
def test_holes_are_filled_in_order_and_nothing_else_is(names: list[str], values: dict[str, bytes]) -> None:
    values = {"one": b"1", "two": b"2"} | values
    markup = "<a>" + "".join(f"{hole(name)}{{{{ é }}}}" for name in names)
    expected = b"<a>" + b"".join(values[name] + "{{ é }}".encode() for name in names)
    assert cut(markup).fill(values) == expected


def test_a_hole_without_a_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        cut(f"a{hole('csrf')}b").fill({})


def test_the_least_recently_used_goes_first() -> None:
    memo, made = Memo[str](2), []

    def make(key: str) -> str:
        return memo.get(key, lambda: made.append(key) or key)  # type: ignore[func-returns-value]

    for key in ("a", "b", "a", "c", "a", "b"):
        assert make(key) == key
    assert made == ["a", "b", "c", "b"]


@given(st.text(min_size=1))
def test_what_was_typed_is_not_kept(typed: str) -> None:
    """Property 10: fragments are kept by item, chosen option, error and language, never with free text."""
    for item in ITEMS[:2]:
        parts.markup(QUESTIONNAIRE, item, (typed,), "en", alone=True)
        assert not [key for key in parts._kept._made if item.id in key and (typed,) in key]


def test_what_was_chosen_is_kept_once() -> None:
    first = parts.markup(QUESTIONNAIRE, ITEMS[2], ("1",), "en", alone=True)
    assert parts.markup(QUESTIONNAIRE, ITEMS[2], ("1",), "en", alone=True) is first
    assert parts.markup(QUESTIONNAIRE, ITEMS[2], ("2",), "en", alone=True) != first
