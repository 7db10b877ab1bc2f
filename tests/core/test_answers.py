"""Answers as a whole: which items are asked, reading a page, packing, the one size under which all are sealed."""

import time

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.core import answers, items, journey
from survey.core.answers import Answers
from survey.core.frame import Audience
from survey.core.questionnaire.model import Questionnaire
from survey.core.questionnaire.reading import read
from tests.core.makers import CHAIN, DEFAULT, answered, questionnaires

Case = tuple[Questionnaire, Answers, Audience]


@pytest.mark.parametrize(
    ("audience", "given_", "asked"),
    [
        ("clinical", {}, "AD"),
        ("clinical", {"A": ("1",)}, "ABD"),
        ("clinical", {"A": ("3",)}, "AD"),
        ("clinical", {"A": ("dk",)}, "ABD"),
        ("clinical", {"A": ("1",), "B": ("1",)}, "ABCD"),
        ("clinical", {"A": ("1",), "B": ("2",)}, "ABD"),
        ("clinical", {"A": ("3",), "B": ("1",)}, "AD"),  # B's stale answer counts for nothing
        ("non_clinical", {"A": ("1",), "B": ("1",)}, "AD"),  # nor does one that was never asked for
        ("everyone", {"A": ("1",), "B": ("1",)}, "ABCD"),
        ("everyone", {"D": ("1",)}, "AD"),
        ("everyone", {"D": ("1", "3")}, "ADE"),
    ],
)
def test_skip_rules(audience: Audience, given_: Answers, asked: str) -> None:
    assert "".join(item.id for item in answers.asked(read(CHAIN), audience, given_)) == asked


def test_what_is_hidden_is_dropped_when_packed() -> None:
    questionnaire = read(CHAIN)
    everything = {"A": ("3",), "B": ("1",), "C": ("secret",), "D": ("1",), "E": ("7",)}
    packed = answers.pack(questionnaire, "everyone", everything)
    assert packed.hex() == "03" + "fd" + "" + "0101" + "fd00000000"
    assert answers.unpack(questionnaire, packed) == {"A": ("3",), "D": ("1",)}
    assert answers.texts(questionnaire, everything) == []
    shown = everything | {"A": ("2",)}
    assert answers.texts(questionnaire, shown) == [("C", "secret")]
    assert answers.texts(questionnaire, shown, "non_clinical") == []


def test_audiences_of_the_default_questionnaire() -> None:
    default = read(DEFAULT)
    counts = {
        audience: len(answers.asked(default, audience, {})) for audience in ("clinical", "non_clinical", "everyone")
    }
    assert counts == {"clinical": 29, "non_clinical": 24, "everyone": 30}


def test_columns_stand_where_the_bytes_are() -> None:
    default = read(DEFAULT)
    where = answers.columns(default)
    packed = answers.pack(default, "everyone", {"S2": ("4",), "R1": ("12", "1")})
    assert answers.width(default) == len(packed) == 32
    assert packed[where["S2"]] == b"\4"
    assert packed[where["R1"]] == b"\1\x0c\1\0"
    assert packed[where["T1"]] == b""
    assert where["D6"] == slice(27, 28)


def test_a_page_is_read_whole() -> None:
    questionnaire = read(
        CHAIN + '[[pages]]\nitems = ["A", "D"]\n[[pages]]\nitems = ["B", "E"]\n[[pages]]\nitems = ["C"]'
    )
    form = {"A": ["9"], "D": ["3", "1"], "B": ["1"], "csrf": ["x"]}
    taken, mistakes = answers.parse_page(questionnaire, questionnaire.pages[0], form, "en")
    assert taken == {"D": ("1", "3")}
    assert {item: str(said) for item, said in mistakes.items()} == {"A": "Choose one of the options"}
    assert answers.parse_page(questionnaire, questionnaire.pages[1], {}, "en") == ({}, {})


def test_a_page_submitted_again_replaces_its_own_answers_only() -> None:
    page = read(CHAIN).pages[0]
    assert answers.replaced(page, {"A": ("1",), "B": ("2",)}, {"A": ("5",)}) == {"A": ("5",), "B": ("2",)}
    assert answers.replaced(page, {"A": ("1",), "B": ("2",)}, {}) == {"B": ("2",)}


@given(answered())
@settings(max_examples=80)
def test_packing_keeps_every_asked_answer_in_the_one_width(case: Case) -> None:
    questionnaire, given_, audience = case
    packed = answers.pack(questionnaire, audience, given_)
    asked = {item.id for item in answers.asked(questionnaire, audience, given_) if item.kind != "text"}
    assert len(packed) == answers.width(questionnaire)
    assert answers.unpack(questionnaire, packed) == {key: value for key, value in given_.items() if key in asked}
    assert answers.pack(questionnaire, audience, answers.unpack(questionnaire, packed)) == packed


@given(answered(), st.data())
@settings(max_examples=60)
def test_answers_to_items_that_are_not_asked_change_nothing(case: Case, data: st.DataObject) -> None:
    questionnaire, given_, audience = case
    asked = {item.id for item in answers.asked(questionnaire, audience, given_)}
    fewer = {key: value for key, value in given_.items() if key in asked or data.draw(st.booleans())}
    assert answers.pack(questionnaire, audience, fewer) == answers.pack(questionnaire, audience, given_)
    assert answers.texts(questionnaire, fewer, audience) == answers.texts(questionnaire, given_, audience)
    assert journey.pages(questionnaire, audience, fewer) == journey.pages(questionnaire, audience, given_)


