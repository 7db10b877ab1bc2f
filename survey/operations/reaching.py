"""How a round's staff are reached: setting it, seeing what people would get and when, and who would get nothing.

A message comes in the language that the staff list has for its person, if the questionnaire can be answered in it and
every word of the message is there; else in the questionnaire's own; else in English. It is never in two, which would be
long; one line says in each other language that one can answer in that, too.
"""

from collections.abc import Mapping
from uuid import UUID

import msgspec

from survey import errors, languages
from survey.core import reaching as rules
from survey.core import rounds as round_rules
from survey.core.reaching import Channel, Facts, Kind, Letter, Reach, Voice, Wave
from survey.db import Db
from survey.languages import times
from survey.operations import launching
from survey.operations.launching import Round
from survey.store import rounds

__all__ = ["Previewed", "Reach", "change", "find", "preview", "why"]

_EXAMPLE = "the-link-of-each-person-is-different"
"""In a preview's place of a token: 36 characters, so that it is none."""


class Previewed(msgspec.Struct, frozen=True):
    """One message as people would get it, and the language that it comes in. `parts` is what a text message is charged
    as; 0 for e-mail."""

    kind: Kind
    channel: Channel
    letter: Letter
    parts: int
    language: str


class Written(msgspec.Struct, frozen=True):
    """A message, and the address that ends reminders. `language` is the one that it is in."""

    letter: Letter
    stop: str
    language: str


class Missed(msgspec.Struct, frozen=True):
    """Somebody whom no message would reach, and why."""

    employee_number: str
    team: str
    why: str


async def find(db: Db, organisation_id: UUID, round_id: str) -> Reach:
    await launching.find(db, organisation_id, round_id)
    return await rounds.reach(db, organisation_id, round_id)


async def change(db: Db, organisation_id: UUID, round_id: str, reach: Reach) -> None:
    """Until the round has closed; messages that have been sent stay as they were. Raises BadInput with all that is
    wrong."""
    await launching.find(db, organisation_id, round_id)
    if problems := rules.problems(reach):
        raise errors.BadInput(problems)
    async with db.transaction():
        round_ = await rounds.hold(db, organisation_id, round_id)
        round_rules.must_allow("change how staff are reached in", round_.state)
        await rounds.set_reach(db, organisation_id, round_id, reach)


async def plan(db: Db, organisation_id: UUID, round_id: str, reach: Reach, zone: str) -> list[Wave]:
    """When the invitation and each reminder would go out."""
    round_ = await launching.find(db, organisation_id, round_id)
    return rules.waves(reach, round_.opens_at, round_.closes_at, zone)


async def preview(
    db: Db, organisation_id: UUID, round_id: str, reach: Reach, base_url: str, zone: str, language: str = "en"
) -> list[Previewed]:
    """Every message as people would get it, with a link that leads nowhere. `reach` need not have been stored, but
    must be sound."""
    if problems := rules.problems(reach):
        raise errors.BadInput(problems)
    await launching.find(db, organisation_id, round_id)
    head = await rounds.letterhead(db, organisation_id, round_id)
    return previewed(head, reach, base_url, zone, language)


def previewed(head: rounds.Letterhead, reach: Reach, base_url: str, zone: str, language: str) -> list[Previewed]:
    """The same of what is known of a round already."""
    return [
        _previewed(write(head, reach, language, kind, channel, _EXAMPLE, base_url, zone), kind, channel)
        for kind in rules.KINDS
        for channel in reach.channels
    ]


def _previewed(made: Written, kind: Kind, channel: Channel) -> Previewed:
    parts = rules.sms_parts(made.letter.text) if channel == "sms" else 0
    return Previewed(kind, channel, made.letter, parts, made.language)


class Wording(msgspec.Struct, frozen=True):
    """A round and what its messages say of it. `languages`: those that they can be written in, the usual one first."""

    round: Round
    head: rounds.Letterhead
    languages: tuple[str, ...]

    def texts(self, language: str) -> dict[str, str]:
        """Every text by its name: the Trust's own or, where it has none, ours."""
        own = self.round.reaching.texts.get(language, {})
        return {name: own.get(name) or languages.tell(text, language) for name, text in rules.DEFAULTS.items()}

    def reworded(self, language: str, given: Mapping[str, str]) -> Reach:
        """How staff are reached, with other texts in one language. What is empty, or says the same as ours, is no text
        of the Trust's, unless it changed the English: then ours in another language is its own only if it says so."""
        before = self.round.reaching
        english = {} if language == languages.SOURCE else before.texts.get(languages.SOURCE, {})
        own = {
            name: text
            for name, text in {**before.texts.get(language, {}), **given}.items()
            if text and (name in english or text != languages.tell(rules.DEFAULTS.get(name, ""), language))
        }
        others = {one: texts for one, texts in before.texts.items() if one != language}
        return msgspec.structs.replace(before, texts=others | ({language: own} if own else {}))


async def wording(db: Db, organisation_id: UUID, round_id: str) -> Wording:
    round_ = await launching.find(db, organisation_id, round_id)
    head = await rounds.letterhead(db, organisation_id, round_id)
    offered = msgspec.json.decode(head.content, type=_Titled).languages
    known = tuple(language for language in offered if language in languages.known())
    return Wording(round_, head, known or (languages.SOURCE,))


class _Titled(msgspec.Struct, frozen=True):
    title: dict[str, str]
    languages: tuple[str, ...] = ("en",)


def write(
    head: rounds.Letterhead,
    reach: Reach,
    wanted: str | None,
    kind: Kind,
    channel: Channel,
    token: str,
    base_url: str,
    zone: str,
) -> Written:
    """A message to the holder of a token. `wanted`: the person's language, if it is known."""
    titled = msgspec.json.decode(head.content, type=_Titled)
    first = titled.languages[0]
    voice = _voice(reach, titled.languages, wanted or first, kind, channel)
    link = f"{base_url}/r/{head.round_id}/{token}"
    asked = f"?lang={voice.language}" if voice.language in titled.languages[1:] else ""
    facts = Facts(
        head.organisation,
        titled.title.get(voice.language, titled.title[first]),
        times.spoken(head.closes_at, zone, voice.language),
        f"{link}{asked}",
        f"{link}/stop{asked}",
    )
    return Written(rules.letter(reach.texts, voice, kind, channel, facts), facts.stop, voice.language)


def _voice(reach: Reach, offered: tuple[str, ...], wanted: str, kind: Kind, channel: Channel) -> Voice:
    known = [language for language in offered if language in languages.known()]
    able = (
        language
        for language in (wanted, offered[0], languages.SOURCE)
        if rules.speaks(reach.texts, language, kind, channel, translated=language in known)
    )
    language = next(able, languages.SOURCE)
    others = tuple((other, languages.tell(rules.TOO, other)) for other in known if other != language)
    return Voice(language, languages.find(language).direction, lambda text: languages.tell(text, language), others)


def why(has_email: bool, has_mobile: bool, people: int = 1) -> str:
    """Why somebody is not reached who has these, or several `people`."""
    has = "has" if people == 1 else "have"
    if has_email:
        return f"{has} an e-mail address, and this round sends no e-mail"
    return (
        f"{has} a mobile number, and this round sends no text messages"
        if has_mobile
        else f"{has} neither an e-mail address nor a mobile number"
    )
