"""Dates, money, rates and counts as a person would say them. Pure: today and now are arguments."""

import re
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")
WEEKDAYS = "一二三四五六日"
_ISO_DAY = re.compile(r"(?<![\d-])(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?![\d-])")
GROUPED_FROM = 10_000
NEAR = {-2: "前天", -1: "昨天", 0: "今天", 1: "明天", 2: "后天"}


def weekday_words(day: date) -> str:
    """Return 周一 … 周日."""
    return "周" + WEEKDAYS[day.weekday()]


def date_words(day: date, today: date) -> str:
    """Return the date without its weekday, the year only when it is not this one: 11月25日, 2027年1月4日."""
    year = "" if day.year == today.year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日"


def days_said(text: str) -> str:
    """Say the days that a stored text has as 2026-11-25 the way a person reads them: 2026年11月25日."""
    return _ISO_DAY.sub(lambda m: f"{m[1]}年{int(m[2])}月{int(m[3])}日", text) if "-" in text else text


def number_said(value: int | Decimal) -> str:
    """Return a number in groups of three from ten thousand on: 250,000; a year stays whole."""
    return f"{value}" if -GROUPED_FROM < value < GROUPED_FROM else f"{value:,}"


def day_words(day: date | None, today: date) -> str:
    """Return 今天, 明天, 后天（周五）, 11月25日（周三） or 2027年1月4日（周一）; empty for None."""
    if day is None:
        return ""
    offset = (day - today).days
    if -1 <= offset <= 1:
        return NEAR[offset]
    name = NEAR.get(offset) or date_words(day, today)
    return f"{name}（{weekday_words(day)}）"


def day_dated_words(day: date | None, today: date) -> str:
    """Return the day with its date said once: 后天（11月20日 周五）; far days as `day_words`."""
    if day is None:
        return ""
    name = NEAR.get((day - today).days)
    if name is None:
        return day_words(day, today)
    return f"{name}（{date_words(day, today)} {weekday_words(day)}）"


def moment_words(moment: datetime | None, now: datetime) -> str:
    """Return 今天 10:30, 昨天 15:08, 11月16日 14:02 or 2025年11月16日 14:02 in Beijing time; empty for None.

    Raises ValueError for a naive datetime.
    """
    if moment is None:
        return ""
    if moment.tzinfo is None or now.tzinfo is None:
        raise ValueError("moment_words needs aware datetimes")
    local, today = moment.astimezone(LOCAL), now.astimezone(LOCAL).date()
    offset = (local.date() - today).days
    day = NEAR[offset] if -1 <= offset <= 1 else date_words(local.date(), today)
    return f"{day} {local.hour}:{local.minute:02d}"


def workdays_left_words(left: int | None) -> str:
    """Return 还剩 2 个工作日, 今天到期 or 已超期 3 个工作日 for a number of workdays; 还不知道 for None."""
    if left is None:
        return "还不知道"
    if left == 0:
        return "今天到期"
    return f"还剩 {left:,} 个工作日" if left > 0 else f"已超期 {-left:,} 个工作日"


def _rounded(value: Decimal, places: str) -> Decimal:
    return value.quantize(Decimal(places), ROUND_HALF_UP)


def _plain(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money_words(fen: int | None) -> str:
    """Return an amount to read, from fen (分): 36.8 万元, 1.2 亿元, 3,126 元; empty for None."""
    if fen is None:
        return ""
    yuan = Decimal(fen) / 100
    size = abs(yuan)
    if _rounded(size / 10_000, "0.1") >= 10_000:
        return f"{_plain(_rounded(yuan / 100_000_000, '0.01'))} 亿元"
    if size >= 10_000:
        return f"{_plain(_rounded(yuan / 10_000, '0.1'))} 万元"
    return f"{_plain(_rounded(yuan, '0.01'))} 元"


def money_exact_words(fen: int | None) -> str:
    """Return an amount to pay, from fen: 367,950.00 元; empty for None."""
    return "" if fen is None else f"{Decimal(fen) / 100:,.2f} 元"


def percent_words(part: int, whole: int) -> str:
    """Return 94.1%, rounded half up; — when the denominator is zero."""
    return "—" if whole == 0 else f"{_rounded(Decimal(part) * 100 / whole, '0.1')}%"


def rate_words(part: int, whole: int) -> str:
    """Return a rate with its denominator: 94.1%（608 / 646）; 还没有 when there is nothing to divide by."""
    return "还没有（0 件）" if whole == 0 else f"{percent_words(part, whole)}（{part:,} / {whole:,}）"


def points_words(now_rate: float | None, before_rate: float | None) -> str:
    """Return the difference of two rates (0 to 1): 升 1.5 点, 降 0.3 点, 没变; empty if one is missing."""
    if now_rate is None or before_rate is None:
        return ""
    points = _rounded(Decimal(str(now_rate)) * 100, "0.1") - _rounded(Decimal(str(before_rate)) * 100, "0.1")
    if points == 0:
        return "没变"
    return f"{'升' if points > 0 else '降'} {abs(points)} 点"


def bytes_words(size: int | None) -> str:
    """Return a file size: 820 B, 86 KB, 2.1 MB; empty for None."""
    if size is None:
        return ""
    if size < 1024:
        return f"{size} B"
    if size < 1024 * 1024 - 512:
        return f"{_rounded(Decimal(size) / 1024, '1')} KB"
    return f"{_plain(_rounded(Decimal(size) / 1024 / 1024, '0.1'))} MB"


def phone_mask(number: str | None) -> str:
    """Return a phone number with its middle hidden: 138****2207; other lengths keep the last two digits."""
    text = (number or "").strip()
    if len(text) == 11:
        return f"{text[:3]}****{text[-4:]}"
    return "" if not text else "*" * max(len(text) - 2, 1) + text[-2:]


def count_words(count: int | None, cap: int = 1000) -> str:
    """Return an exact count up to `cap`, beyond it 1000+; empty for None."""
    if count is None:
        return ""
    return f"{cap}+" if count > cap else f"{count:,}"


def duration_words(span: timedelta | None) -> str:
    """Return how long something took, for calendar time: 6 分钟, 3 小时, 2 天; empty for None."""
    if span is None:
        return ""
    minutes = int(span.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} 分钟"
    return f"{minutes // 60} 小时" if minutes < 48 * 60 else f"{minutes // 1440} 天"


def greeting(now: datetime) -> str:
    """Return 早上好, 上午好, 中午好, 下午好 or 晚上好 for the hour in Beijing."""
    hour = now.astimezone(LOCAL).hour
    for end, words in ((5, "晚上好"), (9, "早上好"), (11, "上午好"), (13, "中午好"), (18, "下午好")):
        if hour < end:
            return words
    return "晚上好"
