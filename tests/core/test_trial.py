"""Where somebody stands who tries a questionnaire out, written in an address and read back."""

from hypothesis import given
from hypothesis import strategies as st

from survey.core import trial
from survey.core.questionnaire import reading
from survey.core.trial import Trial
from tests import cast

ASKED = reading.read(cast.QUESTIONNAIRE)


def test_answers_are_written_in_the_order_of_the_items() -> None:
    answers = {"AGREE": ("4",), "SURE": ("na",), "WHICH": ("1", "3"), "COUNT": ("17",), "FIRST": ("2", "1")}
    assert trial.write(ASKED, Trial(answers)) == "a.4..na...1~3.17.2~1"
    assert trial.write(ASKED, Trial({}, sent=True)) == "s"
    assert trial.read(ASKED, "a.4..na...1~3.17.2~1") == Trial(answers)
    assert trial.read(ASKED, "s") == Trial({}, sent=True)


def test_own_words_are_not_in_an_address() -> None:
    assert trial.write(ASKED, Trial({"WORDS": ("My manager is Ann",)})) == "a"
    assert trial.read(ASKED, "a.........Ann") == Trial({})


def test_what_no_form_could_send_is_passed_over() -> None:
    assert trial.read(ASKED, "a.9.x.11.-1.3.1.999999.1~1.x.y.z") == Trial({"WHICH": ("1",)})


@given(st.text(alphabet="as.~0123456789ndk-+ \0é", max_size=60))
def test_whatever_an_address_says_is_read_as_something_that_can_be_shown(written: str) -> None:
    found = trial.read(ASKED, written)
    assert trial.read(ASKED, trial.write(ASKED, found)) == found
