"""The words of a round's messages: ours to begin with, changed, and looked at as people get them before saving."""

from collections.abc import Iterator, Mapping

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import Markup

from survey import errors, languages
from survey.core import reaching as texts
from survey.core import rounds as rules
from survey.core.reaching import Channel, Kind, Reach
from survey.operations import reaching
from survey.operations.reaching import Previewed, Wording
from survey.pages.console import mistakes
from survey.pages.console.desk import Desk
from survey.pages.console.entries import Field
from survey.pages.console.frame import CSRF
from survey.pages.rendering import Link, Shell, Tongue
from survey.pages.sending.views import WAYS

_KINDS: dict[Kind, str] = {"invitation": "Invitation", "reminder": "Reminder", "last_day": "Reminder on the last day"}
_PARTS: dict[Channel, tuple[tuple[str, str, int], ...]] = {
    "email": (("subject", "Subject of the e-mail", 0), ("email", "E-mail", 10)),
    "sms": (("sms", "Text message", 4),),
}
TOLD = "The words have been saved. Messages that go out from now on have them."


class Seen(msgspec.Struct, frozen=True):
    """A message as people get it."""

    way: str
    subject: str
    lines: tuple[str, ...]
    note: str


class Message(msgspec.Struct, frozen=True):
    heading: str
    fields: tuple[Field, ...]
    seen: tuple[Seen, ...]


class WordsPage(msgspec.Struct, frozen=True):
    """`looked`: what is shown has not been saved."""

    shell: Shell
    title: str
    csrf: Markup
    back: Link
    here: str
    notice: str
    looked: bool
    problems: tuple[Link, ...]
    language: str
    tongues: tuple[Tongue, ...]
    places: tuple[tuple[str, str], ...]
    messages: tuple[Message, ...]


async def show(desk: NamedDependency[Desk], round_id: FromPath[str]) -> Response[bytes]:
    """The words as they are stored. Those that came in by another way, and are not sound, say what is wrong."""
    async with desk.connection() as db:
        words = await reaching.wording(db, desk.whose, round_id)
    if words.round.state not in rules.ALLOWED["change how staff are reached in"]:
        return desk.go(f"/sending/{round_id}")
    language = _language(words, desk.asked("language"))
    reach = words.round.reaching
    told = _told(errors.BadInput(problems), language) if (problems := texts.problems(reach)) else {}
    page = _page(desk, words, language, words.texts(language), None if told else reach, told=told)
    return desk.send("sending/words.html", page)


async def take(desk: NamedDependency[Desk], round_id: FromPath[str]) -> Response[bytes]:
    """Save the words, or with the other button only show what they would make."""
    async with desk.connection() as db:
        words = await reaching.wording(db, desk.whose, round_id)
    language = _language(words, desk.one("language"))
    given = {name: desk.one(_field(name)).replace("\r\n", "\n") for name in _names(words.round.reaching)}
    reach, typed = words.reworded(language, given), words.texts(language) | given
    try:
        if desk.one("look"):
            _must_be_sound(reach)
            return desk.send("sending/words.html", _page(desk, words, language, typed, reach, looked=True))
        async with desk.recorded("round.change_words", round_id, language=language) as db:
            await reaching.change(db, desk.whose, round_id, reach)
    except errors.BadInput as wrong:
        page = _page(desk, words, language, typed, None, told=_told(wrong, language))
        return desk.send("sending/words.html", page, wrong.status)
    return desk.go(f"/sending/{round_id}/words?language={language}&told=saved")


def _must_be_sound(reach: Reach) -> None:
    if problems := texts.problems(reach):
        raise errors.BadInput(problems)


def _language(words: Wording, asked: str) -> str:
    return asked if asked in words.languages else words.languages[0]


def _names(reach: Reach) -> list[str]:
    """The texts that this round's channels need."""
    return [f"{kind}_{part}" for kind in texts.KINDS for channel in reach.channels for part, _, _ in _PARTS[channel]]


def _field(name: str) -> str:
    """What a text's field is called."""
    return name.replace("_", "-")


def _told(wrong: errors.BadInput, language: str) -> dict[str, str]:
    names = {f"texts.{language}.{name}": _field(name) for name in texts.DEFAULTS}
    return mistakes.by_field(wrong.problems, names)


def _page(
    desk: Desk,
    words: Wording,
    language: str,
    typed: Mapping[str, str],
    reach: Reach | None,
    *,
    looked: bool = False,
    told: Mapping[str, str] | None = None,
) -> WordsPage:
    """`reach` is what messages are shown by; None where its texts are not sound."""
    round_, wrong = words.round, told or {}
    base, zone = desk.config.base_url, desk.zone
    seen = reaching.previewed(words.head, reach, base, zone, language) if reach else []
    return WordsPage(
        shell=desk.shell,
        title=mistakes.title("What messages say", wrong),
        csrf=CSRF,
        back=Link(round_.name, f"/rounds/{round_.round_id}"),
        here=f"/sending/{round_.round_id}/words",
        notice=TOLD if desk.asked("told") == "saved" and not looked and not wrong else "",
        looked=looked,
        problems=mistakes.links(wrong),
        language=language,
        tongues=tuple(Tongue(one, languages.name(one), one == language) for one in words.languages),
        places=tuple((f"{{{name}}}", meaning) for name, meaning in texts.PLACEHOLDERS.items()),
        messages=tuple(_messages(round_.reaching, typed, wrong, seen, language)),
    )


def _messages(
    reach: Reach, typed: Mapping[str, str], wrong: Mapping[str, str], seen: list[Previewed], language: str
) -> Iterator[Message]:
    for kind in texts.KINDS if reach.channels else ():
        named = [(f"{kind}_{part}", label, rows) for channel in reach.channels for part, label, rows in _PARTS[channel]]
        fields = tuple(
            Field(_field(name), label, typed[name], "", wrong.get(_field(name), ""), rows=rows)
            for name, label, rows in named
        )
        yield Message(_KINDS[kind], fields, tuple(_seen(one, language) for one in seen if one.kind == kind))


def _seen(one: Previewed, language: str) -> Seen:
    notes = []
    if one.parts:
        charged = "1 text message" if one.parts == 1 else f"{one.parts} text messages"
        notes.append(f"Charged as {charged}.")
    if one.language != language:
        changed = "You have changed the English. Until these words are changed, too, people get the English ones."
        notes.append(changed)
    return Seen(WAYS[one.channel], one.letter.subject, tuple(one.letter.text.split("\n")), " ".join(notes))
