"""One file per year of days off and make-up workdays, read and checked; the source of every `Calendar`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from qiying.statutes.errors import YearFileError

CONFIDENCES = ("notice", "public_copy", "packages_only", "user")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast where libyaml is there
_FIXED_HOLIDAYS = ((1, 1), (5, 1), (10, 1), (10, 2), (10, 3))
_SINCE_2008 = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")


@dataclass(frozen=True)
class DaysOff:
    """A run of days off, both ends included."""

    name: str
    first: date
    last: date

    def days(self) -> Iterator[date]:
        """Yield every day of the run."""
        for i in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=i)


@dataclass(frozen=True)
class Makeup:
    """A Saturday or Sunday that is worked in exchange for a day off (调休)."""

    on: date
    name: str


@dataclass(frozen=True)
class YearFile:
    """One year's arrangement, with the State Council's notice it follows.

    `notice_number` is None where the number is not known. Days of the previous December belong to the file
    whose notice names them (元旦 2023 starts on 2022-12-31).
    """

    year: int
    days_off: tuple[DaysOff, ...]
    makeups: tuple[Makeup, ...]
    notice_title: str = ""
    notice_number: str | None = None
    published_on: date | None = None
    changed_by: str = ""
    source: str = ""
    confidence: str = "user"

    def canonical(self) -> str:
        """Return the arrangement as text; calendar versions are hashed from it."""
        off = ",".join(f"{b.name}{b.first}~{b.last}" for b in self.days_off)
        return f"{self.year}|{off}|" + ",".join(f"{m.on}{m.name}" for m in self.makeups)


def parse_year_file(text: str, name: str = "上传的文件") -> YearFile:
    """Read one year file from YAML text.

    Raises `YearFileError` with every problem found, in Chinese.
    """
    try:
        raw = yaml.load(text, Loader=_LOADER)  # noqa: S506
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"第 {mark.line + 1} 行" if mark is not None else ""
        raise YearFileError(name, [f"{where}不是正确的 YAML，请检查缩进和冒号"]) from error
    if not isinstance(raw, dict):
        raise YearFileError(name, ["开头要有 year、days_off、makeup_workdays 三项"])
    return _build(raw, name)


def load_year_file(path: Path) -> YearFile:
    """Read and check a year file on disk, such as the one for 2027 when its notice is out."""
    return parse_year_file(path.read_text(encoding="utf-8"), path.name)


@cache
def packaged_years() -> tuple[YearFile, ...]:
    """Return the packaged years in order."""
    folder = files("qiying.statutes") / "data" / "workdays"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name[:4].isdigit())
    return tuple(parse_year_file((folder / name).read_text(encoding="utf-8"), name) for name in names)


@cache
def festivals_ahead() -> Mapping[date, str]:
    """Return 春节 (初一), 清明节, 端午节, 中秋节 of years without a notice, unofficially."""
    text = (files("qiying.statutes") / "data" / "workdays" / "festivals.yaml").read_text(encoding="utf-8")
    rows = yaml.load(text, Loader=_LOADER)  # noqa: S506
    return {row["date"]: row["name"] for row in rows}


def _build(raw: dict[str, Any], name: str) -> YearFile:
    problems: list[str] = []
    year = raw.get("year")
    if not isinstance(year, int) or not 1990 <= year <= 2100:
        raise YearFileError(name, [f"year 写的是“{year}”，要写四位年份，如 2027"])
    days_off = tuple(_days_off(row, problems) for row in _rows(raw, "days_off", problems))
    makeups = tuple(_makeup(row, problems) for row in _rows(raw, "makeup_workdays", problems))
    notice = raw.get("notice") or {}
    published = notice.get("published_on") if isinstance(notice, dict) else None
    if published is not None and not isinstance(published, date):
        problems.append(f"notice.published_on 写的是“{published}”，要写成 2026-11-04 这样的日期")
    if not isinstance(notice, dict):
        problems.append("notice 要有 title、number、published_on 三项")
    if raw.get("confidence", "user") not in CONFIDENCES:
        problems.append("confidence 只能是 " + "、".join(CONFIDENCES) + " 之一")
    if problems:
        raise YearFileError(name, problems)
    built = YearFile(
        year=year,
        days_off=days_off,
        makeups=makeups,
        notice_title=str(notice.get("title") or ""),
        notice_number=notice.get("number") or None,
        published_on=published,
        changed_by=str(notice.get("changed_by") or ""),
        source=str(raw.get("source") or ""),
        confidence=str(raw.get("confidence", "user")),
    )
    if problems := check_year(built):
        raise YearFileError(name, problems)
    return built


def _rows(raw: dict[str, Any], key: str, problems: list[str]) -> list[dict[str, Any]]:
    rows = raw.get(key)
    if rows is None and key == "makeup_workdays":
        return []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        problems.append(f"{key} 要写成一行一条的清单")
        return []
    return rows


def _days_off(row: dict[str, Any], problems: list[str]) -> DaysOff:
    first, last = row.get("from"), row.get("to")
    if type(first) is not date or type(last) is not date or not row.get("name"):
        problems.append(f"days_off 里有一条不完整：{row}。要有 name、from、to，日期写成 2027-02-05")
        first = last = date(2000, 1, 1)
    return DaysOff(str(row.get("name")), first, last)


def _makeup(row: dict[str, Any], problems: list[str]) -> Makeup:
    on = row.get("date")  # not `on`: YAML 1.1 reads that word as true
    if type(on) is not date:
        problems.append(f"makeup_workdays 里有一条不完整：{row}。要有 date、for，日期写成 2027-02-20")
        on = date(2000, 1, 1)
    return Makeup(on, str(row.get("for") or ""))


def check_year(year_file: YearFile) -> list[str]:
    """Return what is wrong with an arrangement, in Chinese; an empty list means usable."""
    year, problems = year_file.year, []
    earliest, latest = date(year - 1, 12, 20), date(year, 12, 31)
    seen: dict[date, str] = {}
    for block in year_file.days_off:
        if block.last < block.first:
            problems.append(f"{block.name}的结束日 {block.last} 早于开始日 {block.first}")
        elif block.first < earliest or block.last > latest:
            problems.append(f"{block.name}（{block.first} 至 {block.last}）不在 {year} 年的安排里")
        elif (block.last - block.first).days > 15:
            problems.append(f"{block.name}放假超过 16 天，请核对起止日期")
        else:
            problems += [f"{day} 同时写在{seen[day]}和{block.name}里" for day in block.days() if day in seen]
            seen.update(dict.fromkeys(block.days(), block.name))
    for makeup in year_file.makeups:
        if not earliest <= makeup.on <= latest:
            problems.append(f"调休上班日 {makeup.on} 不在 {year} 年的安排里")
        elif makeup.on.weekday() < 5:
            problems.append(f"调休上班日 {makeup.on} 是周一到周五，本来就上班")
        elif makeup.on in seen:
            problems.append(f"{makeup.on} 既写了{seen[makeup.on]}放假，又写了调休上班")
    if len({m.on for m in year_file.makeups}) < len(year_file.makeups):
        problems.append("makeup_workdays 里有重复的日期")
    return problems + _missing_holidays(year, year_file, seen)


def _missing_holidays(year: int, year_file: YearFile, seen: Mapping[date, str]) -> list[str]:
    problems = [
        f"{month}月{day}日是法定节假日，没有写进 days_off"
        for month, day in _FIXED_HOLIDAYS
        if date(year, month, day) not in seen
    ]
    if year >= 2008:
        names = "、".join(block.name for block in year_file.days_off)
        problems += [f"没有{holiday}" for holiday in _SINCE_2008 if holiday not in names]
    weekdays_off = sum(1 for day in seen if day.weekday() < 5)
    if len(year_file.makeups) > weekdays_off:
        problems.append("调休上班日比放假的工作日还多，请核对")
    return problems
