"""What an enterprise may be burdened with by visits (国务院令第722号 art. 48), as pure arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


def quarter_of(on: date) -> tuple[date, date]:
    """Return the first and the last day of the quarter of a day.

    >>> quarter_of(date(2026, 11, 29))
    (datetime.date(2026, 10, 1), datetime.date(2026, 12, 31))
    """
    first = date(on.year, (on.month - 1) // 3 * 3 + 1, 1)
    after = date(on.year + first.month // 10, (first.month + 2) % 12 + 1, 1)
    return first, after - timedelta(days=1)


def day_fault(on: date, today: date) -> str:
    """Say why nobody can be visited on a day.

    >>> day_fault(date(9999, 12, 31), date(2026, 11, 29))
    '最远约到一年以后'
    """
    if on < today:
        return "走访的日子已经过了，写今天或以后"
    return "最远约到一年以后" if (on - today).days > 366 else ""


@dataclass(frozen=True)
class Burden:
    """What an enterprise has on its calendar already when somebody wants to come on a day.

    `counted` are visits of all units in the quarter, planned and made; `cap` is how many there may be; `own` is a
    visit that the asking unit already takes part in, `other` one of another unit close enough to go along with.
    """

    counted: int
    cap: int
    is_opted_out: bool = False
    own: int | None = None
    other: int | None = None


@dataclass(frozen=True)
class Verdict:
    """What becomes of a wish to visit: `new`, `join` (go along with `visit_id`) or `refused`, and why."""

    code: str
    words: str = ""
    visit_id: int | None = None
    needs_reason: bool = False


def judge(burden: Burden, reason: str = "") -> Verdict:
    """Return what becomes of a wish to visit; a reason exceeds the cap or goes apart, an opt-out nothing exceeds.

    >>> judge(Burden(counted=2, cap=2)).words
    '本季度各单位已经安排了 2 次，到了上限 2 次；确实要去的，写明理由'
    >>> judge(Burden(counted=2, cap=2), "企业请我们去").code, judge(Burden(1, 2, other=7)).code
    ('new', 'join')
    """
    if burden.is_opted_out:
        return Verdict("refused", "企业谢绝走访，不能安排；它自己来找时再去")
    if burden.own is not None:
        return Verdict("refused", "本单位已经约了这一家，不要再约一次", burden.own)
    if burden.other is not None and not reason:
        return Verdict("join", "别的单位也约了这一家，一起去", burden.other)
    if burden.counted >= burden.cap and not reason:
        words = f"本季度各单位已经安排了 {burden.counted} 次，到了上限 {burden.cap} 次；确实要去的，写明理由"
        return Verdict("refused", words, needs_reason=True)
    return Verdict("new", f"超出上限，理由：{reason}" if burden.counted >= burden.cap else "")
