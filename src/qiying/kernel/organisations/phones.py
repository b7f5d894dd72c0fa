"""Mobile numbers as people type them, and as others may see them."""

import re
import unicodedata

_MOBILE = re.compile(r"1[3-9]\d{9}")


def normalise_phone(text: str) -> str:
    """Return a number without the spaces, dashes, +86 and full-width digits people type."""
    plain = re.sub(r"[\s\-()]+", "", unicodedata.normalize("NFKC", text))
    return re.sub(r"^(\+86|0086|86(?=1\d{10}$))", "", plain)


def is_mobile(text: str) -> bool:
    """Tell whether a normalised number is a mainland mobile number."""
    return _MOBILE.fullmatch(text) is not None and text.isascii()


def phone_problem(text: str) -> str | None:
    """Return why a normalised number cannot be reached, in words, or `None`."""
    if is_mobile(text):
        return None
    digits = sum(c.isdigit() for c in text)
    if digits != 11:
        return f"手机号应是 11 位，现在是 {digits} 位"
    return "手机号要以 13 到 19 开头"


def mask_phone(text: str) -> str:
    """Return a number with its middle hidden, as in 138****5678; short numbers keep their last two digits."""
    if len(text) >= 11:
        return f"{text[:3]}****{text[-4:]}"
    return "*" * max(len(text) - 2, 0) + text[-2:]
