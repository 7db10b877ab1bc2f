"""Delivery receipts: GOV.UK Notify says what became of a message. Not part of the API that consumers use."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, post

from survey import errors, sealing
from survey.config import Config
from survey.db import Database
from survey.operations import sending


class Receipt(msgspec.Struct, frozen=True):
    """What we look at of it. `reference` is the message's, as we gave it."""

    status: str
    reference: str | None = None


@post("/api/notify/receipts", include_in_schema=False, status_code=200)
async def receive(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Takes what carries the token that the settings name; everything else is told nothing."""
    state = request.app.state
    config: Config = state.config
    _must_be_notify(request, config)
    database: Database = state.database
    try:
        receipt = msgspec.json.decode(await request.body(), type=Receipt)
        message_id = UUID(receipt.reference or "")
    except (msgspec.DecodeError, ValueError):
        return Response(b"", status_code=200)
    if fate := sending.fate(receipt.status):
        async with database.connection() as db:
            await sending.receive(db, message_id, fate, config.sends_by)
    return Response(b"", status_code=200)


def _must_be_notify(request: Request[Any, Any, Any], config: Config) -> None:
    """In constant time."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    expected = config.notify_callback_token
    if expected is None or scheme.lower() != "bearer" or not sealing.same(given, expected.reveal().decode()):
        raise errors.NotSignedIn("This address takes delivery receipts from GOV.UK Notify.")
