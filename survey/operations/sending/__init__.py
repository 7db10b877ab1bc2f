"""Sending a round's messages: queueing what is due, claiming it piece by piece, and writing down what came of it.

The outbox is a table. A message is claimed for a while (a lease), and the claim is committed before its provider hears
of it; so whoever dies in between leaves a trace by which the next one knows what is in doubt. A provider that can be
asked is asked; with one that cannot, the message is sent again and marked as doubtful.

No link is in the table: it is derived at the moment of sending, by a process that has the key directory.
"""

from survey.operations.sending.claiming import (
    LEASE,
    Job,
    Outcome,
    Provider,
    Result,
    Taken,
    begin,
    claim,
    know,
    record,
    release,
)
from survey.operations.sending.composing import Composer, Envelope, must_have_key
from survey.operations.sending.queueing import again, fate, fill_due, pause, receive, stop
from survey.operations.sending.watching import ORDERS, Count, Outlook, Sent, Status, Trouble, outlook, status, troubles

__all__ = [
    "LEASE", "ORDERS", "Composer", "Count", "Envelope", "Job", "Outcome", "Outlook", "Provider", "Result", "Sent",
    "Status", "Taken", "Trouble", "again", "begin", "claim", "fate", "fill_due", "know", "must_have_key", "outlook",
    "pause", "receive", "record", "release", "status", "stop", "troubles",
]  # fmt: skip
