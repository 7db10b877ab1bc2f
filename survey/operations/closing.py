"""Closing a round: its sealed answers are opened, shuffled and stored as responses, and every way back is destroyed.

One transaction does all that the database keeps; the keys are destroyed only after its commit, and then the deleted
rows are cleared out of the files. A kill at any point leaves either everything as it was, or everything done but keys,
or a note in their place, by which the next call knows what is left to do.

What takes a processor for seconds is done in a thread: the process that closes answers requests meanwhile.
"""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import msgspec

from survey import errors, sealing
from survey.core import answers as packing
from survey.core import rounds as rules
from survey.core.disclosure.responses import refuse_small_groups
from survey.core.steps import HUNDREDTHS, Step, silent
from survey.db import Db
from survey.operations import authoring, clearing
from survey.operations.responding import Sealed
from survey.sealing import KeyRing
from survey.store import comments, devices, drafts, invitations, link_requests, messages, responses, rounds, sealed
from survey.store.rounds import RoundKey

_INNER = msgspec.msgpack.Decoder(Sealed)


class Opened(msgspec.Struct, frozen=True):
    """How many answers were opened, and how many envelopes would not open. `already`: an earlier call had done it.
    `cleared`: deleted rows are gone from the files, too; if not, the next call tries again."""

    responses: int
    unreadable: int
    already: bool
    cleared: bool = True


async def end_now(db: Db, organisation_id: UUID, round_id: str) -> None:
    """Bring an open or paused round's closing forward to this moment. Submissions under way are let through first."""
    async with db.transaction():
        await rounds.keep_out(db, round_id)
        round_ = await rounds.hold(db, organisation_id, round_id)
        if round_.state not in rules.ALLOWED["end"]:
            return
        await rounds.reschedule(db, organisation_id, round_id, round_.opens_at, round_.now)


async def open_answers(
    db: Db,
    keys: KeyRing,
    organisation_id: UUID,
    round_id: str,
    *,
    shares: Sequence[str] = (),
    discard_unreadable: bool = False,
    at_any_size: bool = False,
    step: Step = silent,
) -> Opened:
    """Open what was sealed, once and for all. Safe to call again at any time after the window has ended. `shares`: two
    holders', under split custody. `at_any_size`: clear away at once, though other rounds' respondents may notice."""
    async with db.transaction():
        await rounds.keep_out(db, round_id)
        round_ = await rounds.hold(db, organisation_id, round_id)
        done = round_.opened_answers_at is not None
        opened = Opened(0, 0, already=True) if done else await _open(db, keys, round_, shares, discard_unreadable, step)
    if done and round_id not in keys.rounds():
        return opened
    return msgspec.structs.replace(opened, cleared=await _clear(db, keys, [round_id], at_any_size))


async def _clear(db: Db, keys: KeyRing, opened: Sequence[str], at_any_size: bool = False) -> bool:
    """The keys go at once; the note in their place goes when nothing is left of what they could have opened."""
    for round_id in opened:
        keys.retire(round_id)
    cleared = await clearing.clear(db, at_any_size=at_any_size)
    if cleared:
        for round_id in opened:
            keys.destroy(round_id)
    return cleared


_WORK = (
    "Reading the sealed answers",
    "Opening the sealed answers",
    "Checking what was opened",
    "Shuffling and storing the answers",
    "Deleting drafts, links and sealed answers",
)


def _tell(step: Step, what: str) -> None:
    """How far opening is, by which step of it is under way, and by nothing else: how many sealed answers there are is
    how many have answered, which nobody is told so exactly (METHOD 2.3 R10). Even the share of them that has been
    opened would tell: by the size of its jumps where they are few, by its pace where they are many."""
    step(what, round(HUNDREDTHS * _WORK.index(what) / len(_WORK)), HUNDREDTHS)


