"""Whatever we say to respondents in English asks for no more than nine years of school, text by text (bar U13)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from survey.cli import translations
from survey.core.questionnaire import reading
from tests.languages.grading import grade, syllables

MOST = 9.0
FEWEST = 6
"""Words below which the formula says nothing: "Accessibility" alone would be for scholars."""
ALLOWED = {
    "Confidential while the survey is open, anonymous after it closes": "The promise; the text under it explains.",
    "Harness the power of digital technology and data to transform care, improving patient outcomes and experience": (
        "A Trust's published mission, quoted; each Trust has its own."
    ),
    "How does your team see information about a patient’s care in other places, such as a GP surgery or another "
    "hospital?": "The examples make it clear: without them it is easy to read and hard to answer.",
    "Advancing data-driven cancer research and innovation": "A published vision's name, quoted.",
}
"""Harder texts, and why they stay. An entry that is not needed fails, too."""
SHIPPED = sorted((Path(reading.__file__).parents[2] / "data" / "questionnaires").glob("*.toml"))
SYLLABLES = {"saved": 1, "answered": 2, "table": 2, "the": 1, "survey": 2, "times": 1, "devices": 3, "people": 2,
             "confidential": 4, "anonymous": 4, "improve": 2, "created": 3, "team’s": 1, "quickly": 2}  # fmt: skip


def _english(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        texts = [value["en"]] if isinstance(value.get("en"), str) else value.values()
        yield from texts if isinstance(texts, list) else (text for inner in texts for text in _english(inner))
    elif isinstance(value, list | tuple):
        yield from (text for inner in value for text in _english(inner))


def _told() -> set[str]:
    return {translations._english(entry) for entry in translations.template() if entry.id}


def _asked() -> set[str]:
    read = [reading.read(path.read_text(encoding="utf-8")) for path in SHIPPED]
    return {text for questionnaire in read for text in _english(msgspec.to_builtins(questionnaire))}


def _hard(texts: set[str]) -> set[str]:
    return {text for text in texts if len(text.split()) >= FEWEST and grade(text) > MOST}


def test_pages_can_be_read_after_nine_years_of_school() -> None:
    assert sorted(_hard(_told()) - ALLOWED.keys()) == []


def test_questions_can_be_read_after_nine_years_of_school() -> None:
    assert sorted(_hard(_asked()) - ALLOWED.keys()) == []


def test_no_allowance_is_there_for_nothing() -> None:
    assert ALLOWED.keys() <= _hard(_told() | _asked())


@pytest.mark.parametrize(("word", "expected"), SYLLABLES.items())
def test_syllables(word: str, expected: int) -> None:
    assert abs(syllables(word) - expected) <= (word in {"devices", "created"})


GRADES = [
    ("The cat sat on the mat.", -1.5, 0.5),
    ("The Australian platypus is seemingly a hybrid of a mammal and reptilian creature.", 10.0, 14.0),
]


@pytest.mark.parametrize(("text", "low", "high"), GRADES)
def test_grades_of_texts_whose_grade_is_known(text: str, low: float, high: float) -> None:
    """Both are the textbook's examples: -1.45 and 11.3."""
    assert low <= grade(text) <= high
