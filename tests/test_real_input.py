"""The whole path with nothing of the example's: a Trust five levels deep, teams of one, three visions; 2,400 staff, or
12,000 with `--long`.

From the staff list to scores on a page and through the API, with the commands that the README names. Only answering is
done in this process: by the operations that the pages call.
"""

import csv
import json
import os
import random
import re
import statistics
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import msgspec
import pytest
import pytest_asyncio

from survey import config as configuration
from survey import db as databases
from survey import postgres
from survey.app import create_app
from survey.core.answers import Answers
from survey.core.frame import Audience
from survey.core.items import KINDS
from survey.core.questionnaire.reading import read
from survey.db import Database
from survey.operations import rehearsing, responding, viewing

ROOT = Path(__file__).parents[1]
SECRET = "the secret of a Trust of another shape"
GROUPS = {
    "Nursing and Midwifery Registered": 30, "NURSING & MIDWIFERY  REGISTERED": 2, "Medical and Dental": 12,
    "Additional Clinical Services": 18, "Allied Health Professionals": 8, "Healthcare Scientists": 4,
    "Add Prof Scientific and Technic": 3, "Administrative and Clerical": 17, "Estates and Ancillary": 6,
}  # fmt: skip
QUESTIONNAIRE = """
title = "Arolwg digidol – digital survey"
mission = "One record, one team, one region"
languages = ["en", "cy"]

[visions]
record = "One record"
team = { en = "One team", cy = "Un tîm" }
region = "One region"

[levels]
names = ["Starting", "On the way", "There", "Ahead"]
cuts = [25, 50, 75]

[scales]
agreement = ["Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree"]
frequency = ["Never", "Rarely", "Sometimes", "Often", "Always"]
sure = ["0 – Not sure at all", "10 – Wholly sure"]

[[items]]
id = "open_record"
kind = "agreement"
vision = "record"
text = { en = "I can open the record when I need it.", cy = "Gallaf agor y cofnod." }

[[items]]
id = "paper"
kind = "frequency"
vision = "record"
reverse = true
text = "How often do you write on paper first?"

[[items]]
id = "steps"
kind = "ladder"
vision = "team"
text = "How does your team hand over?"
options = ["By word of mouth", "On paper", "In a file", "In a system", "In the record"]
not_applicable = "We do not hand over"

[[items]]
id = "sure"
kind = "zero_to_ten"
vision = "team"
scale = "sure"
text = "How sure are you of our devices?"
dont_know = true

[[items]]
id = "share"
kind = "single"
vision = "region"
text = "Can you see what another Trust wrote?"
options = ["No", "Some of it", "All of it"]
values = [0, 60, 100]

[[items]]
id = "network"
kind = "agreement"
vision = "region"
text = "The regional network is fast enough."

[[items]]
id = "bedside"
kind = "agreement"
vision = "region"
audience = "clinical"
text = "At the bedside I see the whole region's results."

[[items]]
id = "tools"
kind = "several"
text = "Which do you use?"
options = ["Phone", "Tablet", "Laptop", "Desk", "None"]

[[items]]
id = "which_tablet"
kind = "text"
text = "Which tablet?"
max_length = 60
show_if = { item = "tools", answers = [2] }

[[items]]
id = "logins"
kind = "number"
text = "How many log-ins do you have?"
minimum = 0
maximum = 50

[[items]]
id = "wishes"
kind = "ranking"
text = "Your first two wishes?"
options = ["Speed", "Fewer log-ins", "Training", "Wi-Fi", "Help"]
top = 2

[[items]]
id = "words"
kind = "text"
text = "What else?"
max_length = 400
"""


def _teams(staff: int, chance: random.Random) -> Iterator[tuple[str, ...]]:
    """Paths of five levels, one a person, until there are staff enough; every seventh team is one person alone."""
    number = 0
    for team in range(10_000):
        ward = (
            f"Group {team % 5}",
            f"Hospital {team % 15}",
            f"Service {team % 45}",
            f"Clinic {team % 135}",
            f"Team {team}",
        )
        for _ in range(1 if team % 7 == 0 else chance.randint(4, 48)):
            number += 1
            yield ward
            if number == staff:
                return


def _write_staff_list(path: Path, staff: int) -> None:
    """As a spreadsheet in Britain may save it: a byte-order mark, semicolons, quotes, and columns nobody asked for."""
    chance = random.Random(12)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        levels = [f"Org L{level}" for level in range(2, 7)]
        writer.writerow(["Assignment", "Employee Number", *levels, "Staff Group", "NI Number", "E-mail", "Salary"])
        groups = chance.choices(list(GROUPS), list(GROUPS.values()), k=staff)
        for number, (ward, group) in enumerate(zip(_teams(staff, chance), groups, strict=True)):
            name = f"{70_000_000 + number}"
            writer.writerow([name + "-1", name, *ward, group, f"QQ{number:06}C", f"s{number}@region.example", 1234567])


class Trust(msgspec.Struct, frozen=True):
    """What the path leaves: what each command said, the links, the scores that were sent by reporting unit, the
    release, and how to reach the database."""

    staff: int
    said: dict[str, str]
    links: list[dict[str, str]]
    sent: dict[str, list[tuple[float, ...]]]
    release: dict[str, Any]
    url: str
    settings: dict[str, str]


