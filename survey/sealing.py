"""Envelopes and keys: all of the service's cryptography and all of its randomness.

Built on libsodium (PyNaCl). A token is a 256-bit secret, so keys derived from it need one HMAC each (HKDF-Expand
with a label, RFC 5869); nothing here stretches or hashes a password.
"""

import base64
import hashlib
import hmac
import os
import secrets
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox
from shamir_mnemonic import MnemonicError, Share, combine_mnemonics, generate_mnemonics
from shamir_mnemonic.wordlist import WORD_INDEX_MAP

from survey import errors
from survey.core import slips

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_LENGTH = 4
_T = TypeVar("_T")


def _expand(key: bytes, label: str, context: str) -> bytes:
    return hmac.digest(key, f"survey/{label}/{context}".encode() + b"\x01", "sha256")


def _text(secret: bytes) -> str:
    return base64.urlsafe_b64encode(secret).rstrip(b"=").decode()


def random_id() -> uuid.UUID:
    return uuid.uuid4()


def random_ids(count: int) -> list[uuid.UUID]:
    return [uuid.uuid4() for _ in range(count)]


def random_code() -> str:
    """Eight characters that nobody misreads: a round's name in its links."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(8))


def random_token() -> str:
    """A 256-bit secret for a link, a session or an API key."""
    return _text(secrets.token_bytes(32))


def shuffled(values: Iterable[_T]) -> list[_T]:
    """The values in an order that only the operating system's randomness knows."""
    result = list(values)
    secrets.SystemRandom().shuffle(result)
    return result


def token_of(mailing_key: bytes, invitation: uuid.UUID) -> str:
    """The token of an invitation: the same each time it is asked for, so that a reminder repeats the same link."""
    return _text(hmac.digest(mailing_key, invitation.bytes, "sha256"))


def code_of(mailing_key: bytes, invitation: uuid.UUID) -> str:
    """The code on an invitation's slip: the same at every printing, so that printing again gives nobody a second one.
    Eight times as many bits as a code has make every code as likely as the next."""
    return slips.spelt(int.from_bytes(_expand(mailing_key, "slip", invitation.hex), "big") % slips.CODES)


def token_of_code(secret: bytes, code: str) -> str:
    """The token that a slip's code stands for. A code is short enough to be guessed by whoever has its hash and much
    time; so the token, and with it the hash and the draft's key, follows from the deployment's secret, too."""
    return _text(_expand(secret, "code", code))


def lookup_hash(token: str, context: str) -> bytes:
    """What the database keeps of a token: enough to find its row, nothing to answer with."""
    return _expand(token.encode(), "lookup", context)


def csrf(token: str, context: str) -> str:
    """The form token of a session: one per session, derived, so that no server has to remember it."""
    return _text(_expand(token.encode(), "csrf", context))[:22]


def same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())


def fingerprint(secret: bytes) -> bytes:
    """Tells one deployment secret from another without telling the secret."""
    return _expand(secret, "fingerprint", "deployment")


def challenge(verifier: str) -> str:
    """What PKCE's S256 makes of a verifier (RFC 7636)."""
    return _text(hashlib.sha256(verifier.encode()).digest())


def close_text(secret: bytes, label: str, plain: bytes) -> str:
    """A text for a cookie, that only this deployment can read or make."""
    return _text(bytes(SecretBox(_expand(secret, "text", label)).encrypt(plain)))


def open_text(secret: bytes, label: str, closed: str) -> bytes | None:
    """What is in it, or None for what is not one of ours."""
    try:
        given = base64.urlsafe_b64decode(closed + "=" * (-len(closed) % 4))
        return SecretBox(_expand(secret, "text", label)).decrypt(given)
    except (CryptoError, ValueError):
        return None


def signer(secret: bytes) -> Callable[[bytes], bytes]:
    """What signs the audit log in the deployment's name. A function, so that its key shows in no repr and no log."""
    key = _expand(secret, "audit-log", "deployment")
    return lambda content: hmac.digest(key, content, "sha256")


def _pad(plain: bytes, size: int) -> bytes:
    if len(plain) + _LENGTH > size:
        raise ValueError(f"{len(plain)} bytes do not fit an envelope of {size}")
    return (len(plain).to_bytes(_LENGTH, "big") + plain).ljust(size, b"\0")


