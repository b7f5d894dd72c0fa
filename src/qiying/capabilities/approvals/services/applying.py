"""An application handed in: by form, at the window, or as one of a batch; the same key is one case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from qiying.capabilities.approvals.models import Application, Batch, BundleVersion
from qiying.capabilities.approvals.rules.bundles import materials_of, needed_parts
from qiying.capabilities.approvals.rules.layouts import has_committed, layout_of
from qiying.capabilities.approvals.services.common import BUNDLE, ITEM
from qiying.capabilities.approvals.services.items import part_note
from qiying.capabilities.approvals.services.plans import item_plan, part_plans
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.engine import case_act, case_open
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.standard.children import children_of
from qiying.kernel.documents.models import Document
from qiying.kernel.documents.services import document_read, document_store
from qiying.kernel.enterprises.models import BodyKind, Enterprise
from qiying.kernel.enterprises.services import enterprise_create
from qiying.kernel.forms.models import Form, FormDraft, FormVersion
from qiying.kernel.forms.selectors import current_version
from qiying.kernel.forms.services import form_answer, form_publish, form_save
from qiying.kernel.forms.sheet import Held, sheet
from qiying.kernel.organisations.models import Person, Unit
from qiying.kernel.organisations.selectors import units_with
from qiying.kernel.organisations.service_items import OfferedItem
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, KernelError
from qiying.kernel.permissions.viewer import Viewer, require, system_viewer

ONLINE, WINDOW, BATCH = "online", "window", "batch"


@dataclass(frozen=True)
class Target:
    """What is applied for: a bundle in one version, or an item of the catalogue in one version."""

    district_id: int
    bundle: BundleVersion | None = None
    item: OfferedItem | None = None

    @property
    def code(self) -> str:
        """Return what its form is called, with the version: a changed bundle asks by a new form."""
        if self.bundle is not None:
            return f"{self.bundle.code}-{self.bundle.number}"
        assert self.item is not None
        return f"item-{self.item.code}-{self.item.version}"[:40]

    @property
    def name(self) -> str:
        return self.bundle.name if self.bundle else self.item.name if self.item else ""

    def plan(self, now: datetime) -> dict[str, Any]:
        """Return what will be done, for everybody who may ask for it."""
        if self.item is not None:
            return item_plan(self.item)
        assert self.bundle is not None
        plan = {"promise_unit": "workday", **self.bundle.definition, "version": self.bundle.number}
        parts = part_plans(self.district_id, self.bundle, local_date(now))
        desk = next(iter(units_with(self.district_id, "desk")), parts[0]["unit_id"])
        return {**plan, "parts": parts, "unit_id": desk}


def papers_of(
    plan: Mapping[str, Any], parts: Sequence[Mapping[str, Any]] | None = None
) -> list[dict[str, Any]]:
    """Return every paper asked for, each once."""
    if "papers" in plan:
        return [dict(p) for p in plan["papers"]]
    return materials_of(plan, plan["parts"] if parts is None else parts)


def application_form(target: Target, now: datetime) -> FormVersion:
    """Return the form by which one applies, made when first asked; afterwards the desk changes it in the builder."""
    form = Form.objects.filter(district_id=target.district_id, code=target.code).first()
    version = current_version(form) if form is not None else None
    if version is not None:
        return version
    plan = target.plan(now)
    unit = Unit.objects.get(pk=plan["unit_id"])
    maker = system_viewer("worker", district_id=target.district_id)
    commits = "、".join(p["name"] for p in plan.get("parts", ()) if p.get("by_commitment"))
    layout = layout_of(target.name, plan.get("questions", ()), papers_of(plan), commits=commits)
    form = form or form_save(actor=maker, unit=unit, code=target.code, layout=layout, at=now)
    return form_publish(actor=maker, form=form, at=now)


@transaction.atomic
def application_submit(
    *,
    target: Target,
    actor: Viewer,
    answers: Mapping[str, Any],
    key: str,
    now: datetime,
    enterprise: Enterprise | None = None,
    version: FormVersion | None = None,
    facts: Mapping[str, Held] | None = None,
    session_key: str | None = None,
    batch: Batch | None = None,
    way: str = ONLINE,
) -> Case:
    """Hand in an application and return its case; the same key, from whatever phone, gives the same case.

    A window types the answers without `version` and keeps the papers. Raises `GuardFailed` by question, and, naming
    the earlier case, where the same applicant already asks for the same.
    """
    way = BATCH if batch else way
    _require(actor, enterprise, way)
    _lock(enterprise, actor)
    known = Application.objects.filter(district_id=target.district_id, key=key).select_related("case").first()
    if known is not None:
        return known.case
    if version is not None:
        read = sheet(version.compiled, answers, facts)
        answers = {**read.values, **read.computed} if not read.refusals else answers
    plan = _plan(target, answers, enterprise, actor, now, way)
    _refuse_twice(target, enterprise, actor, plan)
    case = case_open(
        procedure=BUNDLE if target.bundle else ITEM,
        actor=actor,
        data={"title": target.name, "enterprise_id": enterprise.pk if enterprise else None, "way": way},
        now=now,
        district_id=target.district_id,
        extras={"plan": plan, **({} if enterprise or way != ONLINE else {"person_id": actor.person_id})},
    )
    response = None
    if version is not None:
        response = form_answer(
            version=version,
            subject=f"case:{case.pk}",
            answers=answers,
            actor=actor,
            at=now,
            key=key,
            facts=facts,
            enterprise_id=enterprise.pk if enterprise else None,
            session_key=session_key,
        )
        FormDraft.objects.filter(version=version, key=key).delete()
        _copy_held(case, facts or {}, answers, actor, now)
    made = Application.objects.create(
        case=case,
        district_id=target.district_id,
        bundle=target.bundle,
        item_id=target.item.pk if target.item else None,
        enterprise=enterprise,
        response=response,
        batch=batch,
        holder=plan["holder"],
        key=key,
        way=way,
        applied_at=now,
    )
    for part in children_of(case):
        part_note(part, made)
    return case


def _require(actor: Viewer, enterprise: Enterprise | None, way: str) -> None:
    if way != ONLINE:
        require(actor, "approvals.take_in")
    elif not actor.is_authenticated:
        raise GuardFailed(["请先登录再申请"])
    elif enterprise is not None and enterprise.pk not in actor.enterprise_ids:
        raise GuardFailed(["只有企业自己的专员可以替它申请"])


def _lock(enterprise: Enterprise | None, actor: Viewer) -> None:
    """Let two phones of one applicant come one after the other."""
    if enterprise is not None:
        Enterprise.objects.select_for_update().get(pk=enterprise.pk)
    elif actor.person_id is not None:
        Person.objects.select_for_update().get(pk=actor.person_id)


def _plan(
    target: Target, answers: Mapping[str, Any], enterprise: Enterprise | None, actor: Viewer, now: datetime, way: str
) -> dict[str, Any]:  # fmt: skip
    plan = target.plan(now)
    name = str(answers.get(plan.get("holder") or "") or "").strip()
    holder = name or (enterprise.name if enterprise else actor.name)
    is_sole = enterprise is not None and enterprise.body_kind == BodyKind.INDIVIDUAL
    known: dict[str, Any] = {
        "holder": holder[:128],
        "place": str(answers.get(plan.get("place") or "") or "")[:120],
        "way": way,
    }
    known["is_sole_trader"] = is_sole or bool(plan.get("sole_trader"))
    known["is_committed"] = has_committed(answers)
    if target.bundle is not None:
        known["parts"] = needed_parts(plan, answers)
        if not known["parts"]:
            raise GuardFailed(["按您填的，没有要办的事项，请看看选得对不对"])
    else:
        known["is_committed"] = False
    drop = {"questions", "papers", "materials"}
    return {k: v for k, v in plan.items() if k not in drop} | known


def _refuse_twice(
    target: Target, enterprise: Enterprise | None, actor: Viewer, plan: Mapping[str, Any]
) -> None:
    """Refuse the same thing for the same holder while an earlier one is open, and name it."""
    rows = Application.objects.filter(
        case__is_open=True, case__parent=None, holder=plan["holder"], enterprise=enterprise
    )
    if target.bundle is not None:
        rows = rows.filter(bundle__code=target.bundle.code)
    else:
        rows = rows.filter(item_id__isnull=False)
    if enterprise is None:
        rows = rows.filter(case__parties__key=f"p:{actor.person_id}")
    for earlier in rows.select_related("case"):
        known = earlier.case.extras["plan"]
        if (known.get("code"), known.get("place", "")) == (plan.get("code"), plan["place"]):
            words = f"这件事已经有一件在办：{earlier.case.number}，不用再交"
            raise GuardFailed([words], earlier=earlier.case.number)


def _copy_held(
    case: Case, facts: Mapping[str, Held], answers: Mapping[str, Any], actor: Viewer, now: datetime
) -> None:
    """Give the case its own copy of papers the applicant gave elsewhere before: the departments take part only here."""
    held = [
        n
        for code, f in facts.items()
        if isinstance(f.value, list)
        for n in f.value
        if n in (answers.get(code) or ())
    ]
    for old in Document.objects.select_related("key").filter(pk__in=held, erased_at=None):
        document_store(
            content=document_read(old),
            name=old.name,
            kind="material",
            subject=f"case:{case.pk}",
            actor=actor,
            district_id=case.district_id,
            at=now,
        )


# --- batches ------------------------------------------------------------------------------


@transaction.atomic
def batch_take_in(
    *,
    actor: Viewer,
    target: Target,
    name: str,
    place: str,
    merchants: Sequence[tuple[str, str]],
    now: datetime,
) -> Batch:
    """Take in all merchants of one place at once: each has a case of its own, opened and accepted in this act.

    Args:
        merchants: name and stall of each; unknown names are entered in the register as in preparation.
    Raises: `GuardFailed` naming every line that cannot be taken; then none is.
    """
    require(actor, "approvals.take_in")
    assert target.bundle is not None
    name, wrong = name.strip(), _wrong_lines(name, merchants)
    if name and Batch.objects.filter(district_id=target.district_id, name=name).exists():
        wrong.append(f"“{name}”已经受理过，请换个名称")
    if wrong:
        raise GuardFailed(wrong, {"merchants": wrong})
    unit = next((m.unit_id for m in actor.memberships), 0) or units_with(target.district_id, "desk")[0]
    batch = Batch.objects.create(
        district_id=target.district_id,
        bundle=target.bundle,
        unit_id=unit,
        name=name,
        place=place.strip(),
        made_by_name=actor.name,
        made_at=now,
    )
    definition = target.bundle.definition
    rows = Enterprise.objects.filter(district_id=target.district_id, name__in=[m for m, _ in merchants])
    known = {e.name: e for e in rows}
    for merchant, stall in merchants:
        firm = known.get(merchant) or enterprise_create(
            actor=actor,
            district_id=target.district_id,
            name=merchant,
            at=now,
            source="batch",
            status="preparing",
            body_kind=BodyKind.INDIVIDUAL,
        )
        answers = {
            definition.get("holder", ""): merchant,
            definition.get("place", ""): f"{place.strip()} {stall}".strip(),
        }
        application_submit(
            target=target,
            actor=actor,
            answers=answers,
            key=f"batch-{batch.pk}-{firm.pk}",
            now=now,
            enterprise=firm,
            batch=batch,
        )
    return batch


def _wrong_lines(name: str, merchants: Sequence[tuple[str, str]]) -> list[str]:
    names = [m for m, _ in merchants]
    found = [] if name else ["请写这一批的名称"]
    found += [] if names else ["请写商户，一行一家"]
    found += [f"“{n}”写了两次" for n in sorted({n for n in names if names.count(n) > 1})]
    return found + [f"“{n[:20]}…”太长，名称最多 100 个字" for n in names if len(n) > 100]


def merchants_read(text: str) -> list[tuple[str, str]]:
    """Return one merchant a line, name and stall with a comma or a tab between.

    >>> merchants_read("张记面馆，B1-12\\n\\n李家小炒")
    [('张记面馆', 'B1-12'), ('李家小炒', '')]
    """
    lines = (line.replace("，", ",").replace("\t", ",").strip() for line in text.splitlines())
    parts = (line.partition(",") for line in lines if line)
    return [(n.strip(), stall.strip()) for n, _, stall in parts if n.strip()]


def batch_review(*, actor: Viewer, batch: Batch, now: datetime) -> tuple[int, list[str]]:
    """Grant what waits for the actor's unit in a batch, each part in a transaction of its own.

    Returns how many were granted, and why others were not.
    """
    rows = Case.objects.filter(
        approval__batch=batch, procedure=ITEM, lead_unit_id__in=actor.unit_ids, is_open=True
    )
    done, refused = 0, []
    if not rows.exists():
        raise ActionNotAvailable("这一批里没有等您单位办的")
    for case in rows.order_by("pk"):
        try:
            if case.state == "reviewing":
                case_act(case=case, action="review", actor=actor, data={"conclusion": "grant"}, now=now)
            else:
                case_act(case=case, action="decide", actor=actor, data={"decision": "approved"}, now=now)
            done += 1
        except KernelError as error:
            refused.append(f"{case.number}：{error}")
    return done, refused
