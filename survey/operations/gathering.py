"""A round's responses as publishing takes them in: out of the database, and no further than disclosure control."""

from survey.core import disclosure
from survey.core.answers import width
from survey.core.questionnaire.model import Questionnaire
from survey.db import Db
from survey.store import responses, rounds


async def answers(db: Db, round_: rounds.Round, questionnaire: Questionnaire) -> disclosure.Responses:
    """All responses of a round. Of one that nobody answered, too, the answers have the questionnaire's width."""
    packed = await responses.load(db, round_.organisation_id, round_.round_id)
    given = packed.answers if len(packed.atoms) else packed.answers.reshape(0, width(questionnaire))
    return disclosure.Responses(packed.atoms, given)
