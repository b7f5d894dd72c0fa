"""Party keys: who somebody is, as text; visibility is a set of them."""


def person_key(person_id: int) -> str:
    """Return the party key of a person."""
    return f"p:{person_id}"


def unit_key(unit_id: int) -> str:
    """Return the party key of a unit."""
    return f"u:{unit_id}"


def enterprise_key(enterprise_id: int) -> str:
    """Return the party key of an enterprise."""
    return f"e:{enterprise_id}"
