"""A registration that was granted founds an enterprise: it stands in the register, and who asked speaks for it."""

from __future__ import annotations

from qiying.capabilities.approvals.services.common import plan_of
from qiying.capabilities.approvals.services.extras import ItemExtras
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.models import Case, CaseEvent
from qiying.kernel.cases.standard.children import children_of
from qiying.kernel.enterprises.models import Enterprise, EnterpriseStatus
from qiying.kernel.enterprises.services import enterprise_found, enterprise_update, founding_problems
from qiying.kernel.organisations.models import Person
from qiying.kernel.permissions.viewer import Viewer, system_viewer


def _source(case: Case) -> str:
    return f"case:{case.number}"


def _register(act: Act) -> Viewer:
    """Return who writes in the register: the department decides, the product enters what it decided."""
    return system_viewer("worker", district_id=act.case.district_id)


def _prepared(act: Act) -> Enterprise | None:
    """Return the applicant where it is the very body to be registered, still without a code."""
    firm = act.case.enterprise
    is_it = firm is not None and firm.credit_code is None and firm.name == plan_of(act)["holder"]
    return firm if is_it else None


def problems(act: Act, credit_code: str) -> list[str]:
    """Say why nothing can be founded with this code."""
    known = Enterprise.objects.filter(pk=ItemExtras.of(act.case).founded).first()
    return founding_problems(
        district_id=act.case.district_id,
        credit_code=credit_code,
        source=_source(act.case),
        prepared=known or _prepared(act),
    )


def found(act: Act, credit_code: str) -> Enterprise:
    """Enter the enterprise, bind who asked, and tell him; granted anew after an appeal it is the same one."""
    plan, who = plan_of(act), _founder(act.case)
    known = Enterprise.objects.filter(pk=ItemExtras.of(act.case).founded).first()
    made = enterprise_found(
        actor=_register(act),
        district_id=act.case.district_id,
        name=plan["holder"],
        credit_code=credit_code,
        address=plan.get("place") or "",
        source=_source(act.case),
        at=act.now,
        founder=who,
        prepared=known or _prepared(act),
    )
    act.set_extras(founded=made.pk)
    if who is not None:
        act.notify("enterprise_founded", f"p:{who.pk}", enterprise=made.name, credit_code=made.credit_code)
    return made


def _founder(case: Case) -> Person | None:
    """Return who asked himself; at a window nobody did, and the desk binds whom it has checked."""
    whole = case.parent or case
    if whole.extras["plan"].get("way") != "online":
        return None
    asked = CaseEvent.objects.filter(case=whole).order_by("seq").values_list("actor_id", flat=True).first()
    return Person.objects.filter(pk=asked or 0).first()


def undo(act: Act) -> None:
    """A registration taken back: the enterprise ends with it."""
    firm = Enterprise.objects.filter(pk=ItemExtras.of(act.case).founded).first()
    if firm is not None:
        enterprise_update(
            actor=_register(act), enterprise=firm, at=act.now, status=EnterpriseStatus.CANCELLED
        )


def founded_in(case: Case) -> Enterprise | None:
    """Return the enterprise that a part of a bundle founded."""
    told = children_of(case).values_list("extras__founded", flat=True)
    return Enterprise.objects.filter(pk__in=[pk for pk in told if pk]).first()
