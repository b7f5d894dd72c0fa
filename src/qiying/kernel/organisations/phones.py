"""Mobile numbers as people type them, and as others may see them."""

import re
import unicodedata

_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0[0-9]{9,11}|[0-9]{7,8}|[48]00[0-9]{7}|\+[0-9]{7,15}")


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


def reachable(value: str) -> str:
    """Return a number, mobile or not, as it is dialled; raise `ValueError` with the words for one that cannot be."""
    digits = normalise_phone(value)
    if digits and not is_mobile(digits) and not _LANDLINE.fullmatch(digits):
        of_mobile = phone_problem(digits) if digits.startswith("1") else None
        raise ValueError(of_mobile or "电话号码不对：手机 11 位，座机 7、8 位或者带区号，请核对后再填")
    return digits


def mask_phone(text: str) -> str:
    """Return a number with its middle hidden, as in 138****5678; short numbers keep their last two digits."""
    if len(text) >= 11:
        return f"{text[:3]}****{text[-4:]}"
    return "*" * max(len(text) - 2, 0) + text[-2:]
