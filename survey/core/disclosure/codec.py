"""A release as bytes: one canonical JSON form, and its digest."""

import hashlib

import msgspec

from survey import errors
from survey.core.disclosure.release import Release
from survey.core.frame import Frame

_decoder = msgspec.json.Decoder(Release)


def encode(release: Release) -> bytes:
    """The same release, the same bytes."""
    return msgspec.json.encode(release, order="sorted")


def decode(document: bytes | str) -> Release:
    """Raises Refused, saying where, for what is not a release."""
    try:
        return _decoder.decode(document)
    except msgspec.DecodeError as wrong:
        raise errors.Refused(f"This is not a release, or somebody has changed it by hand: {wrong}.") from wrong


def is_published(document: bytes, digest: str) -> bool:
    """Whether these are the bytes that were published under a digest."""
    return hashlib.sha256(document).hexdigest() == digest


def frame_digest(frame: Frame) -> str:
    """sha256 of the frame's canonical JSON, in hex."""
    return hashlib.sha256(msgspec.json.encode(frame, order="sorted")).hexdigest()


def digest(release: Release) -> str:
    """sha256 of the canonical JSON, in hex."""
    return hashlib.sha256(encode(release)).hexdigest()
