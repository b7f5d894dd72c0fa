"""Write `workdays/<year>.yaml` and `workdays/festivals.yaml` from the development packages.

`chinesecalendar` gives the days, `holidays` is asked the same question for every day; a difference stops
the script unless it is listed in `SETTLED`. Run it by hand when either package carries a new notice:
`python src/qiying/statutes/data/generate_workdays.py`. The product never imports these packages.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import holidays
from chinese_calendar import constants

FIRST, LAST = 2004, 2026
FESTIVALS_TO = 2046
OUT = Path(__file__).parent / "workdays"
ONE_DAY = timedelta(days=1)

NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
    "Anti-Fascist 70th Day": "抗战胜利70周年纪念日",
}

# Number and date as quoted by two independent public copies of the gov.cn pages; before 2008 none was found.
NOTICES = {
    2008: ("国办发明电〔2007〕52号", date(2007, 12, 15)),
    2009: ("国办发明电〔2008〕42号", date(2008, 12, 4)),
    2010: ("国办发明电〔2009〕27号", date(2009, 12, 8)),
    2011: ("国办发明电〔2010〕40号", date(2010, 12, 10)),
    2012: ("国办发明电〔2011〕45号", date(2011, 12, 6)),
    2013: ("国办发明电〔2012〕33号", date(2012, 12, 8)),
    2014: ("国办发明电〔2013〕28号", date(2013, 12, 11)),
    2015: ("国办发明电〔2014〕28号", date(2014, 12, 16)),
    2016: ("国办发明电〔2015〕18号", date(2015, 12, 10)),
    2017: ("国办发明电〔2016〕17号", date(2016, 12, 1)),
    2018: ("国办发明电〔2017〕12号", date(2017, 11, 30)),
    2019: ("国办发明电〔2018〕15号", date(2018, 12, 4)),
    2020: ("国办发明电〔2019〕16号", date(2019, 11, 21)),
    2021: ("国办发明电〔2020〕27号", date(2020, 11, 25)),
    2022: ("国办发明电〔2021〕11号", date(2021, 10, 25)),
    2023: ("国办发明电〔2022〕16号", date(2022, 12, 8)),
    2024: ("国办发明电〔2023〕7号", date(2023, 10, 25)),
    2025: ("国办发明电〔2024〕12号", date(2024, 11, 12)),
    2026: ("国办发明电〔2025〕7号", date(2025, 11, 4)),
}
CHANGES = {
    2015: "国发明电〔2015〕1号：9月3日至5日放假，9月6日（周日）上班",
    2019: "国办发明电〔2019〕3号：劳动节改为5月1日至4日放假，4月28日、5月5日上班",
    2020: "国办发明电〔2020〕1号：春节假期延长至2月2日",
}
# The one day the two packages disagree on. The 2006 arrangement moved this Saturday to 3 January 2006.
SETTLED = {date(2005, 12, 31): True}


def check_that_both_packages_agree() -> None:
    """Raise `SystemExit` naming the first day on which the two packages differ."""
    other = holidays.country_holidays("CN", years=range(FIRST, LAST + 1))
    day = date(FIRST, 1, 1)
    while day <= date(LAST, 12, 31):
        if day not in SETTLED and chinese_calendar.is_workday(day) != other.is_working_day(day):
            raise SystemExit(f"{day}: chinesecalendar and holidays disagree; read the notice and settle it")
        day += ONE_DAY


def runs() -> list[list[date]]:
    """Return the days off as runs of consecutive days; a plain weekend between two days off joins them."""
    out: list[list[date]] = []
    for day in sorted(constants.holidays):
        if out and all(chinese_calendar.is_holiday(gap) for gap in between(out[-1][-1], day)):
            out[-1] += [*between(out[-1][-1], day), day]
        else:
            out.append([day])
    return out


def between(a: date, b: date) -> list[date]:
    """Return the days strictly between two days."""
    return [a + timedelta(days=i) for i in range(1, (b - a).days)]


def name_of(run: list[date], festivals: dict[date, str]) -> str:
    """Return the holiday's name; two festivals in one run are both named, as the notices do."""
    names = [NAMES[constants.holidays[day]] for day in run if day in constants.holidays]
    names += [festivals[day] for day in run if day in festivals and day.year >= 2008]
    return "、".join(dict.fromkeys(names))


