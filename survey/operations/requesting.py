"""“Send me my link”: asking for it, and dealing with what was asked.

Whoever asks is told the same, whether they are on the staff list or not, and after the same work: one row is written,
of one size, and nobody is looked for. That is done later, by the worker. The link goes to the address on the staff
list, never to what was typed.
"""

from collections.abc import Sequence
from datetime import timedelta

import msgspec

from survey import sealing
from survey.core.identifying import Identifier
from survey.db import Db
from survey.sealing import KeyRing
from survey.store import link_requests, messages, people

AGAIN_AFTER = timedelta(hours=1)
"""How long the same person has to wait before asking brings another message. Nobody else is held up by that."""
BATCH = 100
_MOST = 5
"""People whom one mobile number may belong to."""


async def ask(db: Db, secret: bytes, round_id: str, who: Identifier) -> None:
    """Write down that somebody asked. What they typed is encrypted under the deployment's secret, and soon gone."""
    plain = msgspec.json.encode(who)
    await link_requests.ask(
        db,
        round_id,
        sealing.mark_of_request(secret, round_id, plain),
        sealing.close_request(secret, round_id, plain),
    )


async def deal(db: Db, keys: KeyRing, channels: Sequence[str]) -> int:
    """Queue a message for everybody who asked and is on the list; how many. Each is sent like an invitation."""
    queued = 0
    while True:
        async with db.transaction():
            taken = await link_requests.take(db, BATCH)
            for request in taken:
                queued += await _answer(db, keys, request, channels)
                await link_requests.settle(db, request)
        if len(taken) < BATCH:
            break
    await link_requests.forget(db, AGAIN_AFTER)
    return queued


async def _answer(db: Db, keys: KeyRing, request: link_requests.Request, channels: Sequence[str]) -> int:
    plain = keys.open_request(request.round_id, request.ciphertext)
    if plain is None:  # made under a secret that has been changed since
        return 0
    who = msgspec.json.decode(plain, type=Identifier)
    order = sorted(channels, key=lambda channel: channel != "sms") if who.mobile else list(channels)
    found = await people.known_as(db, request.organisation_id, who.number, who.email, who.mobile, _MOST)
    return sum([await messages.again(db, request.organisation_id, request.round_id, one, order) for one in found])
