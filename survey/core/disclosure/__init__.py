"""Disclosure control: the only maker of values that a face can show."""

from survey.core.disclosure.bands import response_rate
from survey.core.disclosure.codec import decode, digest, encode
from survey.core.disclosure.publishing import publish
from survey.core.disclosure.reader import Audit, Bound, audit
from survey.core.disclosure.responses import Responses

__all__ = ["Audit", "Bound", "Responses", "audit", "decode", "digest", "encode", "publish", "response_rate"]
