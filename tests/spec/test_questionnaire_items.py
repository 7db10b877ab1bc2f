"""What a form may send for each kind of item, what becomes of it, how it is packed and how many points it scores."""

import numpy as np
import pytest

from survey.core.items import KINDS, Mistake
from survey.core.items.ranking import fields
from survey.core.questionnaire.model import Item, Text


def texts(*labels: str) -> tuple[Text, ...]:
    return tuple({"en": label} for label in labels)


NA, DK = {"en": "Not part of my role"}, {"en": "I don’t know"}
FIVE = texts("Never", "Rarely", "Sometimes", "Often", "Always")
AGREEMENT = Item("Q", "agreement", {"en": "?"}, "v", FIVE, not_applicable=NA, dont_know=DK)
REVERSED = Item("Q", "frequency", {"en": "?"}, "v", FIVE, reverse=True)
LADDER = Item("Q", "ladder", {"en": "?"}, "v", FIVE, dont_know=DK)
TEN = Item("Q", "zero_to_ten", {"en": "?"}, "v", texts("None", "All"), not_applicable=NA)
SINGLE = Item("Q", "single", {"en": "?"}, "v", texts("Yes", "Partly", "No"), values=(100, 40, 0))
UNSCORED = Item("Q", "single", {"en": "?"}, None, texts("Yes", "Partly", "No"))
SEVERAL = Item("Q", "several", {"en": "?"}, "v", texts(*"abcdefghij"), not_applicable=NA)
NUMBER = Item("Q", "number", {"en": "?"}, "v", minimum=-10, maximum=70000, not_applicable=NA)
RANKING = Item("Q", "ranking", {"en": "?"}, None, texts("Faster log-in", "Less paper", "Wi-Fi"), top=3, dont_know=DK)
TEXT = Item("Q", "text", {"en": "?"}, max_length=10)

BOTH = "Either give an answer or choose ‘Not part of my role’, not both"
ONE = "Choose one of the options"
WHOLE = "Enter a whole number between -10 and 70000"
SHOWN = "Choose from the options shown"
ODD = "Your answer has a character that cannot be kept. Type it again rather than pasting it"

TAKEN = [
    # item, what the form sends, what is kept, how it is packed (hex), points
    (AGREEMENT, [], (), "00", None),
    (AGREEMENT, [""], (), "00", None),
    (AGREEMENT, ["1"], ("1",), "01", 0),
    (AGREEMENT, ["2"], ("2",), "02", 25),
    (AGREEMENT, ["5"], ("5",), "05", 100),
    (AGREEMENT, ["na"], ("na",), "ff", None),
    (AGREEMENT, ["dk"], ("dk",), "fe", None),
    (AGREEMENT, ["3", "3"], ("3",), "03", 50),
    (REVERSED, ["1"], ("1",), "01", 100),
    (REVERSED, ["4"], ("4",), "04", 25),
    (LADDER, ["4"], ("4",), "04", 75),
    (TEN, ["0"], ("0",), "01", 0),
    (TEN, ["7"], ("7",), "08", 70),
    (TEN, ["10"], ("10",), "0b", 100),
    (TEN, ["na"], ("na",), "ff", None),
    (SINGLE, ["1"], ("1",), "01", 100),
    (SINGLE, ["2"], ("2",), "02", 40),
    (UNSCORED, ["2"], ("2",), "02", None),
    (SEVERAL, [], (), "000000", None),
    (SEVERAL, ["10", "1", "2"], ("1", "2", "10"), "010302", 30),
    (SEVERAL, ["1", "1"], ("1",), "010100", 10),
    (SEVERAL, ["na"], ("na",), "ff0000", None),
    (NUMBER, [" "], (), "0000000000", None),
    (NUMBER, ["-10"], ("-10",), "0100000000", 0),
    (NUMBER, [" +007 "], ("7",), "0100000011", 1700 / 70010),
    (NUMBER, ["70000"], ("70000",), "010001117a", 100),
    (NUMBER, ["", "na"], ("na",), "ff00000000", None),
    (RANKING, ["", "", ""], (), "00000000", None),
    (RANKING, ["2", "", ""], ("2",), "01020000", None),
    (RANKING, ["2", "3", "1"], ("2", "3", "1"), "01020301", None),
    (RANKING, ["", "", "", "dk"], ("dk",), "fe000000", None),
    (TEXT, [], (), "", None),
    (TEXT, [" \r\n "], (), "", None),
    (TEXT, [" a\r\nb\rc\td "], ("a\nb\nc\td",), "", None),
    (TEXT, ["0123456789  "], ("0123456789",), "", None),
    (TEXT, ["na"], ("na",), "", None),
    (TEXT, ["𝒜" * 10], ("𝒜" * 10,), "", None),
]