def _unpad(padded: bytes) -> bytes:
    return padded[_LENGTH : _LENGTH + int.from_bytes(padded[:_LENGTH], "big")]


def close_draft(token: str, context: str, plain: bytes, size: int) -> bytes:
    """A draft that only its token opens, padded to `size` so that its length says nothing."""
    return bytes(SecretBox(_expand(token.encode(), "draft", context)).encrypt(_pad(plain, size)))


def open_draft(token: str, context: str, ciphertext: bytes) -> bytes:
    return _unpad(SecretBox(_expand(token.encode(), "draft", context)).decrypt(ciphertext))


def seal(public_key: bytes, plain: bytes, size: int) -> bytes:
    """Sealed answers: only the holder of the round's private key opens them; every one has the same length."""
    return SealedBox(PublicKey(public_key)).encrypt(_pad(plain, size))


def unseal_all(private_key: bytes, ciphertexts: Iterable[bytes]) -> tuple[list[bytes], int]:
    """The plain answers, and how many envelopes would not open under this key."""
    box, plain, broken = SealedBox(PrivateKey(private_key)), [], 0
    for ciphertext in ciphertexts:
        try:
            plain.append(_unpad(box.decrypt(ciphertext)))
        except CryptoError:
            broken += 1
    return plain, broken


_REQUEST = 512
"""Bytes of a request for a link: as many whoever asks."""


def mark_of_request(secret: bytes, round_id: str, who: bytes) -> bytes:
    """Tells whether the same person asks again, without telling who it is."""
    return _expand(secret, f"asked/{round_id}", who.hex())


def close_request(secret: bytes, round_id: str, who: bytes) -> bytes:
    return bytes(SecretBox(_expand(secret, "request", round_id)).encrypt(_pad(who, _REQUEST)))


def open_request(secret: bytes, round_id: str, ciphertext: bytes) -> bytes | None:
    """None where it was closed under another secret."""
    try:
        return _unpad(SecretBox(_expand(secret, "request", round_id)).decrypt(ciphertext))
    except CryptoError:
        return None


def wrap(secret: bytes, purpose: str, plain: str) -> str:
    """Text that a page carries from one request to the next, and that nobody but this deployment can read."""
    return _text(bytes(SecretBox(_expand(secret, "wrap", purpose)).encrypt(plain.encode())))


def unwrap(secret: bytes, purpose: str, wrapped: str) -> str:
    """What `wrap` was given. Raises Refused for anything else."""
    try:
        sealed = base64.b64decode(wrapped + "=" * (-len(wrapped) % 4), altchars=b"-_", validate=True)
        return SecretBox(_expand(secret, "wrap", purpose)).decrypt(sealed).decode()
    except (ValueError, CryptoError):
        raise errors.Refused("This page is out of date. Go back to the round and begin this step again.") from None


HOLDERS, NEEDED = 3, 2
"""Split custody: how many people hold a share of a round's private key, and how many of them open it together."""
_MEND = "Enter the shares of two different holders of this round, each as its 33 words."
_LOOK = "Compare the words with the paper, and enter them again."


def split_key_pair() -> tuple[bytes, list[str]]:
    """A new round's public key, and its private key as shares of 33 words each (SLIP-39). Nothing else is kept of it:
    one share alone tells nothing, any two give it back."""
    private = PrivateKey.generate()
    shares = generate_mnemonics(1, [(NEEDED, HOLDERS)], bytes(private), iteration_exponent=0)[0]
    return bytes(private.public_key), shares


def check_share(share: str) -> None:
    """Raises BadInput for what nobody was given as a share: each has a checksum of its own, so that a slip of the pen
    shows before the second holder comes. It says which word, and never the word."""
    words = share.lower().split()
    unknown = [number for number, word in enumerate(words, start=1) if word not in WORD_INDEX_MAP]
    if unknown:
        what = f"word {unknown[0]} is not one of the words that shares are made of."
        raise errors.BadInput([errors.Problem("share", what, _LOOK)])
    try:
        Share.from_mnemonic(" ".join(words))
    except MnemonicError:
        what = "one of its words is wrong, or two have changed places."
        raise errors.BadInput([errors.Problem("share", what, _LOOK)]) from None


