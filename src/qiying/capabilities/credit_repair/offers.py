"""Where credit repair stands: the enterprise's home, the navigation, beside its cases, the leaders' numbers."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet
from django.urls import reverse

from qiying.capabilities.credit_repair.models import CreditRecord
from qiying.capabilities.credit_repair.rules.law import Grade, Published, repairable_on
from qiying.capabilities.credit_repair.selectors import (
    PROCEDURE,
    record_of,
    records_visible_to,
    repairable,
    shown,
)
from qiying.capabilities.credit_repair.services.acts import REMEDY, RepairExtras, conditions, refusal_sentence
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.faces.asker import AskerAct, AskerFace, asker_face
from qiying.kernel.cases.faces.file import CaseFile
from qiying.kernel.cases.faces.registry import case_panel
from qiying.kernel.cases.models import Case
from qiying.kernel.figures.boards import Card, Extra, Question
from qiying.kernel.figures.selectors import Ask, figures_many
from qiying.kernel.organisations.offers import Tile, offer_nav, offer_tile, provide
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.waiting import Item, Source, declare_waiting
from qiying.kernel.permissions.kept import kept
from qiying.kernel.permissions.viewer import Viewer

KEEPERS = ("desk", "liaison", "handler", "leader", "supervisor", "district_leader", "discipline")
offer_nav("credit_records", "失信记录", "credit:records", KEEPERS, 44, group="service")


def tile(request: ViewerRequest) -> Tile | None:
    """Return how many records stand and how many can be repaired; nothing for who has none."""
    records = kept(_published, request.viewer) if request.viewer.enterprise_ids else []
    rows = [s for s in shown(records, request.today) if not s.is_settled]
    if not rows:
        return None
    now = sum(s.standing.may_apply for s in rows)
    return Tile("credit/_tile.html", {"all": len(rows), "now": now, "first": rows[0]})


def _published(viewer: Viewer) -> QuerySet[CreditRecord]:
    own = records_visible_to(viewer).filter(enterprise_id__in=viewer.enterprise_ids)
    return own.filter(state="published")[:50]


offer_tile("credit", 60, tile)


def _item(row: CreditRecord) -> Item:
    return Item(
        row.title, reverse("credit:record", args=[row.pk]), row.who, "可以修复了", since=row.repairable_on
    )


def waiting(viewer: Viewer, today: date) -> Source | None:
    """Return own records that can be repaired now; to apply is the enterprise's choice, so nothing is late."""
    if not viewer.enterprise_ids:
        return None
    rows = repairable(viewer, today).select_related("unit")
    return Source(rows, _item, reverse("credit:mine"), order=("repairable_on", "pk"))


declare_waiting("credit", "可以修复的失信记录", waiting, order=60)


def panel(case: Case, viewer: Viewer, today: date) -> Tile | None:
    """Return the record, its four conditions, where it stood and what was decided, beside its case."""
    row = record_of(case) if case.procedure == PROCEDURE else None
    if row is None:
        return None
    context = CaseContext(case, viewer, case.last_event_at)
    extras = RepairExtras.of(case)
    told = {
        "row": row,
        "places": list(row.places.all()),
        "conditions": conditions(context) if case.kind == "repair" and case.is_open else [],
        "refusal": refusal_sentence(extras) if case.state == "refused" else "",
        "finding": extras.appeal_finding,
        "remedy": REMEDY if case.state == "refused" else "",
        "is_own": row.enterprise_id in viewer.enterprise_ids,
    }
    return Tile("credit/_case.html", told)


case_panel("credit", panel)


def _asked(file: CaseFile) -> dict[str, str]:
    return {"text": RepairExtras.of(file.case).material_items}


asker_face(
    PROCEDURE,
    AskerFace(
        acts={
            "give_material": AskerAct(
                "要您补的，一次说全了",
                "材料齐了，交上去",
                why="交了以后一个工作日内有结果，不会再要别的。",
                done="材料交上去了，期限接着算。",
                context=_asked,
            ),
            "withdraw": AskerAct(
                "不办了，撤回", "撤回", confirm="撤回以后可以再申请，确定吗？", done="撤回了。"
            ),
            "appeal": AskerAct(
                "不服：督查部门再看一遍，不收费",
                "申请复核",
                done="复核申请交上去了，督查部门会在限期内答复。",
            ),
        },
        turn_words={"waiting_material": "等您补材料"},
    ),
)


def numbers(q: Question) -> Extra:
    """Return the average hours from complete papers to the decision, with how many decisions it is over."""
    where = {"unit_id": q.unit_ids} if q.unit_ids is not None else {}
    ask = Ask(("work_minutes", "decided", "repaired", "repaired_online"), q.period.months, where=where)
    sums = figures_many(district_id=q.district_id, procedure=PROCEDURE, asks=[ask])[0]
    by = {f.key[0]: f.value for f in sums}
    decided, minutes = by.get("decided", 0), by.get("work_minutes", 0)
    repaired, online = by.get("repaired", 0), by.get("repaired_online", 0)
    url = f"{reverse('cockpit:definitions')}?procedure={PROCEDURE}#def-"
    hours = f"{minutes / 60 / decided:.1f}" if decided else "—"
    return Extra(
        headline=f"{q.period.words(q.today)}修复 {repaired:,} 条，网上办的 {online:,} 条" if repaired else "",
        cards=(
            Card(
                "修复", f"{repaired:,}", "条", f"网上 {online:,} / {repaired:,} 条", "", "", f"{url}repaired"
            ),
            Card(
                "平均办多久",
                hours,
                "小时",
                f"{decided:,} 件出结果，只算工作时间",
                "法定 10 个工作日",
                "",
                f"{url}hours",
            ),
        ),
    )


def first_repair_day(*, grade: Grade, published_on: date, is_summary: bool = False) -> date | None:
    """Return the first day of a repair of a penalty published on a day (named reading `first_repair_day`)."""
    return repairable_on(Published(published_on, grade=grade, is_summary=is_summary))


provide(f"numbers:{PROCEDURE}", numbers)
provide("first_repair_day", first_repair_day)