@given(answered())
@settings(max_examples=60)
def test_an_item_is_asked_exactly_when_its_rule_says_so(case: Case) -> None:
    questionnaire, given_, audience = case
    asked = {item.id for item in answers.asked(questionnaire, audience, given_)}
    for item in questionnaire.items:
        mine = audience == "everyone" or item.audience in {"all", audience}
        rule = item.show_if
        waits = rule is not None and not (rule.item in asked and set(rule.answers) & set(given_.get(rule.item, ())))
        assert (item.id in asked) == (mine and not waits)


@given(answered())
@settings(max_examples=60)
def test_a_form_of_what_was_answered_reads_back_the_same(case: Case) -> None:
    questionnaire, given_, _ = case
    form: dict[str, list[str]] = {}
    for item in questionnaire.items:
        values = list(given_.get(item.id, ()))
        if item.kind == "ranking" and not set(values) & {"na", "dk"}:
            form |= {f"{item.id}.{place}": [value] for place, value in enumerate(values, 1)}
        else:
            form[item.id] = values
    read_back: Answers = {}
    for page in questionnaire.pages:
        taken, mistakes = answers.parse_page(questionnaire, page, form, "en")
        assert mistakes == {}
        read_back |= taken
    assert read_back == given_


@given(questionnaires, st.data())
@settings(max_examples=60)
def test_any_form_is_taken_or_told_about(questionnaire: Questionnaire, data: st.DataObject) -> None:
    values = st.lists(st.sampled_from(["", "0", "1", "2", "5", "11", "31", "na", "dk", "\0", "x" * 501]), max_size=4)
    names = [item.id for item in questionnaire.items] + [
        f"{item.id}.{n}" for item in questionnaire.items for n in (1, 2)
    ]
    form = data.draw(st.dictionaries(st.sampled_from(names), values))
    for page in questionnaire.pages:
        taken, mistakes = answers.parse_page(questionnaire, page, form, "en")
        assert not taken.keys() & mistakes.keys()
        assert taken.keys() | mistakes.keys() <= set(page.items)
        assert all(taken.values()) and all(mistakes.values())
        assert len(answers.pack(questionnaire, "everyone", taken)) == answers.width(questionnaire)


@given(answered())
@settings(max_examples=60)
def test_points_lie_between_0_and_100_exactly_where_a_scored_item_has_an_answer(case: Case) -> None:
    questionnaire, given_, audience = case
    packed = np.frombuffer(answers.pack(questionnaire, audience, given_), np.uint8).reshape(1, -1)
    kept = answers.unpack(questionnaire, packed.tobytes())
    for item in questionnaire.items:
        columns = packed[:, answers.columns(questionnaire)[item.id]]
        points = items.KINDS[item.kind].score(item, columns)
        scored = item.vision is not None and kept.get(item.id, ("na",)) not in {("na",), ("dk",)}
        assert points.shape == (1,)
        assert (0 <= points[0] <= 100) if scored else np.isnan(points[0])


def _longest(questionnaire: Questionnaire) -> Answers:
    """Answers that take as much room as any can: four-byte characters, every option, the longest numbers."""
    longest: Answers = {}
    for item in questionnaire.items:
        count = len(item.options)
        match item.kind:
            case "text":
                longest[item.id] = ("𝒜" * (item.max_length or 0),)
            case "several" | "ranking":
                longest[item.id] = tuple(str(n) for n in range(count, 0, -1))[: item.top]
            case "number":
                longest[item.id] = (max(str(item.minimum), str(item.maximum), key=len),)
            case _:
                longest[item.id] = ("dk",)
    return longest


@given(questionnaires)
@settings(max_examples=60)
def test_the_sealed_size_holds_the_longest_answers(questionnaire: Questionnaire) -> None:
    size, most = answers.sealed_size(questionnaire), _longest(questionnaire)
    drafted = msgspec.msgpack.encode(most)
    texts = [(item.id, most[item.id][0]) for item in questionnaire.items if item.kind == "text"]
    sealed = msgspec.msgpack.encode({"atom": 65535, "answers": bytes(answers.width(questionnaire)), "texts": texts})
    assert size % 256 == 0
    assert len(drafted) + 64 <= size
    assert len(sealed) + 64 <= size


def test_a_page_load_takes_well_under_a_tenth_of_a_millisecond() -> None:
    """The hot path, with ten times the room it needs, so that only a change of order fails it."""
    default = read(DEFAULT)
    given_ = {item.id: ("3",) for item in default.items if item.kind not in {"text", "ranking"}}

    def load() -> None:
        answers.pack(default, "clinical", given_)
        journey.next_page(default, "clinical", given_, 10)
        journey.previous_page(default, "clinical", given_, 10)
        journey.progress(default, "clinical", given_, 10)

    load()
    best = min(_seconds(load) for _ in range(20))
    assert best < 0.0005


def _seconds(work: object) -> float:
    start = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - start