def combine(shares: Iterable[str], public_key: bytes) -> bytes:
    """The private key from two holders' shares. Raises BadInput where they are not two of this round's."""
    words = [" ".join(share.lower().split()) for share in shares]
    try:
        private: bytes = combine_mnemonics(words)
    except MnemonicError:
        raise errors.BadInput([errors.Problem("shares", "they do not fit together.", _MEND)]) from None
    if len(private) != PrivateKey.SIZE or bytes(PrivateKey(private).public_key) != public_key:
        raise errors.BadInput([errors.Problem("shares", "they are shares of another round's key.", _MEND)])
    return private


class KeyRing:
    """The key directory: for each round its private key and its mailing key, wrapped under the deployment's secret.

    Only the process that sends and the one that closes need it. Files are 0600 in a 0700 directory.
    """

    def __init__(self, directory: Path, secret: bytes) -> None:
        self.directory, self._secret = directory, secret

    def _path(self, round_id: str, name: str) -> Path:
        return self.directory / f"{round_id}.{name}"

    def _box(self, round_id: str, name: str) -> SecretBox:
        return SecretBox(_expand(self._secret, f"keyring/{name}", round_id))

    def _write(self, round_id: str, name: str, key: bytes) -> None:
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._path(round_id, name)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(self._box(round_id, name).encrypt(key))
            file.flush()
            os.fsync(file.fileno())
        self._settle()

    def _settle(self) -> None:
        """A file's creation or removal is durable only when its directory is."""
        descriptor = os.open(self.directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _read(self, round_id: str, name: str) -> bytes:
        try:
            return self._box(round_id, name).decrypt(self._path(round_id, name).read_bytes())
        except FileNotFoundError:
            raise errors.Misconfigured(
                f"The {name} key of round {round_id} is not in the key directory {self.directory}."
            ) from None
        except CryptoError:
            raise errors.Misconfigured(
                f"The {name} key of round {round_id} does not open under SURVEY_SECRET."
            ) from None

    def create(self, round_id: str) -> bytes:
        """Make both keys of a round; its public key."""
        private = PrivateKey.generate()
        self._write(round_id, "private", bytes(private))
        self.create_mailing(round_id)
        return bytes(private.public_key)

    def create_mailing(self, round_id: str) -> None:
        """Make only the key from which tokens follow: under split custody the private key is kept nowhere."""
        self._write(round_id, "mailing", secrets.token_bytes(32))

    def private(self, round_id: str) -> bytes:
        return self._read(round_id, "private")

    def mailing(self, round_id: str) -> bytes:
        return self._read(round_id, "mailing")

    def open_request(self, round_id: str, ciphertext: bytes) -> bytes | None:
        """Somebody's request for their link; None where it was closed under another secret."""
        return open_request(self._secret, round_id, ciphertext)

    def tokens(self, round_id: str) -> "Tokens":
        return Tokens(self.mailing(round_id), self._secret)

    def retire(self, round_id: str) -> None:
        """Both keys are gone afterwards; an empty note in their place says that work on their round is left."""
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path(round_id, "unfinished").touch(mode=0o600)
        self._settle()
        self._remove(round_id, "private", "mailing")

    def destroy(self, round_id: str) -> None:
        """Keys and note are gone afterwards. Harmless when they are gone already."""
        self._remove(round_id, "private", "mailing", "unfinished")

    def _remove(self, round_id: str, *names: str) -> None:
        for name in names:
            self._path(round_id, name).unlink(missing_ok=True)
        if self.directory.is_dir():
            self._settle()

    def rounds(self) -> set[str]:
        """The rounds that still have a key here, or a note."""
        return (
            {path.name.partition(".")[0] for path in self.directory.glob("*.*")} if self.directory.is_dir() else set()
        )


class Tokens:
    """What makes a round's tokens and codes anew, as often as they are needed."""

    def __init__(self, mailing_key: bytes, secret: bytes) -> None:
        self._mailing_key, self._secret = mailing_key, secret

    def of(self, invitation: uuid.UUID, *, slip: bool) -> str:
        """An invitation has one token: of its own, or the one its slip's code stands for."""
        return token_of_code(self._secret, self.code(invitation)) if slip else token_of(self._mailing_key, invitation)

    def code(self, invitation: uuid.UUID) -> str:
        return code_of(self._mailing_key, invitation)
