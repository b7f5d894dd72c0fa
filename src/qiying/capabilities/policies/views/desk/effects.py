"""The panel of the simulation: how many, how much, by size, industry and town, who gains and who loses."""

from __future__ import annotations

from typing import Any

from qiying.capabilities.policies.models import Budget
from qiying.capabilities.policies.rules.table_words import Reading
from qiying.capabilities.policies.services.catalogue.simulating import Simulated, simulate
from qiying.capabilities.policies.views.desk.common import signed, wan
from qiying.ui.humanize import money_words

BAR_WIDTH = 96


def effect_of(district_id: int, reading: Reading, before: Reading | None) -> Simulated | None:
    """Return the simulation of a reading without mistakes."""
    if reading.compiled is None:
        return None
    return simulate(district_id, reading.compiled, before.compiled if before else None)


def sim_context(effect: Simulated | None, budget: Budget | None) -> dict[str, Any]:
    """Return what the panel of the simulation shows."""
    return {
        "sim": _sim(effect, budget) if effect else None,
        "winners": effect.winners if effect else (),
        "losers": effect.losers if effect else (),
    }


def _sim(effect: Simulated, budget: Budget | None) -> dict[str, Any]:
    after, before, total = effect.after, effect.before, effect.total or 1
    return {
        "effect": effect,
        "share": f"{after.eligible * 100 / total:.1f}",
        "money": wan(after.fen),
        "budget": _budget(budget, after.fen) if budget else None,
        "missing": "、".join(name for name, _ in effect.missing[:2]),
        "groups": [(name, _bars(group, before is not None)) for name, group in effect.groups],
        "sentence": _sentence(effect),
        "change": signed(effect.fen_change, f"{money_words(abs(effect.fen_change))}") if before else "",
    }


def _budget(budget: Budget, fen: int) -> dict[str, Any]:
    given = budget.appropriated_fen
    return {"given": wan(given), "share": f"{fen * 100 / given:.1f}" if given else "", "is_over": fen > given}


def _bars(bars: Any, compares: bool) -> list[dict[str, Any]]:
    """Each bar's width out of the group's widest, and where the version in force stood."""
    most = max([1, *(b.count for b in bars), *(b.before_count for b in bars)])
    highest = max([1, *(b.fen for b in bars), *(b.before_fen for b in bars)])
    found = []
    for bar in bars:
        more = bar.count - bar.before_count
        found.append(
            {
                "label": bar.label,
                "count": bar.count,
                "width": round(bar.count * BAR_WIDTH / most, 1),
                "tick": round(bar.before_count * BAR_WIDTH / most, 1) if compares else None,
                "change": signed(more, str(abs(more))) if compares else "",
                "money": wan(bar.fen),
                "fen_width": round(bar.fen * BAR_WIDTH / highest, 1),
                "fen_tick": round(bar.before_fen * BAR_WIDTH / highest, 1) if compares else None,
            }
        )
    return found


def _sentence(effect: Simulated) -> str:
    """The comparison with what is in force, in one sentence."""
    if effect.before is None:
        return ""
    parts = []
    if effect.gained:
        parts.append(f"多惠及 {effect.gained} 家")
    if effect.lost:
        parts.append(f"{effect.lost} 家不再符合")
    if effect.more:
        parts.append(f"{effect.more} 家比现在多拿")
    if effect.less:
        parts.append(f"{effect.less} 家比现在少拿")
    change = effect.fen_change
    money = f"一年{'多花' if change > 0 else '少花'} {money_words(abs(change))}" if change else "花的钱一样"
    return (
        "，".join([*parts, money]) + "。" if parts or change else "和在用的一版比，谁能享受、给多少都没变。"
    )
