"""Where penalties stand: navigation, beside their cases, in the words the enterprise reads."""

from __future__ import annotations

from datetime import date

from qiying.capabilities.penalties.rules.law import GRADES, LIGHT
from qiying.capabilities.penalties.selectors import penalty_of
from qiying.capabilities.penalties.services.punishing import PenaltyExtras, penalty_words
from qiying.capabilities.penalties.services.three_papers import REMEDY
from qiying.kernel.cases.faces.asker import AskerAct, AskerFace, asker_face
from qiying.kernel.cases.faces.registry import case_panel
from qiying.kernel.cases.models import Case
from qiying.kernel.organisations.offers import Tile, offer_nav
from qiying.kernel.permissions.viewer import Viewer

SEES = ("inspector", "law_watcher", "leader", "liaison", "supervisor", "district_leader", "discipline")
offer_nav("penalties", "行政处罚", "penalties:penalties", SEES, 53, group="enforcement")


def panel(case: Case, viewer: Viewer, today: date) -> Tile | None:
    """Return the penalty beside its case: what was decided, one receipt, when it can be repaired."""
    row = penalty_of(case)
    if row is None:
        return None
    known = PenaltyExtras.of(case)
    told = {
        "row": row,
        "what": penalty_words(row.kind, row.fine) if row.kind else row.lenient_by,
        "receipt": f"{row.papers} 份文书一份回证：{known.receipt}" if known.receipt else "",
        "advice": known.advice,
        "grade": GRADES.get(row.grade, ""),
        "remedy": REMEDY if row.served_on and row.kind not in LIGHT else "",
        "is_own": row.enterprise_id in viewer.enterprise_ids,
    }
    return Tile("penalties/_case.html", told)


case_panel("penalties", panel)
asker_face(
    "penalty",
    AskerFace(
        acts={
            "sign": AskerAct(
                "文书在下面的文件里，看过请签收",
                "一次签收全部文书",
                why="签收不等于认可，期限从签收那天起算。",
                done="签收了，一份回证管全部文书。",
            ),
            "defend": AskerAct("有话要说：陈述、申辩", "说好了", done="说的记下了，决定前要看。"),
            "ask_hearing": AskerAct("要求听证", "要求听证", done="要求收到了，会提前通知您哪天开。"),
        },
        turn_words={"serving": "等您签收"},
    ),
)