REFUSED = [
    (AGREEMENT, ["6"], ONE),
    (AGREEMENT, ["0"], ONE),
    (AGREEMENT, ["01"], ONE),
    (AGREEMENT, ["５"], ONE),
    (AGREEMENT, ["1", "2"], ONE),
    (AGREEMENT, ["1", "na"], BOTH),
    (AGREEMENT, ["na", "dk"], "Either give an answer or choose ‘I don’t know’, not both"),
    (REVERSED, ["na"], ONE),
    (LADDER, ["na"], ONE),
    (TEN, ["11"], ONE),
    (TEN, ["dk"], ONE),
    (SINGLE, ["4"], ONE),
    (SEVERAL, ["11"], SHOWN),
    (SEVERAL, ["1", "dk"], SHOWN),
    (SEVERAL, ["1", "na"], BOTH),
    (NUMBER, ["twelve"], WHOLE),
    (NUMBER, ["12.5"], WHOLE),
    (NUMBER, ["1,200"], WHOLE),
    (NUMBER, ["-11"], WHOLE),
    (NUMBER, ["70001"], WHOLE),
    (NUMBER, ["٣"], WHOLE),
    (NUMBER, ["9" * 5000], WHOLE),
    (NUMBER, ["1", "2"], WHOLE),
    (NUMBER, ["1", "na"], BOTH),
    (RANKING, ["1", "1", ""], "You chose ‘Faster log-in’ more than once. Choose a different option for each place"),
    (RANKING, ["2", "2", "2"], "You chose ‘Less paper’ more than once. Choose a different option for each place"),
    (RANKING, ["", "1", ""], "‘First choice’ is empty. Choose one, or move your other choices up"),
    (RANKING, ["1", "", "2"], "‘Second choice’ is empty. Choose one, or move your other choices up"),
    (RANKING, ["4", "", ""], SHOWN),
    (RANKING, ["1", "2", "3", "1"], "Choose no more than 3 options"),
    (RANKING, ["1", "", "", "dk"], "Either give an answer or choose ‘I don’t know’, not both"),
    (TEXT, ["01234567890"], "Your answer must be 10 characters or fewer (it is 11)"),
    (TEXT, ["a\0b"], ODD),
    (TEXT, ["a\x1bb"], ODD),
    (TEXT, ["a\x85b"], ODD),
    (TEXT, ["a\udcffb"], ODD),
]


def _named(case: tuple[Item, list[str], object]) -> str:
    return f"{case[0].kind} {ascii(case[1])[:30]}"


@pytest.mark.parametrize(("item", "sent", "kept", "packed", "points"), TAKEN, ids=map(_named, TAKEN))
def test_taken(item: Item, sent: list[str], kept: tuple[str, ...], packed: str, points: float | None) -> None:
    kind = KINDS[item.kind]
    assert kind.check(item) == []
    assert kind.parse(item, sent, "en") == kept
    assert kind.pack(item, kept).hex() == packed
    assert kind.width(item) == len(packed) // 2
    if packed:
        assert kind.unpack(item, bytes.fromhex(packed)) == kept
        scored = kind.score(item, np.frombuffer(bytes.fromhex(packed), np.uint8).reshape(1, -1))
        assert scored.dtype == np.float64
        assert scored[0] == pytest.approx(np.nan if points is None else points, nan_ok=True)


