"""Comments: what is suggested to be taken out, and that nothing but that can be done to anybody's words."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey import errors
from survey.core import comments
from survey.core.comments import Known, Mark

KNOWN = Known(
    ("aisha.khan12@trust.example", "liam_o'neill@trust.example", "will@trust.example", "j.smith@trust.example"),
    ("20000037", "AB123"),
    ("Ward 1", "Ward 12", "Liverpool", "Nursing and Midwifery Registered", "IT"),
)
SUGGESTED = [
    ("Fewer log-ins, please.", "Fewer log-ins, please."),
    ("Ask Aisha Khan about it", "Ask [[Aisha Khan]] about it"),
    ("Smith’s screen is dark", "[[Smith]]’s screen is dark"),
    ("It will help; Will said so", "It will help; [[Will]] said so"),
    ("Dr Who and Sister Mary Jones know", "[[Dr Who]] and [[Sister Mary Jones]] know"),
    ("on ward 12 in LIVERPOOL, not Ward 1", "on [[ward 12]] in [[LIVERPOOL]], not [[Ward 1]]"),
    ("Wards 1 to 3 and it", "Wards 1 to 3 and it"),
    ("write to me@trust.example or www.me.example/x", "write to [[me@trust.example]] or [[www.me.example/x]]"),
    ("ring 07700 900123 or (0151) 496-0000", "ring [[07700 900123]] or [[(0151) 496-0000]]"),
    ("I am 20000037, badge ab123", "I am [[20000037]], badge [[ab123]]"),
    ("since 3 March 2024, 12/05/24 and May 4th", "since [[3 March 2024]], [[12/05/24]] and [[May 4th]]"),
    ("My line manager and the ward sister", "My [[line manager]] and the [[ward sister]]"),
    ("as a Band 6 I cannot", "as a [[Band 6]] I cannot"),
    ("5 of 12 screens, 100 times a day", "5 of 12 screens, 100 times a day"),
]


@pytest.mark.parametrize(("text", "expected"), SUGGESTED)
def test_what_is_suggested(text: str, expected: str) -> None:
    assert comments.marked(text, comments.suggest(text, KNOWN)) == expected


def test_a_suggestion_says_what_it_seems_to_be() -> None:
    kinds = [mark.kind for mark in comments.suggest("Dr Who, ward 1, 3 May, x@y.zz, 123456, matron", KNOWN)]
    assert kinds == ["name", "unit", "date", "address", "number", "role"]
    assert set(kinds) == comments.CALLED.keys()


def test_an_empty_staff_list_suggests_by_patterns() -> None:
    assert comments.suggest("Ward 1, 3 May", Known((), (), ())) == (Mark(8, 13, "date"),)


REDACTED = [
    ("One two three.", "One [[two]] three.", "One [removed] three."),
    ("One two three.", "One two three.", "One two three."),
    ("One two", "[[One]] [[two]]", "[removed] [removed]"),
    ("a\nb", "a\r\n[[b]]", "a\n[removed]"),
    ("a [[b]] c", "a b c", "a b c"),
    ("x]]y", "xy", "xy"),
    ("[[[[x]]", "[[x]]", "[removed]"),
]


@pytest.mark.parametrize(("body", "edited", "shown"), REDACTED)
def test_what_is_marked_is_taken_out(body: str, edited: str, shown: str) -> None:
    assert comments.shown(comments.confirmed(body, edited)) == shown


REFUSED = [
    ("One two", "One three"),
    ("One two", "One"),
    ("One two", "One two."),
    ("One two", "One [[two"),
    ("One two", "One two]]"),
    ("One two", "[[One [[two]]]]"),
    ("One two", "One [[]]two"),
    ("One two", "]]One[[ two"),
]


@pytest.mark.parametrize(("body", "edited"), REFUSED)
def test_words_stay_their_authors_and_marks_are_whole(body: str, edited: str) -> None:
    with pytest.raises(errors.BadInput):
        comments.confirmed(body, edited)


bodies = st.text(st.sampled_from("ab [] \n1/WMay@.") | st.characters(exclude_categories=["Cs", "Cc"]), max_size=60)


@given(bodies)
def test_every_suggestion_can_be_confirmed_as_it_stands(body: str) -> None:
    text = comments.plain(body)
    marks = comments.suggest(text, KNOWN)
    assert all(one.end < other.start for one, other in pairwise(marks))
    shown = comments.shown(comments.confirmed(body, comments.marked(text, marks)))
    for mark in marks:
        assert 0 <= mark.start < mark.end <= len(text)
    assert shown.count(comments.REMOVED) >= len(marks)


@given(st.text("a[]\r\n ", max_size=40))
def test_plain_text_has_no_marks_whatever_was_typed(body: str) -> None:
    assert comments.OPEN not in comments.plain(body)
    assert comments.CLOSE not in comments.plain(body)
