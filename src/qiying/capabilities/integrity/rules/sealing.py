"""Sealing with public keys: who writes can lock, only who holds the passphrase can open. Pure; no database, no clock.

X25519 sealed boxes and XSalsa20-Poly1305 of libsodium (PyNaCl), Argon2id for the passphrase, Shamir's secret sharing of
PyCryptodome for the recovery key. Nothing here is cryptography of our own.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import NamedTuple

from Crypto.Protocol.SecretSharing import Shamir
from nacl.encoding import RawEncoder
from nacl.exceptions import CryptoError
from nacl.hash import blake2b
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.pwhash import argon2id
from nacl.secret import SecretBox
from nacl.utils import random

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that is misread when copied by hand
CLAIM_LENGTH = 16  # 79 bits: not to be guessed
PASSPHRASE_LEAST = 12
DEMO_PASSPHRASE = "qiying-demo-seal"  # noqa: S105  shown where it is asked for, in demo mode only
SHARE_BLOCK = 16  # bytes the library splits at a time
OPERATIONS, MEMORY = argon2id.OPSLIMIT_INTERACTIVE, argon2id.MEMLIMIT_INTERACTIVE
"""What a guess at a passphrase costs."""


class CannotOpen(Exception):
    """The passphrase, the shares or the code are not those that were given out."""


class KeyMade(NamedTuple):
    """A new key: what is stored, and the shares that are shown once."""

    public: bytes
    locked: bytes
    recovery: bytes
    shares: list[str]


def key_make(passphrase: str, *, needed: int, shares: int) -> KeyMade:
    """Return a key pair whose private half opens with the passphrase, or with `needed` of the shares."""
    private = PrivateKey.generate()
    recovery = random(SecretBox.KEY_SIZE)
    halves = [
        dict(Shamir.split(needed, shares, recovery[at : at + SHARE_BLOCK], False))
        for at in range(0, len(recovery), SHARE_BLOCK)
    ]
    written = [_share_text(n, b"".join(half[n] for half in halves)) for n in range(1, shares + 1)]
    return KeyMade(
        public=bytes(private.public_key),
        locked=lock(bytes(private), passphrase),
        recovery=bytes(SecretBox(recovery).encrypt(bytes(private))),
        shares=written,
    )


def lock(private: bytes, passphrase: str) -> bytes:
    """Return a private key under a passphrase: salt, then the box."""
    salt = random(argon2id.SALTBYTES)
    return salt + bytes(SecretBox(_stretched(passphrase, salt)).encrypt(private))


def unlock(locked: bytes, passphrase: str) -> bytes:
    """Return the private key; raise `CannotOpen` for another passphrase."""
    salt, box = locked[: argon2id.SALTBYTES], locked[argon2id.SALTBYTES :]
    try:
        return bytes(SecretBox(_stretched(passphrase, salt)).decrypt(box))
    except CryptoError:
        raise CannotOpen("口令不对") from None


def _stretched(passphrase: str, salt: bytes) -> bytes:
    return bytes(
        argon2id.kdf(
            SecretBox.KEY_SIZE,
            passphrase.encode(),
            salt,
            opslimit=OPERATIONS,
            memlimit=MEMORY,
        )
    )


def recover(recovery: bytes, shares: Sequence[str]) -> bytes:
    """Return the private key from enough shares; raise `CannotOpen` when they are too few, wrong or mixed."""
    read = dict(_share_read(text) for text in shares)
    try:
        key = b"".join(
            Shamir.combine([(n, part[at : at + SHARE_BLOCK]) for n, part in read.items()], False)
            for at in range(0, SecretBox.KEY_SIZE, SHARE_BLOCK)
        )
        return bytes(SecretBox(key).decrypt(recovery))
    except (CryptoError, ValueError):
        raise CannotOpen("这几份恢复码凑不成一把钥匙：份数不够，或者抄错了") from None


def _share_text(number: int, part: bytes) -> str:
    digits = part.hex().upper()
    return f"{number}-" + "-".join(digits[at : at + 8] for at in range(0, len(digits), 8))


def _share_read(text: str) -> tuple[int, bytes]:
    number, _, digits = "".join(text.split()).partition("-")
    try:
        part = bytes.fromhex(digits.replace("-", ""))
        if len(part) != SecretBox.KEY_SIZE:
            raise ValueError
        return int(number), part
    except ValueError:
        raise CannotOpen(f"恢复码“{text.strip()[:12]}…”不完整，请照原样抄") from None


def seal(content: bytes, public: bytes) -> bytes:
    """Lock for whoever holds the private half; the writer himself cannot open it again."""
    return bytes(SealedBox(PublicKey(public)).encrypt(content))


def unseal(box: bytes, private: bytes) -> bytes:
    """Return what was sealed; raise `CannotOpen` for another key."""
    try:
        return bytes(SealedBox(PrivateKey(private)).decrypt(box))
    except CryptoError:
        raise CannotOpen("这把钥匙打不开") from None


def claim_make() -> str:
    """Return a code by which somebody without a name follows what he reported."""
    code = "".join(secrets.choice(LETTERS) for _ in range(CLAIM_LENGTH))
    return "-".join(code[at : at + 4] for at in range(0, CLAIM_LENGTH, 4))


def claim_plain(code: str) -> str:
    """Return a code as it is compared: capitals without spaces and dashes."""
    return "".join(c for c in code.upper() if c.isascii() and c.isalnum())[:CLAIM_LENGTH]


def claim_digest(code: str) -> str:
    """Return what is stored of a code: it finds the report and does not tell the code."""
    return _derived(code, b"qiying-claim").hex()


def claim_key(code: str) -> bytes:
    """Return the private key of a code, to which answers are sealed; nobody stores it."""
    return bytes(PrivateKey(_derived(code, b"qiying-reply")))


def claim_public(code: str) -> bytes:
    """Return the public half of a code's key."""
    return bytes(PrivateKey(claim_key(code)).public_key)


def _derived(code: str, purpose: bytes) -> bytes:
    return blake2b(claim_plain(code).encode(), digest_size=32, person=purpose, encoder=RawEncoder)


def wrap(private: bytes) -> tuple[bytes, bytes]:
    """Return a key that travels with the browser and the private key under it, for a short while at work."""
    key = random(SecretBox.KEY_SIZE)
    return key, bytes(SecretBox(key).encrypt(private))


def unwrap(wrapped: bytes, key: bytes) -> bytes:
    """Return the private key; raise `CannotOpen` when browser and session do not belong together."""
    try:
        return bytes(SecretBox(key).decrypt(wrapped))
    except (CryptoError, ValueError, TypeError):
        raise CannotOpen("请再输一次口令") from None
