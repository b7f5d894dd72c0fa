"""The streams of an OLE2 file, the container of .xls and of workbooks locked with a password."""

from __future__ import annotations

import struct

from qiying.kernel.tables.files.zipped import BROKEN
from qiying.kernel.tables.grid import UnreadableSheet

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = 0xFFFFFFFA  # this and above are not sectors


def ole_streams(content: bytes) -> dict[str, bytes]:
    """Return every stream by its name; raise `UnreadableSheet` on a broken file."""
    try:
        return _streams(content)
    except (struct.error, IndexError, UnicodeDecodeError, ValueError):
        raise UnreadableSheet(BROKEN) from None


def _streams(content: bytes) -> dict[str, bytes]:
    shift, mini_shift = struct.unpack_from("<HH", content, 30)
    if not (7 <= shift <= 16 and 4 <= mini_shift <= shift):
        raise ValueError("sector size")
    size, mini_size = 1 << shift, 1 << mini_shift
    root, cutoff, mini_start = struct.unpack_from("<I4xII", content, 48)
    most = len(content) // size + 1

    def sector(number: int) -> bytes:
        return content[(number + 1) * size : (number + 2) * size]

    def words(data: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])

    tables = list(struct.unpack_from("<109I", content, 76))
    more, seen = struct.unpack_from("<I", content, 68)[0], 0
    while more < _END and seen <= most:
        found = words(sector(more))
        tables += found[:-1]
        more, seen = found[-1], seen + 1
    fat: list[int] = [w for t in tables if t < _END for w in words(sector(t))]

    def chain(start: int, next_of: list[int]) -> list[int]:
        found: list[int] = []
        while start < _END and start < len(next_of) and len(found) <= most * (size // mini_size):
            found.append(start)
            start = next_of[start]
        return found

    def stream(start: int) -> bytes:
        return b"".join(sector(n) for n in chain(start, fat)[: most + 1])

    entries = stream(root)
    mini_fat = list(words(stream(mini_start)))
    streams: dict[str, bytes] = {}
    mini = b""
    for at in range(0, len(entries) - 127, 128):
        length, kind = struct.unpack_from("<HB", entries, at + 64)
        start, total = struct.unpack_from("<II", entries, at + 116)
        name = entries[at : at + max(length - 2, 0)].decode("utf-16-le")
        if kind == 5:
            mini = stream(start)
        elif kind == 2 and total >= cutoff:
            streams[name] = stream(start)[:total]
        elif kind == 2:
            pieces = (mini[n * mini_size : (n + 1) * mini_size] for n in chain(start, mini_fat))
            streams[name] = b"".join(pieces)[:total]
    return streams
