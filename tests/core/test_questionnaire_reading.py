"""Reading questionnaire files: what a whole one becomes, and that nothing but BadInput ever comes of a broken one."""

import random
import tomllib

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from survey.core.questionnaire.model import Questionnaire, words
from survey.core.questionnaire.reading import read
from survey.errors import BadInput
from tests.core.makers import DEFAULT, PULSE, documents, toml


def test_the_default_questionnaire_is_whole() -> None:
    default = read(DEFAULT)
    assert len(default.items) == len(default.pages) == 30
    assert [vision.id for vision in default.visions] == ["services", "patients", "staff", "data"]
    assert [item.id for item in default.items if item.vision is None] == ["R1", "T1"]
    assert [level.start for level in default.levels] == [0, 20, 40, 60, 80]
    assert {item.id for item in default.items if item.reverse} == {"S4", "P8", "E2", "E8"}
    assert default.by_id["R1"].top == 3
    assert default.by_id["T1"].max_length == 500
    assert words(default.by_id["S2"].dont_know or {}, "en") == "I don’t know"
    assert (default.pages[0].section or {})["en"] == "Digitally transforming cancer services"
    assert default.pages[-1].section is None


def test_the_pulse_is_the_flagged_items_of_the_default_word_for_word() -> None:
    default, pulse = read(DEFAULT), read(PULSE)
    assert pulse.items == tuple(item for item in default.items if item.pulse)
    assert len(pulse.items) == 8
    assert all(sum(item.vision == vision.id for item in pulse.items) == 2 for vision in pulse.visions)


def test_every_vision_of_the_shipped_questionnaires_asks_everybody_something() -> None:
    for questionnaire in (read(DEFAULT), read(PULSE)):
        for vision in questionnaire.visions:
            assert any(item.vision == vision.id and item.audience == "all" for item in questionnaire.items)


def test_the_hash_is_the_version_for_good() -> None:
    """Fails when a change of code changes what existing files are known by: stored rounds would lose theirs."""
    assert read(DEFAULT).hash == "027b10a6b498089124a4b88f8bc8fc6deb6c56f800405ba0ee612a106fd20f4a"


def test_a_stored_version_is_equal_to_the_one_that_was_read() -> None:
    questionnaire = read(DEFAULT)
    stored = msgspec.json.decode(questionnaire.canonical, type=Questionnaire)
    assert stored == questionnaire
    assert hash(stored) == hash(questionnaire)
    assert (stored.hash, stored.items) == (questionnaire.hash, questionnaire.items)
    assert stored != read(PULSE)
    assert stored != questionnaire.hash


def test_a_bound_of_zero_is_kept_in_the_stored_version() -> None:
    text = 'title = "t"\nmission = "m"\n[visions]\nv = "V"\n[levels]\nnames = ["a", "b"]\ncuts = [50]\n[[items]]\n'
    text += 'id = "N"\nkind = "number"\nvision = "v"\ntext = "How many?"\nminimum = 0\nmaximum = 4\n'
    stored = msgspec.json.decode(read(text).canonical, type=Questionnaire)
    assert (stored.items[0].minimum, stored.items[0].maximum) == (0, 4)


@given(documents(), st.integers())
@settings(max_examples=60)
def test_the_hash_does_not_depend_on_layout_or_key_order(document: dict[str, object], seed: int) -> None:
    plain, moved = toml(document), toml(document, random.Random(seed))
    assert plain != moved
    assert read(moved).canonical == read(plain).canonical


@given(documents(), st.data())
@settings(max_examples=40)
def test_the_hash_depends_on_every_word(document: dict[str, object], data: st.DataObject) -> None:
    before = read(toml(document)).hash
    item = data.draw(st.sampled_from(document["items"]))
    item["text"] += " Really?"
    assert read(toml(document)).hash != before


def test_pages_decide_the_order() -> None:
    first = DEFAULT.replace('id = "S1"', 'id = "X1"')
    ids = [item.id for item in read(first).items]
    text = first + "".join(f'[[pages]]\nitems = ["{item_id}"]\n' for item_id in reversed(ids))
    assert [item.id for item in read(text).items] == ids[::-1]


