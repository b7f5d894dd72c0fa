"""Where mediation stands: navigation, the firm's ways in, beside its cases, what waits of an agreement."""

from __future__ import annotations

from datetime import date

from qiying.capabilities.mediation.models import Duty, Matter
from qiying.capabilities.mediation.rules.law import BODY_KINDS
from qiying.capabilities.mediation.selectors import (
    PROCEDURE,
    bodies_on,
    matter_of,
    matters_visible_to,
    own_duties,
)
from qiying.capabilities.mediation.services.opening import fee_words, mediation_start
from qiying.kernel.cases.faces.asker import AskerAct, AskerFace, asker_face
from qiying.kernel.cases.faces.registry import case_panel
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.selectors import parts_of
from qiying.kernel.organisations.offers import Tile, offer_nav, offer_way, provide
from qiying.kernel.organisations.waiting import Item, Source, declare_waiting
from qiying.kernel.permissions.kept import kept
from qiying.kernel.permissions.viewer import Viewer
from qiying.statutes.arrears import arrears_words

STAFF = ("handler", "liaison", "leader", "mediation_staff")
offer_way("mediation", "调解", "mediation:home", "users", 57, for_all=True)
offer_nav(
    "mediation_matters",
    "调解件",
    "mediation:matters",
    ("mediator", *STAFF),
    60,
    group="service",
    first=("mediator", "mediation_staff"),
)
offer_nav(
    "mediation_bookings", "预约接待", "bookings:day", ("mediator", "mediation_staff"), 60, group="today"
)
offer_nav("mediation_rooms", "可预约时间", "bookings:places", ("mediation_staff",), 62, group="service")
offer_nav("mediation_bodies", "调解组织", "mediation:bodies", ("law_watcher", "supervisor", "district_leader"), 61,
          group="service")  # fmt: skip


def panel(case: Case, viewer: Viewer, today: date) -> Tile | None:
    """Return the matter beside its case; minutes to mediator and body, a draft to them and the parties."""
    row = matter_of(case)
    if row is None:
        return _came_of(case, viewer)
    roles = set(parts_of(viewer).filter(case_id=case.pk).values_list("role", flat=True))
    inside = bool(roles & {"mediator", "body"})
    told = {
        "row": row,
        "kind": BODY_KINDS[row.body.kind],
        "fee": fee_words(row),
        "claim": f"{row.claim:,} 元",
        "saved": f"{row.saved:,} 元",
        "arrears": arrears_words(row.claim, row.delivered_on, today) if row.delivered_on else "",
        "sessions": row.sessions.all() if inside or roles & {"asker", "respondent"} else (),
        "duties": row.duties.all(),
        "is_inside": inside,
        "shows_deal": row.deal and (row.agreed_on or inside or roles & {"asker", "respondent"}),
    }
    return Tile("mediation/_case.html", told)


def _came_of(case: Case, viewer: Viewer) -> Tile | None:
    """Return from a case of the pool the mediation it was passed on to, to whoever takes part in both."""
    if case.procedure == PROCEDURE or not kept(Matter.objects.values_list, "pk", origin=case.number):
        return None  # the rule, and cheaper to ask than who takes part in both
    rows = matters_visible_to(viewer).filter(origin=case.number)[:3]
    return Tile("mediation/_origin.html", {"rows": rows}) if rows else None


def _item(row: Duty) -> Item:
    matter: Matter = row.matter
    return Item(str(matter), f"/my/{matter.case.number}/", row.what, "到日子要履行", day=row.due_on)


def to_perform(viewer: Viewer, today: date) -> Source | None:
    """Return the duties of agreements of one's enterprises, each with its day."""
    if not viewer.enterprise_ids:
        return None
    return Source(own_duties(viewer), _item, "/my/", "due_on", order=("due_on", "pk"))


declare_waiting("mediation_duties", "调解协议要履行的", to_perform, order=24)
case_panel("mediation", panel)
SAYS = "就这样回"  # yes or no stands above the button
asker_face(
    "mediation",
    AskerFace(
        acts={
            "consent": AskerAct("同不同意调解", SAYS, why="自愿：不同意不影响起诉；同意以后也可以随时不谈。"),
            "waive": AskerAct("同不同意他继续", SAYS),
            "extend": AskerAct("同不同意延长", SAYS),
            "sign": AskerAct("协议在这里，同意就签", SAYS, why="双方签了、盖了章才生效；不同意的写明哪里要改。"),
            "confirm_too": AskerAct("同不同意一起申请司法确认", SAYS),
            "ask_confirmation": AskerAct(why="法院裁定有效以后，对方不履行可以直接申请强制执行；不收费。"),
            "refuse": AskerAct(why="明确拒绝，调解就结束。"),
        },
        turn_words={"asked": "等您同意", "referred": "等您同意", "signing": "等您签字", "signing_too": "等您签字"},
    ),
)  # fmt: skip
provide("mediation_start", mediation_start)
provide("mediation_bodies", lambda district_id, on: [(b.pk, b.label) for b in bodies_on(district_id, on)])
