"""The catalogues of other languages: whole, with nothing over, and with every place for a value where it belongs."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from babel.messages.catalog import Catalog
from click.testing import CliRunner

from survey import languages
from survey.cli import translations
from survey.core import reaching
from survey.core.questionnaire import reading
from survey.core.reaching import Facts, Reach, Voice
from survey.languages import times
from survey.messages import say, say_many

CATALOGUES = dict(translations.catalogues())
SHIPPED = sorted((Path(languages.__file__).parents[1] / "data" / "questionnaires").glob("*.toml"))
each = pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
_PLACE = re.compile(r"%\((\w+)\)s|%%|%|\{\w*\}")


def _ids(catalogue: Catalog) -> set[str]:
    return {translations._english(entry) for entry in catalogue if entry.id}


def _places(text: str) -> list[str]:
    """The values a text has places for, sorted; a lone % would break the page."""
    return sorted(found[0] if found[0] != "%(num)s" else "" for found in _PLACE.finditer(text) if found[0] != "%(num)s")


def test_welsh_is_there() -> None:
    assert "cy" in languages.known()
    assert languages.name("cy") == "Cymraeg"


@each
def test_nothing_is_missing_and_nothing_is_over(path: Path) -> None:
    """Run `python3 -m survey translations`, and translate what it lists."""
    wanted, there = _ids(translations.template()), _ids(CATALOGUES[path])
    assert sorted(wanted - there) == []
    assert sorted(there - wanted) == []
    assert translations.missing(CATALOGUES[path]) == []


@each
def test_each_translation_has_the_places_of_the_text(path: Path) -> None:
    wrong = []
    for entry in CATALOGUES[path]:
        texts = {str(_places(text)) for text in ([entry.id] if isinstance(entry.id, str) else entry.id)}
        told = {str(_places(text)) for text in translations._said(entry)}
        wrong += [entry.id] if entry.id and (texts != told or list(entry.check(CATALOGUES[path]))) else []
    assert wrong == []


@each
def test_translated_messages_are_sound_and_cost_no_more_than_two_text_messages(path: Path) -> None:
    """A letter that the phone alphabet lacks would halve what fits into each."""
    language = path.parts[-3]
    told = {name: languages.tell(text, language) for name, text in reaching.DEFAULTS.items()}
    assert reaching.problems(Reach(texts={language: told})) == []
    when = times.spoken(datetime(2027, 9, 29, 16, 30, tzinfo=UTC), "Europe/London", language)
    link = f"https://survey.trust.nhs.uk/r/abcd2345/{'A' * 43}?lang={language}"
    for kind in reaching.KINDS:
        facts = Facts("The Clatterbridge Cancer Centre", "Survey", when, link)
        said = reaching.letter({language: told}, Voice(language), kind, "sms", facts)
        assert reaching.sms_parts(said.text) <= 2, said.text


@each
def test_a_draft_says_that_it_is_one(path: Path) -> None:
    """Until a speaker has reviewed it: then this line goes, and the file's."""
    assert "DRAFT: to be reviewed by a speaker" in path.read_text(encoding="utf-8")[:400]


def _untranslated(value: Any, language: str) -> list[str]:
    if isinstance(value, dict):
        if isinstance(value.get("en"), str):
            return [] if value.get(language) else [value["en"]]
        return [text for inner in value.values() for text in _untranslated(inner, language)]
    return (
        [text for inner in value for text in _untranslated(inner, language)] if isinstance(value, list | tuple) else []
    )


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
@pytest.mark.parametrize("language", languages.known())
def test_the_shipped_questionnaires_speak_every_language(path: Path, language: str) -> None:
    questionnaire = reading.read(path.read_text(encoding="utf-8"))
    assert language in questionnaire.languages
    assert _untranslated(msgspec.to_builtins(questionnaire), language) == []


def test_texts_of_every_kind_are_found() -> None:
    """In a template, a call, a marked title, and the docstring beneath one."""
    found = _ids(translations.template())
    assert {"Start", "Choose one of the options", "This survey has closed", "Thank you for your interest."} <= found
    assert "The service will not start with these settings." not in found


def test_the_command_says_what_there_is_to_translate(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "cy" / "LC_MESSAGES" / "survey.po"
    file.parent.mkdir(parents=True)
    (source,) = [path for path in CATALOGUES if path.parts[-3] == "cy"]
    before = source.read_text(encoding="utf-8")
    file.write_text(before.replace('msgstr "Dechrau"', 'msgstr ""').replace('"Start"', '"Begin"'), encoding="utf-8")
    monkeypatch.setattr(languages, "FOLDER", tmp_path)
    said = CliRunner().invoke(translations.command, []).output.splitlines()
    assert said[0].endswith("1 to translate.")
    assert said[1:] == ["  Start"]
    assert '"Begin"' not in file.read_text(encoding="utf-8")


def test_a_text_is_told_with_its_values_and_those_inside_it() -> None:
    inner = say("First choice")
    assert languages.tell(
        say("‘%(place)s’ is empty. Choose one, or move your other choices up", place=inner), "cy"
    ) == ("Mae ‘Dewis cyntaf’ yn wag. Dewiswch un, neu symudwch eich dewisiadau eraill i fyny")
    assert languages.tell("Start", "cy") == "Dechrau"
    assert languages.tell("Start", "xx") == "Start"


@pytest.mark.parametrize(
    ("count", "english", "welsh"),
    [
        (1, "1 question", "1 cwestiwn"),
        (2, "2 questions", "2 gwestiwn"),
        (3, "3 questions", "3 chwestiwn"),
        (6, "6 questions", "6 chwestiwn"),
        (11, "11 questions", "11 cwestiwn"),
    ],
)
def test_welsh_counts_in_its_own_way(count: int, english: str, welsh: str) -> None:
    said = "%(num)s question has no answer. That is fine: you do not have to answer every question."
    many = "%(num)s questions have no answer. That is fine: you do not have to answer every question."
    assert languages.find("en").many(said, many, count).replace("%(num)s", str(count)).startswith(english)
    assert f"Mae {welsh} heb ateb" in languages.find("cy").many(said, many, count).replace("%(num)s", str(count))


def test_a_number_chooses_the_form() -> None:
    three = say_many("Choose no more than %(count)s option", "Choose no more than %(count)s options", 3)
    assert (str(three), languages.tell(three, "en")) == ("Choose no more than 3 options",) * 2
    assert languages.tell(three, "cy") == "Peidiwch â dewis mwy na 3 opsiwn"


PREFERRED = [
    ("", None),
    ("cy", "cy"),
    ("cy-GB,cy;q=0.9,en;q=0.8", "cy"),
    ("en-GB,cy;q=0.9", "en"),
    ("fr,cy;q=0.2,en;q=0.1", "cy"),
    ("cy;q=0, en;q=0.1", "en"),
    ("fr-FR", None),
    ("*", None),
    ("en;q=x, cy;q=0.3", "cy"),
    ("x" * 10_000, None),
]


@pytest.mark.parametrize(("header", "expected"), PREFERRED)
def test_what_a_browser_prefers(header: str, expected: str | None) -> None:
    assert languages.preferred(header, ("en", "cy")) == expected
