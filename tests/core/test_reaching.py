"""How staff are reached: when messages are due, which texts are refused, and what people get."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from survey.core import reaching
from survey.core import rounds as rules
from survey.core.reaching import Facts, Reach, Voice

LONDON = "Europe/London"
ENGLISH = Voice()
FACTS = Facts(
    "St <b>Elsewhere's</b>",
    "Digital & you",
    "Friday 19 March 2027 at 5pm",
    "https://s.example/r/a/b",
    "https://s.example/r/a/b/stop",
)


@pytest.fixture(params=["UTC", "Europe/London", "Pacific/Auckland"])
def machine_zone(request: pytest.FixtureRequest) -> Iterator[str]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield request.param
    os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
    time.tzset()


def _due(opens: str, closes: str, reach: Reach = Reach(), zone: str = LONDON) -> list[tuple[int, str, str]]:  # noqa: B008
    window = (rules.from_local(opens, zone, "opens"), rules.from_local(closes, zone, "closes"))
    return [(wave.number, wave.kind, f"{wave.due:%Y-%m-%d %H:%M}") for wave in reaching.waves(reach, *window, zone)]


@pytest.mark.parametrize(
    ("opens", "closes", "reach", "due"),
    [
        pytest.param(
            "2027-03-01 09:00", "2027-03-19 17:00", Reach(),
            [(0, "invitation", "2027-03-01 09:00"), (5, "reminder", "2027-03-06 10:00"),
             (10, "reminder", "2027-03-11 10:00"), (15, "reminder", "2027-03-16 10:00"),
             (18, "last_day", "2027-03-19 10:00")],
            id="as it comes",
        ),
        pytest.param(
            "2027-03-25 09:00", "2027-04-02 17:00", Reach(),
            [(0, "invitation", "2027-03-25 09:00"), (5, "reminder", "2027-03-30 09:00"),
             (8, "last_day", "2027-04-02 09:00")],
            id="clocks go forward on 28 March: ten o'clock is nine in UTC",
        ),
        pytest.param(
            "2027-10-28 09:00", "2027-11-06 17:00", Reach(reminder_days=(2, 3, 4)),
            [(0, "invitation", "2027-10-28 08:00"), (2, "reminder", "2027-10-30 09:00"),
             (3, "reminder", "2027-10-31 10:00"), (4, "reminder", "2027-11-01 10:00"),
             (9, "last_day", "2027-11-06 10:00")],
            id="clocks go back on 31 October: days are local days",
        ),
        pytest.param(
            "2027-03-01 09:00", "2027-03-16 12:00", Reach(),
            [(0, "invitation", "2027-03-01 09:00"), (5, "reminder", "2027-03-06 10:00"),
             (10, "reminder", "2027-03-11 10:00"), (14, "last_day", "2027-03-15 10:00")],
            id="two hours before closing is too late: the day before, and no other after it",
        ),
        pytest.param(
            "2027-03-01 09:00", "2027-03-16 17:00", Reach(),
            [(0, "invitation", "2027-03-01 09:00"), (5, "reminder", "2027-03-06 10:00"),
             (10, "reminder", "2027-03-11 10:00"), (15, "last_day", "2027-03-16 10:00")],
            id="one message a day: the last one",
        ),
        pytest.param(
            "2027-03-01 09:00", "2027-03-01 17:00", Reach(), [(0, "invitation", "2027-03-01 09:00")], id="one day"
        ),
        pytest.param(
            "2027-03-01 23:30", "2027-03-10 17:00", Reach(reminder_days=(1,), last_day=False),
            [(0, "invitation", "2027-03-01 23:30"), (1, "reminder", "2027-03-02 10:00")], id="opened at night",
        ),
    ],
)  # fmt: skip
def test_when_messages_are_due(
    machine_zone: str, opens: str, closes: str, reach: Reach, due: list[tuple[int, str, str]]
) -> None:
    assert _due(opens, closes, reach) == due


def test_hours_that_clocks_leap_over_or_show_twice(machine_zone: str) -> None:
    """01:30 on the last Sundays of March and October, whatever the zone of the machine; plans may not name them, but
    arithmetic must not fail on them."""
    at_one = Reach(reminder_days=(1,), last_day=False, hour=1)
    assert _due("2027-03-27 09:00", "2027-04-05 17:00", at_one)[1] == (1, "reminder", "2027-03-28 01:00")
    assert _due("2027-10-30 09:00", "2027-11-05 17:00", at_one)[1] == (1, "reminder", "2027-10-31 00:00")
    opens = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)  # the second 01:30 in London, which nobody can type
    assert (
        reaching.waves(Reach(), opens, opens + timedelta(days=9), LONDON)[1].due.isoformat()
        == "2027-11-05T10:00:00+00:00"
    )


def test_moving_the_closing_moves_no_other_reminder() -> None:
    first = _due("2027-03-01 09:00", "2027-03-19 17:00")
    later = _due("2027-03-01 09:00", "2027-03-26 17:00")
    assert first[:-1] == later[:-1]
    assert later[-1] == (25, "last_day", "2027-03-26 10:00")


def _own(name: str, text: str, language: str = "en") -> Reach:
    return Reach(texts={language: {name: text}})


@pytest.mark.parametrize(
    ("reach", "place", "told"),
    [
        (Reach(channels=("sms", "sms")), "channels", "each channel once"),
        (Reach(reminder_days=(5, 5)), "reminder_days", "twice"),
        (Reach(reminder_days=(0,)), "reminder_days", "from 1 to 90"),
        (Reach(reminder_days=tuple(range(1, 9))), "reminder_days", "more than 6"),
        (Reach(hour=3), "hour", "from 7 to 20"),
        (_own("invitation_sms", "Hello {name}: {link}"), "texts.en.invitation_sms", "“{name}” is not a"),
        (_own("invitation_sms", "Hello {0.__class__}: {link}"), "texts.en.invitation_sms", "“{0.__class__}”"),
        (_own("invitation_sms", "Hello }: {link}"), "texts.en.invitation_sms", "brace"),
        (_own("invitation_sms", "Hello"), "texts.en.invitation_sms", "must have {link} in it, once"),
        (_own("invitation_email", "{link} {link}"), "texts.en.invitation_email", "once"),
        (_own("invitation_email", "HTTPS://evil.example {link}"), "texts.en.invitation_email", "address"),
        (_own("invitation_email", "www.evil.example {link}"), "texts.en.invitation_email", "address"),
        (_own("invitation_subject", "Press {link}"), "texts.en.invitation_subject", "one line"),
        (_own("reminder_subject", "Hello\r\nBcc: x@y.example"), "texts.en.reminder_subject", "one line"),
        (_own("reminder_subject", "  "), "texts.en.reminder_subject", "1 to 150"),
        (_own("another", "{link}"), "texts.en.another", "no text of the name"),
        (_own("invitation_sms", "{link}", "English"), "texts.English.invitation_sms", "not a language"),
    ],
)  # fmt: skip
def test_what_is_refused(reach: Reach, place: str, told: str) -> None:
    (problem,) = reaching.problems(reach)
    assert problem.place == place
    assert told in problem.what


def test_ours_are_sound_and_everything_wrong_is_told_at_once() -> None:
    assert reaching.problems(Reach(texts={"en": reaching.DEFAULTS})) == []
    assert (
        len(reaching.problems(Reach(channels=("sms", "sms"), hour=0, texts={"en": {"reminder_sms": "{x} {y}"}}))) == 5
    )


@pytest.mark.parametrize("kind", reaching.KINDS)
def test_a_letter_says_the_same_as_text_and_as_html(kind: reaching.Kind) -> None:
    made = reaching.letter({}, ENGLISH, kind, "email", FACTS)
    assert made.text.count(FACTS.link) == 2  # the link, and the one that ends reminders
    assert f'<a href="{FACTS.link}">{FACTS.link}</a>' in made.html
    assert f'<a href="{FACTS.stop}">' in made.html
    assert "<b>" not in made.html
    assert "{" not in made.text + made.html.partition("<body")[2]


def test_what_is_filled_in_is_not_looked_at_again() -> None:
    facts = Facts("{link}", "a", "b", "https://s.example/r/a/b")
    own = {"en": {"reminder_sms": "{organisation} {link}"}}
    assert reaching.letter(own, ENGLISH, "reminder", "sms", facts).text == "{link} https://s.example/r/a/b"


def test_a_trust_s_own_words_come_in_the_person_s_language_and_else_in_english() -> None:
    texts = {"cy": {"reminder_sms": "Helo {link}"}, "en": {"reminder_sms": "Hello {link}"}}
    voices = (Voice("cy"), Voice("pl"), ENGLISH)
    assert [reaching.letter(texts, voice, "reminder", "sms", FACTS).text[:4] for voice in voices] == [
        "Helo", "Hell", "Hell",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "kind", "channel", "translated", "expected"),
    [
        ({}, "invitation", "email", True, True),
        ({}, "invitation", "email", False, False),
        ({"cy": {"invitation_sms": "Helo {link}"}}, "invitation", "sms", False, True),
        ({"cy": {"invitation_subject": "Helo"}}, "invitation", "email", False, False),
        ({"cy": {"invitation_subject": "Helo"}}, "invitation", "email", True, True),
        ({"en": {"invitation_email": "Hello {link}"}}, "invitation", "email", True, False),
        ({"en": {"invitation_email": "Hello {link}"}}, "reminder", "email", True, True),
        ({"en": {"reminder_sms": "A {link}"}, "cy": {"reminder_sms": "B {link}"}}, "reminder", "sms", True, True),
    ],
)  # fmt: skip
def test_a_message_is_in_a_language_when_all_of_it_is(
    texts: dict[str, dict[str, str]], kind: reaching.Kind, channel: str, translated: bool, expected: bool
) -> None:
    """What a Trust changed in English only is not sent in our Welsh: it would say something else."""
    assert reaching.speaks(texts, "cy", kind, channel, translated=translated) is expected


def test_a_letter_says_which_language_it_is_in_and_which_others_there_are() -> None:
    voice = Voice("cy", "ltr", lambda text: f"cy:{text}", (("ar", "<ar>"),))
    made = reaching.letter({}, voice, "reminder", "email", FACTS)
    assert made.html.startswith('<!doctype html>\n<html lang="cy" dir="ltr">')
    assert '<p lang="ar">&lt;ar&gt;</p>' in made.html
    assert made.subject.startswith("cy:")
    assert made.text.startswith("cy:")
    assert "\n\n<ar>\n\ncy:To get no more reminders of this survey:\n" in made.text
    assert ">cy:Get no more reminders of this survey</a>" in made.html


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ŵ" * 70, 1),
        ("ŵ" * 71, 2),
    ],
)
def test_what_a_text_message_is_charged_as(text: str, parts: int) -> None:
    assert reaching.sms_parts(text) == parts
