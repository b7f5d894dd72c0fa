"""Places of publication as people write them: “信用中国 2026-05-01、信用浙江”."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

_BETWEEN = re.compile(r"[、,，;；\n]+")
_DAY = re.compile(r"(\d{4})\s*[-年./]\s*(\d{1,2})\s*[-月./]\s*(\d{1,2})\s*日?")
NAME_MOST, PLACES_MOST = 40, 20


class Place(NamedTuple):
    """A place and since when a record stands there."""

    name: str
    on: date


def places_read(text: str, otherwise: date) -> list[Place]:
    """Return the places of a text, each with its day or the record's; raise `ValueError` with the reason.

    >>> [(p.name, str(p.on)) for p in places_read("信用中国 2026-05-01；信用浙江", date(2026, 5, 3))]
    [('信用中国', '2026-05-01'), ('信用浙江', '2026-05-03')]
    """
    found: dict[str, Place] = {}
    for part in filter(None, (p.strip() for p in _BETWEEN.split(text))):
        named = _DAY.search(part)
        on = otherwise
        if named is not None:
            try:
                on = date(*(int(n) for n in named.groups()))
            except ValueError:
                raise ValueError(f"“{part[:30]}”里的日期不对") from None
        name = _DAY.sub("", part).strip(" ：:（）()")
        if not name or len(name) > NAME_MOST:
            raise ValueError(f"“{part[:30]}”要写清楚是哪里，最多 {NAME_MOST} 个字")
        found[name] = Place(name, on)
    if len(found) > PLACES_MOST:
        raise ValueError(f"最多写 {PLACES_MOST} 处")
    return list(found.values())
