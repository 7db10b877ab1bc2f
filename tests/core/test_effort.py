"""How much a questionnaire asks of people."""

from survey.core import effort
from survey.core.questionnaire import reading
from tests import cast
from tests.core.makers import DEFAULT


def test_each_audience_is_told_what_it_may_be_asked() -> None:
    asked = reading.read(cast.QUESTIONNAIRE)
    assert effort.effort(asked, "clinical") == (9, 10 + 10 + 10 + 20 + 10 + 15 + 15 + 40 + 45)
    assert effort.effort(asked, "non_clinical") == (7, 10 + 10 + 10 + 20 + 15 + 40 + 45)
    assert effort.most(asked) == effort.effort(asked, "clinical")
    assert effort.effort(asked, "clinical").minutes == 3


def test_the_default_takes_at_most_ten_minutes() -> None:
    assert effort.most(reading.read(DEFAULT)).minutes <= 10
