"""Digests of text. SM3 (GB/T 32905-2016) is the default; every stored hash names its algorithm beside it."""

import hashlib
from collections.abc import Callable
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes

ALGORITHM = "sm3"


@cache
def _empty_sm3() -> Any:
    return hashlib.new("sm3")


def sm3_openssl(data: bytes) -> str:
    """Return SM3 as hex by the OpenSSL that Python is built with; raise `ValueError` where it has none."""
    state = _empty_sm3().copy()  # looking the algorithm up by its name costs as much as a short text's digest
    state.update(data)
    found: str = state.hexdigest()
    return found


def sm3_cryptography(data: bytes) -> str:
    """Return SM3 as hex by the library `cryptography`, which brings its own OpenSSL."""
    h = hashes.Hash(hashes.SM3())
    h.update(data)
    return h.finalize().hex()


def _sm3() -> Callable[[bytes], str]:
    try:
        sm3_openssl(b"")
    except ValueError:
        return sm3_cryptography
    return sm3_openssl


_ALGORITHMS: dict[str, Callable[[bytes], str]] = {
    "sm3": _sm3(),
    "sha256": lambda data: hashlib.sha256(data).hexdigest(),
}


def digest(text: str, algorithm: str = ALGORITHM) -> str:
    """Return the digest of UTF-8 text as 64 hex digits; raise `ValueError` on an unknown algorithm."""
    try:
        function = _ALGORITHMS[algorithm]
    except KeyError:
        raise ValueError(f"不认识的摘要算法 {algorithm!r}，只认 {'、'.join(_ALGORITHMS)}") from None
    return function(text.encode())


def link(prev_hash: str, text: str, algorithm: str = ALGORITHM) -> str:
    """Return the hash that chains `text` to the row before it; the first row has `prev_hash` empty."""
    return digest(f"{prev_hash}\n{text}", algorithm)
