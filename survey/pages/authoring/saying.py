"""How the console speaks of questionnaires: what they ask, how long they take, whom an item is for."""

from collections.abc import Iterator

from survey import languages
from survey.core.differences import AUDIENCES as SPOKEN_AUDIENCES
from survey.core.differences import KINDS
from survey.core.effort import AUDIENCES, Effort, effort
from survey.core.frame import Audience
from survey.core.items import specials
from survey.core.questionnaire.model import Item, Questionnaire, ShowIf, words
from survey.languages import times
from survey.operations.authoring import Version

PEOPLE: dict[Audience, str] = {"clinical": "Clinical staff", "non_clinical": "Non-clinical staff"}


def count(number: int, one: str) -> str:
    return f"{number:,} {one}" if number == 1 else f"{number:,} {one}s"


def asks(questionnaire: Questionnaire) -> str:
    return f"{count(len(questionnaire.items), 'question')} on {count(len(questionnaire.pages), 'page')}"


def minutes(questionnaire: Questionnaire) -> str:
    """ "About 8 minutes", or for each of both where they differ."""
    clinical, others = (effort(questionnaire, audience).minutes for audience in AUDIENCES)
    if clinical == others:
        return f"About {count(clinical, 'minute')}"
    return f"About {count(clinical, 'minute')} for clinical staff, {others} for others"


def effort_of(one: Effort) -> str:
    return f"Up to {count(one.questions, 'question')}, about {count(one.minutes, 'minute')}"


def spoken(questionnaire: Questionnaire) -> str:
    """The languages it has been written in, as their speakers call them; by their codes where the service has none."""
    return ", ".join(languages.name(one) for one in questionnaire.languages)


def version(one: Version, zone: str) -> str:
    return f"{one.title}, version {one.questionnaire_hash[:8]} of {times.day(one.added_at, zone)}"


def facts(questionnaire: Questionnaire, item: Item) -> Iterator[str]:
    """What an author wants to know of an item besides its words."""
    yield KINDS[item.kind]
    if item.audience != "all":
        yield f"{SPOKEN_AUDIENCES[item.audience]} only"
    if item.show_if:
        yield f"shown {_rule(questionnaire, item.show_if)}"
    if item.reverse:
        yield "scored reversed"
    if item.vision is None:
        yield "not scored"
    if item.pulse:
        yield "in the pulse"


def _rule(questionnaire: Questionnaire, rule: ShowIf) -> str:
    """With answers in the words in which they are offered, where each has some."""
    first, item = questionnaire.languages[0], questionnaire.by_id[rule.item]
    each = {} if item.kind == "zero_to_ten" else {str(n): text for n, text in enumerate(item.options, start=1)}
    labels = {value: f"“{words(text, first)}”" for value, text in (each | dict(specials(item))).items()}
    return f"when {rule.item} is answered {' or '.join(labels.get(one, one) for one in rule.answers)}"
