"""Errors of the statutes: their text is Chinese, for the person who typed the value."""

from __future__ import annotations


class CalendarRangeError(ValueError):
    """A date lies outside the days the calendar knows."""


class YearFileError(ValueError):
    """A year file of days off cannot be used; `problems` lists every reason."""

    def __init__(self, name: str, problems: list[str]) -> None:
        self.name = name
        self.problems = tuple(problems)
        super().__init__(
            f"放假安排文件 {name} 不能用：" + "；".join(problems) + "。改好后重新上传，现在的日历没有变。"
        )