class Desk:
    """A shell in a folder, with the settings that the README's path begins with."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.said = folder, dict[str, str]()
        ours = {name: value for name, value in os.environ.items() if not name.startswith("SURVEY_")}
        self.settings = {
            "SURVEY_SECRET": SECRET,
            "SURVEY_KEYS": str(folder / "keys"),
            "SURVEY_DATA": str(folder / "var"),
        }
        if given := os.environ.get("SURVEY_POSTGRES_BIN"):
            self.settings["SURVEY_POSTGRES_BIN"] = given
        self.environment = ours | self.settings | {"SURVEY_NO_BOOTSTRAP": "1", "PYTHONPATH": str(ROOT)}

    def survey(self, *command: str) -> str:
        run = [sys.executable, "-m", "survey", *command]
        done = subprocess.run(
            run, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False, encoding="utf-8"
        )
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        self.said[" ".join(command[:2])] = done.stdout
        return done.stdout


@pytest_asyncio.fixture(scope="module", params=[2_400, pytest.param(12_000, marks=pytest.mark.long)])
async def trust(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Trust]:
    folder = tmp_path_factory.mktemp("trust")
    folder.chmod(0o755)
    desk = Desk(folder)
    with postgres.running(folder / "var" / "postgres") as url:
        round_id = _until_launched(desk, request.param)
        links = list(csv.DictReader((folder / "links.csv").read_text(encoding="utf-8").splitlines()))
        sent = await _answer(url, round_id, links)
        desk.survey("round", "status", round_id)
        desk.survey("round", "close", round_id, "--now")
        desk.survey("round", "publish", round_id, "--out", "release.json")
        desk.survey("sign-in")
        desk.survey("key", "new", "--name", "Warehouse")
        release = json.loads((folder / "release.json").read_text(encoding="utf-8"))
        yield Trust(request.param, desk.said, links, sent, release, url, desk.settings)


def _until_launched(desk: Desk, staff: int) -> str:
    _write_staff_list(desk.folder / "staff.csv", staff)
    (desk.folder / "questions.toml").write_text(QUESTIONNAIRE, encoding="utf-8")
    now = datetime.now(UTC).astimezone(ZoneInfo("Europe/London"))
    window = [f"{now + shift:%Y-%m-%d %H:%M}" for shift in (-timedelta(days=2), timedelta(days=9))]
    desk.survey("migrate")
    desk.survey("organisation", "add", "R0X", "Rhanbarth – Region NHS Trust")
    desk.survey("staff", "import", "staff.csv", "--apply")
    added = desk.survey("questionnaire", "add", "questions.toml")
    hash_ = next(iter(re.findall(r"\b[0-9a-f]{12,64}\b", added)))
    drafted = desk.survey(
        "round", "draft", "Gaeaf", "--questionnaire", hash_, "--opens", window[0], "--closes", window[1]
    )
    round_id = re.findall(r"round preview (\w+)", drafted)[0]
    desk.survey("round", "preview", round_id)
    desk.survey("round", "launch", round_id)
    desk.survey("round", "links", round_id, "--out", "links.csv")
    return str(round_id)


async def _answer(url: str, round_id: str, links: list[dict[str, str]]) -> dict[str, list[tuple[float, ...]]]:
    """Three of five people in the first 25 reporting units answer, few in the others. What each of them scored, worked
    out by hand."""
    chance, sent = random.Random(5), dict[str, list[tuple[float, ...]]]()
    units = sorted({link["reporting_unit"] for link in links})[:25]
    async with databases.connect(url) as db:
        view = await viewing.view(db, round_id)
        for link in links:
            if link["reporting_unit"] not in sent or chance.random() < (
                0.6 if link["reporting_unit"] in units else 0.04
            ):
                token = link["link"].rpartition("/")[2]
                visit = await responding.visit(db, view, token)
                given = _given(view.questionnaire, visit.atom.audience, link["reporting_unit"], chance)
                await responding.save(db, view, token, visit, given)
                await responding.submit(db, view, token, await responding.visit(db, view, token))
                sent.setdefault(link["reporting_unit"], []).append(_by_hand(given))
    return sent


MOOD = rehearsing.Mood(7)


def _given(questionnaire: Any, audience: Audience, unit: str, chance: random.Random) -> Answers:
    return rehearsing.plausible(questionnaire, audience, unit, MOOD, chance)


def _by_hand(given: Answers) -> tuple[float, ...]:
    """The three visions' points of one person, by the method's words: the mean of what was answered of what applied,
    where at least two, or all, and three fifths of it were answered. -1: no score."""
    points = {
        "open_record": lambda v: 25 * (int(v) - 1), "paper": lambda v: 25 * (5 - int(v)),
        "steps": lambda v: 25 * (int(v) - 1), "sure": lambda v: 10 * int(v),
        "share": lambda v: (0, 60, 100)[int(v) - 1], "network": lambda v: 25 * (int(v) - 1),
        "bedside": lambda v: 25 * (int(v) - 1),
    }  # fmt: skip
    clinical = "bedside" in given
    visions = (("open_record", "paper"), ("steps", "sure"), ("share", "network", *(("bedside",) if clinical else ())))
    result = []
    for items in visions:
        applicable = [item for item in items if given.get(item) not in {("na",), ("dk",)}]
        answered = [points[item](given[item][0]) for item in applicable if item in given]
        needed = max(min(2, len(applicable)), -(-3 * len(applicable) // 5))
        result.append(statistics.mean(answered) if applicable and len(answered) >= needed else -1.0)
    return tuple(result)


# What came of it


def test_everybody_was_read_and_nothing_that_was_not_asked_for_was_kept(trust: Trust) -> None:
    assert f"{trust.staff:,}" in trust.said["staff import"]
    assert f"{trust.staff:,}" in trust.said["round preview"] or str(trust.staff) in trust.said["round preview"]
    assert len(trust.links) == trust.staff == len({link["link"] for link in trust.links})


async def test_columns_that_are_not_mapped_are_nowhere_in_the_database(trust: Trust) -> None:
    async with databases.connect(trust.url) as db:
        rows = await db.fetch("select p::text from person p limit 200")
    assert not [row[0] for row in rows if "QQ" in row[0] or "1234567" in row[0]]


async def test_the_tree_is_five_deep_and_teams_of_one_count_with_others(trust: Trust) -> None:
    async with databases.connect(trust.url) as db:
        view = await viewing.view(db, trust.release["round"])
    parents = {unit.id: unit.parent for unit in view.frame.units}

    def depth(unit: str | None) -> int:
        return 0 if unit is None else 1 + depth(parents[unit])

    assert max(map(depth, parents)) >= 4, "teams themselves stand below"
    alone = [team for unit in view.frame.reporting_units for team in unit.teams if len(unit.teams) == 1]
    assert min(unit.headcount for unit in view.frame.reporting_units) >= 20
    assert len(alone) < len(view.frame.reporting_units)
    assert min(atom.headcount for atom in view.frame.atoms) >= 10
    assert sum(atom.headcount for atom in view.frame.atoms) == trust.staff


def test_the_release_speaks_of_three_visions_at_every_level_it_may(trust: Trust) -> None:
    assert [one["id"] for one in trust.release["measures"]] == ["record", "team", "region", "overall"]
    kinds = {group["kind"] for group in trust.release["groups"]}
    assert kinds == {"organisation", "division", "reporting_unit", "staff_group"}
    whole = [cell for cell in trust.release["cells"] if cell["group"] == "org"]
    assert len(whole) == 4
    assert all(cell["value"] is not None for cell in whole)


def test_scores_of_reporting_units_are_what_they_are_by_hand(trust: Trust) -> None:
    """Unweighted means of persons' scores, in whole points, for every reporting unit that is shown."""
    names = {group["id"]: group["name"] for group in trust.release["groups"] if group["kind"] == "reporting_unit"}
    order, compared = ("record", "team", "region"), 0
    for cell in trust.release["cells"]:
        if cell["group"] in names and cell["measure"] in order and cell.get("value") is not None:
            scored = [one[order.index(cell["measure"])] for one in trust.sent[names[cell["group"]]]]
            scored = [score for score in scored if score >= 0]
            assert len(scored) >= 10
            assert abs(statistics.mean(scored) - cell["value"]) <= 0.5 + 1e-9
            compared += 1
    assert compared >= 30