@pytest.mark.parametrize(("item", "sent", "message"), REFUSED, ids=map(_named, REFUSED))
def test_refused(item: Item, sent: list[str], message: str) -> None:
    with pytest.raises(Mistake) as caught:
        KINDS[item.kind].parse(item, sent, "en")
    assert str(caught.value) == message


@pytest.mark.parametrize("item", [AGREEMENT, TEN, SEVERAL, NUMBER, RANKING], ids=lambda item: item.kind)
def test_an_item_that_was_not_asked_has_no_answer_and_no_points(item: Item) -> None:
    kind = KINDS[item.kind]
    unasked = bytes([253]).ljust(kind.width(item), b"\0")
    assert kind.unpack(item, unasked) == ()
    assert np.isnan(kind.score(item, np.frombuffer(unasked, np.uint8).reshape(1, -1))).all()


@pytest.mark.parametrize("item", [REVERSED, TEN, SINGLE, SEVERAL, NUMBER, RANKING], ids=lambda item: item.kind)
def test_bytes_that_no_answer_packs_to_score_nothing(item: Item) -> None:
    kind = KINDS[item.kind]
    states = [state for state in range(256) if state == 0 or state > max(11, len(item.options))]
    rows = np.array([[state] + [255] * (kind.width(item) - 1) for state in states], np.uint8)
    assert np.isnan(kind.score(item, rows)).all()


def test_scored_several_and_number_can_be_reversed() -> None:
    several = Item("Q", "several", {"en": "?"}, "v", texts(*"abcd"), reverse=True)
    number = Item("Q", "number", {"en": "?"}, "v", minimum=0, maximum=4, reverse=True)
    for item, sent, points in ((several, ("1",), 75), (number, ("1",), 75), (number, ("4",), 0)):
        kind = KINDS[item.kind]
        packed = np.frombuffer(kind.pack(item, sent), np.uint8).reshape(1, -1)
        assert kind.score(item, packed)[0] == points


def test_a_ranking_takes_the_first_value_of_each_place_and_the_special_ones_of_its_own_field() -> None:
    assert fields(RANKING) == ("Q.1", "Q.2", "Q.3")
    form = {"Q.1": ["3", "2"], "Q.3": ["1"], "Q": ["dk"], "Q.4": ["2"]}
    assert KINDS["ranking"].gather(RANKING, form) == ["3", "", "1", "dk"]


def test_mistakes_are_told_in_the_respondents_language() -> None:
    item = Item("Q", "ranking", {"en": "?"}, None, ({"en": "Paper", "cy": "Papur"}, {"en": "Wi-Fi"}), top=2)
    with pytest.raises(Mistake, match="‘Papur’"):
        KINDS["ranking"].parse(item, ["1", "1"], "cy")


def test_every_kind_names_its_fragment() -> None:
    assert {name: kind.template for name, kind in KINDS.items()} == {
        "agreement": "radios",
        "frequency": "radios",
        "ladder": "radios",
        "zero_to_ten": "scale",
        "single": "radios",
        "several": "checkboxes",
        "number": "number",
        "ranking": "ranking",
        "text": "text",
    }


@pytest.mark.parametrize(("count", "width"), [(2, 2), (8, 2), (9, 3), (16, 3), (17, 4), (30, 5)])
def test_several_takes_a_bit_for_each_option(count: int, width: int) -> None:
    item = Item("Q", "several", {"en": "?"}, None, texts(*map(str, range(count))))
    assert KINDS["several"].width(item) == width
    assert (
        KINDS["several"].pack(item, (str(count),)).hex() == "01" + (1 << count - 1).to_bytes(width - 1, "little").hex()
    )
