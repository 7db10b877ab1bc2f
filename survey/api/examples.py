"""One invented round as the API tells it: the examples of the API's own description."""

from datetime import UTC, datetime

from survey.api import shapes
from survey.api.problems import Mistake, ProblemDocument
from survey.core.disclosure.release import (
    Cell,
    Change,
    Compared,
    Distribution,
    Figure,
    Group,
    Measure,
    Priority,
    Rates,
    Release,
    Share,
)
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
    method="3",
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
    compared=Compared("q7f2m8xa", 1, "5c" * 32, ("T1",), ("staff", "overall")),
    changes=(
        Change(
            "org",
            "staff",
            words="improved",
            group_before="org",
            overlap=97,
            items="all",
            now=Figure(58, 56, 60, "945 to 949", 1900, "910 to 914"),
            before=Figure(52, 50, 54, "890 to 894", 1850, "860 to 864"),
            difference=6,
            margin=3,
            detectable=4,
        ),
        Change("ru:7", "overall", why="withheld", group_before="ru:5", overlap=88),
    ),
    priorities=(
        Priority("ru:7", "X1", 1, 63, 54, 71, "20 to 24"),
        Priority("ru:7", "X1", 2, reason="all_alike"),
        Priority("ru:7", "X1", 3, reason="all_alike"),
    ),
    items=(
        Distribution(
            "org",
            "T1",
            "930 to 934",
            (
                Share((1, 2), 20, "exact", 15, 25, "unfavourable"),
                Share((3,), 25, "exact", 20, 30, "middle"),
                Share((4, 5), 55, "exact", 50, 60, "favourable"),
            ),
        ),
    ),
    levels_held=(
        Distribution(
            "org", "staff", "945 to 949", (Share((1, 2), 30, "exact", 25, 35), Share((3, 4, 5), 70, "exact", 65, 75))
        ),
    ),
    rates=(Rates("org", "T1", "940 to 944", skipped=Share((), 5, "or_less", 0, 10), comparable=True),),
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

_TOLD = (RESULT.edition.round_id, RESULT.edition.number, RESULT.edition.digest)
CHANGES = shapes.Changes(*_TOLD, RELEASE.compared, RELEASE.changes)
PRIORITIES = shapes.Priorities(*_TOLD, RELEASE.priorities)
ITEMS = shapes.Items(*_TOLD, RELEASE.items, RELEASE.rates)
LEVELS_HELD = shapes.LevelsHeld(*_TOLD, RELEASE.levels_held)


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
