"""How long it takes to open, score and publish a round that invented staff have answered."""

import random
import time
from collections import Counter
from collections.abc import Sequence

import msgspec

from survey.cli.benching import cpu, layouts, rounds, witness
from survey.cli.benching.progress import Progress
from survey.cli.benching.scratch import Scratch
from survey.cli.benching.witness import Expected
from survey.core import answers as packing
from survey.operations import closing, publishing, rehearsing, responding, viewing
from survey.operations.launching import Link
from survey.operations.rehearsing import Mood

_SEED = 11


class Measured(msgspec.Struct, frozen=True):
    """Seconds, to send all answers one after another without pages, to open them, to publish; `cpu` is what the last
    two cost this process and Postgres. `cells`, `withheld`: what was published."""

    staff: int
    answers: int
    reporting_units: int
    answering: float
    opening: float
    publishing: float
    cpu: float
    cells: int
    withheld: int
    amiss: list[str]


async def measure(on: Scratch, staff: int, answers: int, progress: Progress) -> Measured:
    round_id, links = await rounds.launch(on, staff, layouts.DEFAULT.read_text(encoding="utf-8"))
    chosen = random.Random(_SEED).sample(links, min(answers, len(links)))  # noqa: S311 - invented people
    started = time.perf_counter()
    expected = await _answer(on, round_id, chosen, progress)
    answering = time.perf_counter() - started
    step = progress("Open, score, publish", 2)
    before, began = cpu.spent(0, on.postgres), time.perf_counter()
    await closing.end_now(on.db, on.organisation_id, round_id)
    await closing.open_answers(on.db, on.keys, on.organisation_id, round_id)
    opened = time.perf_counter()
    step()
    release = (await publishing.publish(on.db, on.organisation_id, round_id)).release
    published, spent = time.perf_counter(), cpu.spent(0, on.postgres) - before
    step()
    amiss = await witness.compare(on, round_id, expected)
    withheld = sum(cell.reason is not None for cell in release.cells)
    units = len({link.reporting_unit for link in links})
    return Measured(
        staff=staff,
        answers=len(chosen),
        reporting_units=units,
        answering=answering,
        opening=opened - began,
        publishing=published - opened,
        cpu=spent.client + spent.postgres,
        cells=len(release.cells),
        withheld=withheld,
        amiss=amiss,
    )


async def _answer(on: Scratch, round_id: str, links: Sequence[Link], progress: Progress) -> Expected:
    """Through the operations that the pages call; what must come out at the end."""
    view = await viewing.view(on.db, round_id)
    mood, expected, step = Mood(_SEED), Expected(Counter(), Counter(), []), progress("Staff answer", len(links))
    for link in links:
        token, chance = link.path.rpartition("/")[2], random.Random(link.employee_number)  # noqa: S311 - as above
        first = await responding.visit(on.db, view, token)
        answers = rehearsing.plausible(view.questionnaire, first.atom.audience, link.reporting_unit, mood, chance)
        await responding.save(on.db, view, token, first, answers)
        await responding.submit(on.db, view, token, await responding.visit(on.db, view, token))
        packed = packing.pack(view.questionnaire, first.atom.audience, answers)
        expected.responses[first.position, packed] += 1
        expected.comments.update(packing.texts(view.questionnaire, answers))
        step()
    return expected
