"""The words of invitations and reminders: ours, a Trust's own, and what is filled into either.

A text has placeholders from one short list and nothing else that could be a link: whatever people can press was built
from the configured address.
"""

import html
import re
from collections.abc import Callable, Iterator, Mapping
from math import ceil
from typing import Literal, get_args

import msgspec

from survey.errors import Problem
from survey.messages import mark

Kind = Literal["invitation", "reminder", "last_day"]
KINDS: tuple[Kind, ...] = get_args(Kind)
PLACEHOLDERS: dict[str, str] = {
    "link": "the person's own link",
    "organisation": "the name of the organisation",
    "survey": "the title of the questionnaire",
    "closes": "day and hour at which the survey closes",
}
DEFAULTS: dict[str, str] = {
    "invitation_subject": mark("How well do our digital tools work for you?"),
    "invitation_email": mark(
        "How well do the digital tools at {organisation} help you in your daily work?\n\n"
        "Please tell us. It takes a few minutes, on any device:\n\n{link}\n\nThe survey closes on {closes}.\n\n"
        "Your answers are confidential while the survey is open, and anonymous after it closes. "
        "Results are only ever shown for groups.\n\n"
        "This link is yours alone. Please do not pass it on."
    ),
    "invitation_sms": mark(
        "{organisation}: how well do our digital tools work for you? Confidential, a few minutes, "
        "until {closes}: {link}"
    ),
    "reminder_subject": mark("Reminder: how well do our digital tools work for you?"),
    "reminder_email": mark(
        "We would still like to hear how well digital tools help you in your daily work.\n\n"
        "It takes a few minutes, on any device:\n\n{link}\n\nThe survey closes on {closes}.\n\n"
        "Your answers are confidential while the survey is open, and anonymous after it closes. "
        "Results are only ever shown for groups.\n\n"
        "This link is yours alone. Please do not pass it on."
    ),
    "reminder_sms": mark(
        "{organisation}: please tell us how well our digital tools work for you. Confidential, a few "
        "minutes, until {closes}: {link}"
    ),
    "last_day_subject": mark("Last chance: how well do our digital tools work for you?"),
    "last_day_email": mark(
        "The survey closes on {closes}. After that we can no longer hear from you.\n\n"
        "It takes a few minutes, on any device:\n\n{link}\n\n"
        "Your answers are confidential while the survey is open, and anonymous after it closes. "
        "Results are only ever shown for groups.\n\n"
        "This link is yours alone. Please do not pass it on."
    ),
    "last_day_sms": mark(
        "{organisation}: last chance to tell us how well our digital tools work for you, until {closes}: {link}"
    ),
}
"""Every text by its name, in English. Whole, so that each can be translated."""
TOO = mark("You can answer in English, too.")
"""Each language's translation says so of that language. It stands below a message in another."""
LONGEST = {"subject": 150, "email": 4000, "sms": 500}
_PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")
_ADDRESS = re.compile(r"://|\bwww\.", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?", re.ASCII)


class Facts(msgspec.Struct, frozen=True):
    """What is filled in. `link` and `stop` are addresses of ours; `stop` ends reminders."""

    organisation: str
    survey: str
    closes: str
    link: str
    stop: str = ""


class Voice(msgspec.Struct, frozen=True):
    """The language of a message. `tell` puts a text of ours into it; `others` says in every other language that the
    survey can be answered in that one, too."""

    language: str = "en"
    direction: str = "ltr"
    tell: Callable[[str], str] = str
    others: tuple[tuple[str, str], ...] = ()


class Letter(msgspec.Struct, frozen=True):
    """A message as it is sent. A text message has no subject and no HTML."""

    subject: str
    text: str
    html: str


def problems(texts: Mapping[str, Mapping[str, str]]) -> list[Problem]:
    """What is wrong with a Trust's own texts. Each place is `texts.LANGUAGE.NAME`."""
    return [
        Problem(f"texts.{language}.{name}", what, mend)
        for language, named in texts.items()
        for name, text in named.items()
        for what, mend in _amiss(language, name, text)
    ]


def _amiss(language: str, name: str, text: str) -> Iterator[tuple[str, str]]:
    if not _LANGUAGE.fullmatch(language):
        yield f"“{language}” is not a language.", "Write it like en or cy."
    if name not in DEFAULTS:
        yield f"there is no text of the name “{name}”.", f"The names are {', '.join(DEFAULTS)}."
        return
    sort = name.rpartition("_")[2]
    if not text.strip() or len(text) > LONGEST[sort]:
        yield f"it must have 1 to {LONGEST[sort]} characters.", ""
    for unknown in sorted({found for found in _PLACEHOLDER.findall(text) if found not in PLACEHOLDERS}):
        yield f"“{{{unknown}}}” is not a placeholder.", f"There are {', '.join(f'{{{one}}}' for one in PLACEHOLDERS)}."
    if set("{}") & set(_PLACEHOLDER.sub("", text)):
        yield "it has a brace that is not part of a placeholder.", "Write placeholders like {link}."
    if _ADDRESS.search(text):
        yield "it has an address of its own.", "People may only be sent to {link}; leave every other address out."
    yield from _amiss_in(sort, text)


def _amiss_in(sort: str, text: str) -> Iterator[tuple[str, str]]:
    if sort == "subject":
        if "{link}" in text or "\n" in text or "\r" in text:
            yield "a subject is one line without the link.", ""
    elif text.count("{link}") != 1:
        yield "it must have {link} in it, once.", "Without it nobody can answer."


def speaks(
    texts: Mapping[str, Mapping[str, str]], language: str, kind: Kind, channel: str, *, translated: bool
) -> bool:
    """Whether a whole message can be had in the language: in the Trust's own words or, where it has none in any, in
    ours. `translated`: ours are there in it."""
    own, english = texts.get(language, {}), texts.get("en", {})
    return all(name in own or (translated and name not in english) for name in _names(kind, channel))


def _names(kind: Kind, channel: str) -> list[str]:
    return [f"{kind}_sms"] if channel == "sms" else [f"{kind}_subject", f"{kind}_email"]


def letter(texts: Mapping[str, Mapping[str, str]], voice: Voice, kind: Kind, channel: str, facts: Facts) -> Letter:
    """The message in one voice: in a language that it `speaks`, or in English."""
    if channel == "sms":
        return Letter("", _filled(_chosen(texts, voice, f"{kind}_sms"), facts), "")
    subject = " ".join(_filled(_chosen(texts, voice, f"{kind}_subject"), facts).split())
    body = _chosen(texts, voice, f"{kind}_email")
    return Letter(subject, _filled(body, facts) + _farewell(voice, facts), _html(body, voice, facts))


def _chosen(texts: Mapping[str, Mapping[str, str]], voice: Voice, name: str) -> str:
    for candidate in (voice.language, "en"):
        if name in texts.get(candidate, {}):
            return texts[candidate][name].strip().replace("\r\n", "\n")
    return voice.tell(DEFAULTS[name])


def _filled(text: str, facts: Facts) -> str:
    """One pass: what is filled in is never looked at for placeholders."""
    return _PLACEHOLDER.sub(lambda found: str(getattr(facts, found[1])), text)


_STOP = mark("To get no more reminders of this survey:")
_STOP_LINK = mark("Get no more reminders of this survey")


def _farewell(voice: Voice, facts: Facts) -> str:
    others = "".join(f"\n\n{said}" for _, said in voice.others)
    return f"{others}\n\n{voice.tell(_STOP)}\n{facts.stop}\n" if facts.stop else f"{others}\n"


def _html(body: str, voice: Voice, facts: Facts) -> str:
    """The same words as HTML that every mail program shows: paragraphs, and the links as links."""
    safe = Facts(*(html.escape(getattr(facts, name)) for name in facts.__struct_fields__))
    linked = msgspec.structs.replace(safe, link=f'<a href="{safe.link}">{safe.link}</a>')
    parts = re.split(r"\n{2,}", _filled(html.escape(body, quote=False), linked))
    paragraphs = ["<p>{}</p>".format(part.replace("\n", "<br>")) for part in parts]
    paragraphs += [f'<p lang="{language}">{html.escape(said)}</p>' for language, said in voice.others]
    if facts.stop:
        paragraphs.append(f'<p><a href="{safe.stop}">{html.escape(voice.tell(_STOP_LINK))}</a></p>')
    content = "".join(f"{one}\n" for one in paragraphs)
    return (
        f'<!doctype html>\n<html lang="{voice.language}" dir="{voice.direction}"><head><meta charset="utf-8"><title>'
        f"{safe.survey}</title></head>\n"
        '<body style="font-family: Arial, sans-serif; font-size: 16px; line-height: 1.5; max-width: 38em">\n'
        f"{content}</body></html>\n"
    )


_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TWICE = frozenset("^{}\\[~]|€")


def sms_parts(text: str) -> int:
    """How many text messages a text is charged as: 160 letters of the phone alphabet, or 153 in each of several; where
    a letter is not in it, 70 and 67."""
    if set(text) <= _GSM | _TWICE:
        length = len(text) + sum(letter in _TWICE for letter in text)
        return 1 if length <= 160 else ceil(length / 153)
    length = len(text.encode("utf-16-le")) // 2
    return 1 if length <= 70 else ceil(length / 67)
