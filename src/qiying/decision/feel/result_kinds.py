"""Kinds of results: of built-in functions, of arithmetic, of members of temporal values."""

from __future__ import annotations

from .types import ANY, FeelType

_BY_KIND = {
    "boolean": "not all any is matches contains starts_with ends_with list_contains even odd before after "
    "meets met_by overlaps overlaps_before overlaps_after finishes finished_by includes during "
    "starts started_by coincides",
    "number": "number string_length count sum mean median stddev product decimal floor ceiling round_up "
    "round_down round_half_up round_half_down modulo sqrt log exp day_of_year week_of_year",
    "string": "string substring upper_case lower_case substring_before substring_after replace "
    "string_join day_of_week month_of_year",
    "date": "date today",
    "time": "time",
    "date and time": "date_and_time now",
    "years and months duration": "years_and_months_duration",
    "list": "sublist append concatenate insert_before remove reverse index_of union distinct_values "
    "flatten sort list_replace split mode get_entries",
    "context": "context context_put context_merge",
    "range": "range",
}
RESULT_KINDS = {name.replace("_", " "): kind for kind, names in _BY_KIND.items() for name in names.split()}
# Sums and means of durations are durations, so nothing is known of them without looking at the list.
for _name in ("sum", "mean"):
    RESULT_KINDS[_name] = "Any"

_DAYS, _MONTHS = "days and time duration", "years and months duration"
_DURATIONS = (_DAYS, _MONTHS)
_MOMENTS = ("date", "date and time")


def arithmetic_kind(operator: str, left: str, right: str) -> str | None:
    """The kind of `left operator right`; None when it cannot be computed, Any when a side is not known."""
    kinds = {left, right}
    if kinds & {"Any", "Null"}:
        return "number" if kinds == {"Any", "number"} and operator in ("/", "**") else "Any"
    if kinds == {"number"}:
        return "number"
    match operator:
        case "+":
            return _sum(left, right)
        case "-":
            if (left in _MOMENTS and right in _MOMENTS) or kinds == {"time"}:
                return _DAYS
            return _sum(left, right) if right in _DURATIONS and left != "string" else None
        case "*":
            durations = [kind for kind in (left, right) if kind in _DURATIONS]
            return durations[0] if len(durations) == 1 and "number" in kinds else None
        case "/":
            if left in _DURATIONS and right == "number":
                return left
            return "number" if left in _DURATIONS and left == right else None
    return None


def _sum(left: str, right: str) -> str | None:
    if left == right and (left == "string" or left in _DURATIONS):
        return left
    if left in _DURATIONS:
        left, right = right, left
    if left in _MOMENTS and right in _DURATIONS:
        return left
    return left if left == "time" and right == _DAYS else None


_MEMBERS = {
    **dict.fromkeys(("year", "month", "day", "weekday", "hour", "minute", "second"), "number"),
    **dict.fromkeys(("years", "months", "days", "hours", "minutes", "seconds"), "number"),
    "time offset": _DAYS,
    "timezone": "string",
    "start included": "boolean",
    "end included": "boolean",
}


def property_kind(kind: str, member: str) -> FeelType:
    """The type of a member of a temporal value or range."""
    if kind in (*_MOMENTS, "time", *_DURATIONS, "range") and member in _MEMBERS:
        return FeelType(_MEMBERS[member])
    return ANY