def test_texts_can_be_written_in_several_languages() -> None:
    text = DEFAULT.replace('title.en = "Digital maturity survey"\n', "").replace(
        'title.cy = "Arolwg aeddfedrwydd digidol"', 'title = { cy = "Arolwg", en = "Survey" }'
    )
    questionnaire = read(text)
    assert questionnaire.languages == ("en", "cy")
    assert (words(questionnaire.title, "cy"), words(questionnaire.title, "en")) == ("Arolwg", "Survey")
    assert words(questionnaire.mission, "fr").startswith("Harness")


def test_a_page_is_in_the_section_of_its_vision_if_it_has_but_one() -> None:
    pages = '[[pages]]\nitems = ["S4", "S5"]\n[[pages]]\nitems = ["P3", "E5"]\nsection = "Both"\n'
    pages += '[[pages]]\nitems = ["P6", "E6"]\n[[pages]]\nitems = ["D2", "D5"]\n'
    sections = [page.section and page.section["en"] for page in read(PULSE + pages).pages]
    assert sections == [
        "Digitally transforming cancer services",
        "Both",
        None,
        "Advancing data-driven cancer research and innovation",
    ]


def test_line_breaks_and_runs_of_blanks_in_a_text_are_one_blank() -> None:
    text = PULSE.replace('title.en = "Digital maturity pulse"', 'title.en = """\n  Digital\n\tmaturity  pulse\n"""')
    assert read(text) == read(PULSE)
    assert read(PULSE.replace("maturity pulse", "maturity\u00a0pulse")).title["en"] == "Digital maturity\u00a0pulse"


def test_a_byte_order_mark_and_windows_line_ends_are_nothing() -> None:
    assert read("\ufeff" + DEFAULT.replace("\n", "\r\n")) == read(DEFAULT)


def only_bad_input(text: str) -> None:
    """The reader's whole contract towards nonsense: a Questionnaire, or problems that all say something."""
    try:
        read(text)
    except BadInput as bad:
        assert bad.problems
        assert all(problem.place and problem.what for problem in bad.problems)


@given(st.text(max_size=300))
@example("a" * 5000 + ".b")
@example("x = 0x" + "f" * 5000)
@example("x = " + "9" * 5000)
@example("x = " + "[" * 5000)
@example("x = \ud800")
@settings(max_examples=150)
def test_random_text_is_refused_and_nothing_worse(text: str) -> None:
    only_bad_input(text)


_SCALARS = st.one_of(
    st.booleans(),
    st.integers(),
    st.just(5000).map(lambda digits: 16**digits),
    st.floats(),
    st.text(max_size=20),
    st.datetimes(),
    st.sampled_from(["agreement", "text", "v1", "Q1", "Q2", "na", "en", "all"]),
)
_VALUES = st.recursive(
    _SCALARS, lambda v: st.lists(v, max_size=4) | st.dictionaries(st.text(max_size=8), v, max_size=4)
)


@given(documents(), st.data())
@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])
def test_any_value_anywhere_is_refused_or_fits(document: dict[str, object], data: st.DataObject) -> None:
    """Replaces one value, at any depth, by any value TOML knows, past the TOML parser."""
    _replace_one(document, data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tomllib, "loads", lambda _: document)
        only_bad_input("")


def _replace_one(node: object, data: st.DataObject) -> None:
    keys = list(node) if isinstance(node, dict) else list(range(len(node)))  # type: ignore[arg-type]
    if not keys:
        return
    key = data.draw(st.sampled_from(keys))
    child = node[key]  # type: ignore[index]
    if isinstance(child, dict | list) and child and data.draw(st.integers(0, 3)):
        _replace_one(child, data)
    elif isinstance(node, dict) and data.draw(st.booleans()):
        node[data.draw(st.text(max_size=8))] = node.pop(key)
    else:
        node[key] = data.draw(_VALUES)  # type: ignore[index]


@pytest.mark.long
@given(st.integers(0, len(DEFAULT)), st.integers(0, 60), st.text(max_size=12))
@settings(max_examples=3000, deadline=None)
def test_the_default_file_with_any_cut_and_paste_is_refused_or_fits(start: int, length: int, inserted: str) -> None:
    only_bad_input(DEFAULT[:start] + inserted + DEFAULT[start + length :])
