"""Where shared risk stands: navigation of the office and its partners, beside cases, in the firm's words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from qiying.capabilities.risk_sharing.rules.law import PARTIES, parts_of, percent, yuan
from qiying.capabilities.risk_sharing.selectors import LOAN, PLEDGE, loan_of, pledge_of
from qiying.capabilities.risk_sharing.services.booking import claim_parts
from qiying.kernel.cases.faces.asker import AskerAct, AskerFace, asker_face
from qiying.kernel.cases.faces.registry import case_panel
from qiying.kernel.cases.models import Case
from qiying.kernel.organisations.offers import Tile, offer_nav, offer_way
from qiying.kernel.permissions.viewer import Viewer

SEES = ("guarantor", "bank", "policy", "district_leader", "supervisor")
offer_nav("risk.loans", "共担贷款", "risk:loans", SEES, 76, group="growth", first=("guarantor",))
offer_nav("risk.pledges", "知识产权质押", "risk:pledges", (*SEES, "handler", "liaison"), 77, group="growth")
offer_nav("risk.guarantors", "担保机构", "risk:guarantors", (*SEES[:1], *SEES[2:]), 78, group="growth")
offer_way("ip_pledge", "知产质押", "/open/ip_pledge/", "lock", 77)


def loan_panel(case: Case, viewer: Viewer, today: date) -> Tile | None:
    """Return the loan beside its case: who bears what, what is out, what was claimed."""
    row = loan_of(case)
    if row is None:
        return None
    parts = parts_of(row.fen, row.percents)
    told = {
        "row": row,
        "fen": yuan(row.fen),
        "out": yuan(row.outstanding_fen),
        "unpaid": yuan(row.unpaid_fen),
        "back": yuan(row.back_fen),
        "parts": [
            (
                words,
                percent(row.percents.get(party, Decimal(0))),
                yuan(parts.get(party, 0)),
                yuan(row.parts.get(party, 0)),
            )
            for party, words in PARTIES.items()
            if party in parts or row.parts.get(party)
        ],
        "ceiling": percent(row.terms.ceiling),
        "is_cut": row.paid_on is not None and row.parts != claim_parts(row, row.unpaid_fen),
    }
    return Tile("risk_sharing/_loan.html", told)


def pledge_panel(case: Case, viewer: Viewer, today: date) -> Tile | None:
    """Return the pledged right beside its case."""
    row = pledge_of(case)
    if row is None:
        return None
    value = yuan(row.value_fen) if row.value_fen else ""
    return Tile("risk_sharing/_pledge.html", {"row": row, "fen": yuan(row.fen), "value": value})


case_panel("shared_loan", loan_panel)
case_panel("ip_pledge", pledge_panel)
asker_face(LOAN, AskerFace())
asker_face(
    PLEDGE,
    AskerFace(
        acts={
            "ask_transfer": AskerAct(
                "质押着的权利要转让，先要银行同意", "请银行同意",
                why="不经银行同意转让、许可都不行（民法典第四百四十四条）。",
                done="发给银行了，等它同意不同意。",
            ),
        },
    ),
)  # fmt: skip
