"""One text for one value (RFC 8785), so a hash does not depend on who wrote it."""

from typing import Any

import rfc8785


def canonical(data: Any) -> str:
    """Return the RFC 8785 text of JSON data.

    Raises `ValueError` on what JSON or the RFC cannot hold: dates, sets, NaN, integers beyond ±(2**53 − 1),
    lone surrogates, keys that are not text.
    """
    try:
        return rfc8785.dumps(data).decode()
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, TypeError) as error:
        raise ValueError(f"不能写成规范 JSON：{error}。日期和金额请先转成文本或整数") from error
