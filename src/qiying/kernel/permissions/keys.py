"""Party keys: who somebody is, as text; visibility is a set of them."""

from typing import NamedTuple


class PartyKey(NamedTuple):
    """A parsed party key: kind `p`, `u` or `e` and the row's id."""

    kind: str
    id: int


def person_key(person_id: int) -> str:
    """Return the party key of a person."""
    return f"p:{person_id}"


def unit_key(unit_id: int) -> str:
    """Return the party key of a unit."""
    return f"u:{unit_id}"


def enterprise_key(enterprise_id: int) -> str:
    """Return the party key of an enterprise."""
    return f"e:{enterprise_id}"


def parse_key(key: str) -> PartyKey:
    """Return kind and id of a party key; raise `ValueError` on anything else."""
    kind, colon, number = key.partition(":")
    if kind not in {"p", "u", "e"} or not colon or not (number.isascii() and number.isdigit()):
        raise ValueError(f"{key!r} 不是当事方编码，应为 p:人、u:单位 或 e:企业")
    return PartyKey(kind, int(number))
