"""One invented round as the API tells it: the examples of the API's own description."""

from datetime import UTC, datetime

from survey.api import shapes
from survey.api.problems import Mistake, ProblemDocument
from survey.core.disclosure.release import Cell, Group, Measure, Release
from survey.core.questionnaire.model import Item, Level, Page, Questionnaire, Vision
from survey.operations.reading import Edition, Result

_VISION = Vision("staff", {"en": "Empowering staff"})
_AGREEMENT = ("Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree")
_ITEM = Item(
    id="T1",
    kind="agreement",
    text={"en": "I had the training I needed for the systems I use."},
    vision="staff",
    options=tuple({"en": label} for label in _AGREEMENT),
)
_LEVELS = ("Starting", "Emerging", "Established", "Advanced", "Leading")
QUESTIONNAIRE = Questionnaire(
    title={"en": "Digital maturity survey"},
    mission={"en": "Harness digital technology and data to transform care."},
    visions=(_VISION,),
    items=(_ITEM,),
    pages=(Page(("T1",), {"en": "Empowering staff"}),),
    levels=tuple(Level({"en": name}, 20.0 * position) for position, name in enumerate(_LEVELS)),
)
RELEASE = Release(
    round="k3v9tq2m",
    number=1,
    title=QUESTIONNAIRE.title,
    organisation="Example Trust",
    questionnaire=QUESTIONNAIRE.hash,
    method="2",
    k=10,
    measures=(Measure("staff", _VISION.name), Measure("overall", {"en": "Overall"})),
    levels=tuple(level.name for level in QUESTIONNAIRE.levels),
    groups=(
        Group("org", "organisation", "Example Trust", None, 1900),
        Group("ru:7", "reporting_unit", "Ward 2", "org", 42),
    ),
    cells=(
        Cell("org", "staff", 58, "exact", 56, 60, "945 to 949", "Level 3", (3, 3)),
        Cell("ru:7", "staff", 49, "exact", 41, 57, "20 to 24", "Level 2 to 3", (2, 3)),
        Cell("ru:7", "overall", reason="overall_incomplete"),
    ),
)
RESULT = Result(
    Edition(
        round_id="k3v9tq2m",
        name="Autumn 2025",
        questionnaire_hash=QUESTIONNAIRE.hash,
        opens_at=datetime(2025, 9, 29, 8, tzinfo=UTC),
        closes_at=datetime(2025, 10, 24, 16, tzinfo=UTC),
        number=1,
        digest="9f2c4e0b7a65d1838b1f0f3c5d2a4e6978c0b1a2d3e4f5061728394a5b6c7d8e",
        published_at=datetime(2025, 10, 27, 9, 30, tzinfo=UTC),
    ),
    RELEASE,
    b"",
    QUESTIONNAIRE,
)
ROUNDS = shapes.Rounds((shapes.summary(RESULT.edition),))
ROUND = shapes.detail(RESULT)
UNITS = shapes.units(RESULT)
_GROUPS = {group.id: group for group in RELEASE.groups}
SCORES = shapes.scores(RESULT, ((_GROUPS[cell.group], cell) for cell in RELEASE.cells))


def _problem(kind: str, title: str, status: int, detail: str, *problems: Mistake) -> ProblemDocument:
    instance = "/api/v1/rounds/k3v9tq2m/scores"
    return ProblemDocument(f"urn:survey:problem:{kind}", title, status, detail, instance, "5f0c1d2e3a4b5c6d", problems)


BAD_REQUEST = _problem(
    "bad-request",
    "Bad Request",
    400,
    "This request could not be understood.",
    Mistake("query: kind", "Invalid enum value 'team'"),
)
NO_KEY = _problem(
    "not-signed-in", "Sign in first", 401, "Send your API key with the request, as: Authorization: Bearer svy_…"
)
NOT_FOUND = _problem("not-found", "Not found", 404, "There is no published round by that name.")
TOO_MANY = _problem(
    "too-many-attempts",
    "Too many attempts",
    429,
    "There have been too many attempts from this network. Wait a minute, then try again.",
)
AWAY = _problem(
    "unavailable",
    "Sorry, there is a problem with the service",
    503,
    "The service cannot reach its database for the moment.",
)