async def _open(
    db: Db, keys: KeyRing, round_: rounds.Round, shares: Sequence[str], discard_unreadable: bool, step: Step
) -> Opened:
    rules.must_allow("close", round_.state)
    organisation_id, round_id = round_.organisation_id, round_.round_id
    _tell(step, "Reading the sealed answers")
    if frame := await rounds.frame(db, organisation_id, round_id):
        refuse_small_groups(frame)
    envelopes = await sealed.ciphertexts(db, organisation_id, round_id)
    key = await _private_key(db, keys, round_, shares)
    _tell(step, "Opening the sealed answers")
    plain, unopened = await asyncio.to_thread(sealing.unseal_all, key, envelopes)
    _tell(step, "Checking what was opened")
    readable = await _readable(db, round_, plain)
    unreadable = len(envelopes) - len(readable)
    if unreadable and not discard_unreadable:
        raise errors.Refused(
            f"{_what_is_wrong(unopened, unreadable - unopened, len(envelopes))} Nothing was changed. Restore the right "
            f"key directory, or close without them: python3 -m survey round close {round_id} --discard-unreadable"
        )
    _tell(step, "Shuffling and storing the answers")
    await _store(db, organisation_id, round_id, readable)
    _tell(step, "Deleting drafts, links and sealed answers")
    await link_requests.delete_all(db, organisation_id, round_id)  # first: who deals with one wants its message next
    await messages.count_unreached(db, organisation_id, round_id)
    await messages.delete_all(db, organisation_id, round_id)
    await drafts.delete_all(db, organisation_id, round_id)
    await sealed.delete_all(db, organisation_id, round_id)
    await invitations.delete_all(db, organisation_id, round_id)
    await devices.delete_all(db, organisation_id, round_id)
    await rounds.mark_opened(db, organisation_id, round_id)
    return Opened(len(readable), unreadable, already=False)


async def _readable(db: Db, round_: rounds.Round, plain: Sequence[bytes]) -> list[Sealed]:
    """Those that hold answers to this round's questionnaire from somebody of its frame."""
    frame = await rounds.frame(db, round_.organisation_id, round_.round_id)
    questionnaire = await authoring.load(db, round_.organisation_id, round_.questionnaire_hash)
    size, atoms = packing.width(questionnaire), len(frame.atoms) if frame is not None else 0
    texts = {item.id for item in questionnaire.items if item.kind == "text"}
    return await asyncio.to_thread(_fitting, plain, size, atoms, texts)


def _fitting(plain: Sequence[bytes], size: int, atoms: int, texts: set[str]) -> list[Sealed]:
    return [one for one in map(_decoded, plain) if one is not None and _fits(one, size, atoms, texts)]


def _fits(one: Sealed, size: int, atoms: int, texts: set[str]) -> bool:
    is_storable = all(item in texts and "\0" not in body for item, body in one.texts)
    return len(one.answers) == size and 0 <= one.atom < atoms and is_storable


def _decoded(answer: bytes) -> Sealed | None:
    try:
        return _INNER.decode(answer)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _what_is_wrong(unopened: int, malformed: int, of: int) -> str:
    closed = f"{unopened} of {of} sealed answers do not open under this round's key." if unopened else ""
    odd = f"{malformed} of {of} open, and do not hold answers to this round's questions." if malformed else ""
    return " ".join(filter(None, (closed, odd)))


async def _private_key(db: Db, keys: KeyRing, round_: rounds.Round, shares: Sequence[str]) -> bytes:
    if round_.settings.custody == "service":
        return keys.private(round_.round_id)
    if not shares:
        raise errors.Refused(f"Closing this round waits for {sealing.NEEDED} of its {sealing.HOLDERS} key holders.")
    public_key = await rounds.public_key(db, round_.organisation_id, round_.round_id)
    assert public_key is not None
    return sealing.combine(shares, public_key)


async def _store(db: Db, organisation_id: UUID, round_id: str, opened: list[Sealed]) -> None:
    """Answers and comments are shuffled apart: neither their order nor each other's leads anywhere."""
    shuffled = await asyncio.to_thread(sealing.shuffled, opened)
    await responses.add_all(
        db, ((organisation_id, round_id, sealing.random_id(), one.atom, one.answers) for one in shuffled)
    )
    texts = await asyncio.to_thread(sealing.shuffled, [text for one in opened for text in one.texts])
    await comments.add_all(db, ((organisation_id, round_id, sealing.random_id(), item, body) for item, body in texts))


async def finish_interrupted(db: Db, keys: KeyRing) -> int:
    """Destroy the keys and clear away the rows of rounds whose answers are open already: what a kill after the commit
    leaves behind. How many have to wait for the next look."""
    finished = [key.round_id for key in await rounds.finished(db, sorted(keys.rounds()))]
    return 0 if not finished or await _clear(db, keys, finished) else len(finished)


async def due(db: Db) -> list[RoundKey]:
    """The rounds whose window has ended, on the database's clock, and whose answers are still sealed."""
    return await rounds.overdue(db)