def test_units_in_which_too_few_answered_are_withheld_and_named_as_such(trust: Trust) -> None:
    shown = {cell["group"] for cell in trust.release["cells"] if cell.get("value") is not None}
    for group in trust.release["groups"]:
        if group["kind"] == "reporting_unit" and len(trust.sent.get(group["name"], ())) < 10:
            assert group["id"] not in shown, group["name"]


async def test_the_scores_are_on_the_page_and_in_the_api(trust: Trust) -> None:
    config = configuration.read(trust.settings)
    database = Database(trust.url)
    app: Any = create_app(config, database)
    key = trust.said["key new"].split()[-1]
    link = httpx.URL(trust.said["sign-in"].split()[-1]).path
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=config.base_url) as client:
        path = f"/api/v1/rounds/{trust.release['round']}"
        answer = await client.get(f"{path}/release", headers={"authorization": f"Bearer {key}"})
        assert answer.json() == trust.release
        scores = await client.get(f"{path}/scores?kind=organisation", headers={"authorization": f"Bearer {key}"})
        assert len(scores.json()["scores"]) == 4
        assert (await client.post(link, headers={"sec-fetch-site": "same-origin"})).status_code == 303
        page = await client.get(f"/results/{trust.release['round']}")
        assert page.status_code == 200
        assert "Rhanbarth – Region NHS Trust" in page.text
        assert "One region" in page.text
        gone = await client.get(httpx.URL(trust.links[0]["link"]).path)
        assert gone.status_code == 410
    await database.close()


def test_the_questionnaire_of_this_test_has_every_kind_of_item() -> None:
    assert {item.kind for item in read(QUESTIONNAIRE).items} == set(KINDS)
