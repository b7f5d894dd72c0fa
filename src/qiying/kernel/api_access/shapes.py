"""What callers send: a body is one JSON object, days and instants are written as ISO 8601 says, never as numbers."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import BeforeValidator, model_validator
from pydantic_core import PydanticCustomError

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*")


def _day(value: Any) -> Any:
    """Refuse what is no written day: pydantic would read 0 as the first of January 1970."""
    if isinstance(value, date) or (isinstance(value, str) and _DAY.fullmatch(value)):
        return value
    raise PydanticCustomError("date_parsing", "日期写成 2026-02-13 这样")


def _instant(value: Any) -> Any:
    if isinstance(value, datetime) or (isinstance(value, str) and _INSTANT.fullmatch(value)):
        return value
    raise PydanticCustomError("datetime_parsing", "时间写成 2026-02-13T09:00:00+08:00 这样")


Day = Annotated[date, BeforeValidator(_day)]
Instant = Annotated[datetime, BeforeValidator(_instant)]


class Body(Schema):
    """The body of a write; a list, a word or nothing at all is refused, not read as an empty object."""

    @model_validator(mode="before")
    @classmethod
    def _is_object(cls, values: Any) -> Any:
        if not isinstance(getattr(values, "_obj", values), dict):
            raise PydanticCustomError("dict_type", "应为对象")
        return values
