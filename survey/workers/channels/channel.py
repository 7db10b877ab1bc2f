"""What every channel can do."""

from datetime import datetime
from typing import Protocol

from survey.operations.sending import Envelope, Outcome, Provider

TIMEOUT = 10.0
"""Seconds that handing over one message may take, the connection included."""


class Channel(Protocol):
    """Way to a provider. Nothing it raises or says has an address, a link or a key in it."""

    @property
    def provider(self) -> Provider: ...

    async def send(self, envelope: Envelope, now: datetime) -> Outcome:
        """Hand a message over. Never raises for what a provider may do."""
        ...

    async def find(self, envelope: Envelope, now: datetime) -> Outcome | None:
        """What became of a message that may have been handed over before; None where the provider has not got it.
        Asked only of providers that are not blind."""
        ...

    async def close(self) -> None: ...