def festivals_of(years: range) -> dict[date, str]:
    """Return the days that follow the moon or the sun: 春节 (初一), 清明节, 端午节, 中秋节."""
    wanted = {
        "Chinese New Year (Spring Festival)": "春节",
        "Tomb-Sweeping Day": "清明节",
        "Dragon Boat Festival": "端午节",
        "Mid-Autumn Festival": "中秋节",
    }
    found: dict[date, str] = {}
    seen: set[tuple[int, str]] = set()
    for day, label in sorted(holidays.country_holidays("CN", years=years, observed=False).items()):
        for part in label.split("; "):
            if part in wanted and (day.year, part) not in seen:
                seen.add((day.year, part))
                found[day] = wanted[part]
    return found


def write_year(year: int, blocks: list[tuple[str, date, date]], makeups: list[tuple[date, str]]) -> None:
    """Write one year's file."""
    number, published = NOTICES.get(year, (None, None))
    confidence = "public_copy" if number else "packages_only"
    lines = [
        f"# {year} 年放假和调休安排。由 generate_workdays.py 写出。",
        f"year: {year}",
        "notice:",
        f"  title: 国务院办公厅关于{year}年部分节假日安排的通知",
        f"  number: {number or 'null'}",
        f"  published_on: {published or 'null'}",
        *([f"  changed_by: {CHANGES[year]}"] if year in CHANGES else []),
        *([] if number else ["  note: 没有查到文号，不编造"]),
        "source: chinesecalendar 1.11.0 与 holidays 0.109 逐日核对；2008 年起文号据中国政府网公开转载",
        f"confidence: {confidence}",
    ]
    if year == 2006:
        lines.append("note: 2005-12-31（周六）两个数据包不一致，按 2006 年安排取上班")
    lines.append("days_off:")
    lines += [f"  - {{name: {name}, from: {first}, to: {last}}}" for name, first, last in blocks]
    lines.append("makeup_workdays:")
    lines += [f"  - {{date: {on}, for: {name}}}" for on, name in makeups]
    (OUT / f"{year}.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Write every file; a run that ends in the next year belongs to that year's notice."""
    check_that_both_packages_agree()
    festivals = festivals_of(range(FIRST, LAST + 1))
    blocks: dict[int, list[tuple[str, date, date]]] = {year: [] for year in range(FIRST, LAST + 1)}
    for run in runs():
        blocks[run[-1].year if run[-1].month < 12 else run[-1].year + 1].append(
            (name_of(run, festivals), run[0], run[-1])
        )
    makeups: dict[int, list[tuple[date, str]]] = {year: [] for year in range(FIRST, LAST + 1)}
    worked = {day: NAMES[name] for day, name in constants.workdays.items()}
    worked |= {day: "元旦" for day, is_worked in SETTLED.items() if is_worked}
    for day, name in sorted(worked.items()):
        if day.weekday() >= 5:
            makeups[day.year + 1 if day.month == 12 else day.year].append((day, name))
    for year in blocks:
        write_year(year, blocks[year], makeups[year])
    ahead = festivals_of(range(LAST + 1, FESTIVALS_TO + 1))
    head = (
        "# 还没有放假通知的年份里，按农历和节气推算的节日（holidays 0.109，非官方），只用于暂定日期。\n"
        "# 元旦、劳动节、国庆节是公历固定日，不在这里；调休一律不知道。\n"
    )
    body = "".join(f"- {{date: {day}, name: {name}}}\n" for day, name in sorted(ahead.items()))
    (OUT / "festivals.yaml").write_text(head + body, encoding="utf-8")


if __name__ == "__main__":
    main()
