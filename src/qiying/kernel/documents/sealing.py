"""Encryption of one content with its own key: SM4-GCM where OpenSSL has it, else AES-256-GCM."""

import hashlib
import os
from functools import cache
from typing import NamedTuple

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SM4 = "SM4-GCM"
AES = "AES-256-GCM"
_NONCE_BYTES = 12
_TAG_BYTES = 16
_KEY_BYTES = {SM4: 16, AES: 32}


class BrokenBlob(Exception):
    """The stored bytes were changed, cut off, or belong to another document."""


class Sealed(NamedTuple):
    """An encrypted content with what opens it and what proves it."""

    blob: bytes
    algorithm: str
    key: bytes
    salt: bytes
    commitment: str


@cache
def default_algorithm() -> str:
    """Return the algorithm new documents get on this machine."""
    try:
        Cipher(algorithms.SM4(bytes(16)), modes.GCM(bytes(_NONCE_BYTES))).encryptor()
    except UnsupportedAlgorithm:
        return AES
    return SM4


def seal(content: bytes, blob_name: str, algorithm: str | None = None) -> Sealed:
    """Encrypt under a new key, bound to `blob_name`, so that blobs cannot be exchanged for one another."""
    algorithm = algorithm or default_algorithm()
    key, salt, nonce = os.urandom(_KEY_BYTES[algorithm]), os.urandom(16), os.urandom(_NONCE_BYTES)
    if algorithm == AES:
        body = AESGCM(key).encrypt(nonce, content, blob_name.encode())
    else:
        encryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(blob_name.encode())
        body = encryptor.update(content) + encryptor.finalize() + encryptor.tag
    return Sealed(nonce + body, algorithm, key, salt, commitment(content, salt))


def unseal(blob: bytes, blob_name: str, algorithm: str, key: bytes) -> bytes:
    """Return the content; raise `BrokenBlob` when one bit of blob, name or key differs."""
    nonce, body = blob[:_NONCE_BYTES], blob[_NONCE_BYTES:]
    if len(body) < _TAG_BYTES:
        raise BrokenBlob(blob_name)
    try:
        if algorithm == AES:
            return AESGCM(key).decrypt(nonce, body, blob_name.encode())
        mode = modes.GCM(nonce, body[-_TAG_BYTES:])
        decryptor = Cipher(algorithms.SM4(key), mode).decryptor()
        decryptor.authenticate_additional_data(blob_name.encode())
        return decryptor.update(body[:-_TAG_BYTES]) + decryptor.finalize()
    except InvalidTag:
        raise BrokenBlob(blob_name) from None


def commitment(content: bytes, salt: bytes) -> str:
    """Return `sha256:<hex>` of salt and content."""
    return "sha256:" + hashlib.sha256(salt + content).hexdigest()
