"""Four projects of the demo: one on its building site, one stuck, one just signed, one in the green channel."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from qiying.capabilities.projects.models import Ground
from qiying.capabilities.projects.services.keeping import row_keep
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.opening import case_start
from qiying.kernel.cases.world import Plan, World, told_in
from qiying.kernel.documents.services import document_store
from qiying.kernel.documents.subjects import draft_owner, draft_prefix
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.viewer import Viewer

ORDER = 94
APART = True
TOLD = told_in(Path(__file__).with_suffix(".yaml"))
WORDS = TOLD["words"]
PERMITS = TOLD["permits"]


def prepare(world: World) -> None:
    """Who brings and who tracks projects, the eight offices, published grounds."""
    for login, name, unit, role, title, phone in TOLD["people"]:
        world.member(login, name, unit, role, at=world.start, title=title, phone=phone)
        world.shown.append(login)

    for code, unit in TOLD["offices"].items():
        row = Unit.objects.get(pk=world.units[unit].pk)
        Unit.objects.filter(pk=row.pk).update(functions=[*row.functions, f"project_{code}"])
    investment, on = world.viewers["shangwu.investment"], local_date(world.start)
    for title, source in TOLD["grounds"]:
        values = {"title": title, "source": source, "published_on": on, "valid_from": on}
        given: dict[str, Any] = {"model": Ground, "row": None, "values": values, "names": list(values)}
        row_keep(actor=investment, now=world.start, **given)


def tell(world: World) -> None:
    """Sign each on its day; what follows is planned from there."""
    plan = Plan(world, world.fresh_draw())
    for one in TOLD["projects"]:
        plan.at(world.now - timedelta(days=one["ago"]), partial(_signed, world, plan, one))
    plan.run(since=world.now - timedelta(days=max(one["ago"] for one in TOLD["projects"]) + 1))


def _signed(world: World, plan: Plan, one: dict[str, Any], at: datetime) -> None:
    on, firm = local_date(at), world.enterprises[one["firm"] % len(world.enterprises)]
    told = {name: one[name] for name in ("title", "invest", "output")}
    told |= {name: on + timedelta(days=days) for name, days in TOLD["after"].items()}
    told |= {
        "firm_name": firm.name,
        "signed_on": on,
        "enterprise_id": firm.pk,
        "kind": "expand",
        "nature": "capital",
    }
    told |= {"unit_id": world.units[one["unit"]].pk, "code": f"{on:%y%m}-330499-04-01-{one['ago']:06d}"}
    investment = world.viewers["shangwu.investment"]
    case = case_start(procedure="project", actor=investment, data=told, now=at)
    people = {"head": world.viewers["leaders.district_leader"], "tracker": world.viewers["yuanqu.tracker"]}
    world.act(case, "form_force", investment, at, {name: who.person_id for name, who in people.items()})
    kinds = {"building": tuple(PERMITS), "signed": ()}.get(one["end"], ("record", "eia_form", "build"))
    for kind in kinds:
        unit = world.units[PERMITS[kind]].pk
        world.act(case, "ask_approval", investment, at, {"kind": kind, "unit_id": unit})
    plan.after(at, 3, partial(_pass, world, plan, one, case))


def _finish(world: World, case: Case, offices: tuple[str, ...], at: datetime) -> None:
    for part in Case.objects.filter(parent=case, kind__in=offices):
        who = f"{TOLD['offices'][part.kind]}.{'investment' if part.kind == 'zhaoshang' else 'handler'}"
        world.act(part, "finish", world.viewers[who], at, {"text": WORDS["stage"]})


def _pass(world: World, plan: Plan, one: dict[str, Any], case: Case, at: datetime) -> None:
    """Offices finish their first parts, departments pass theirs before the land is there; then what is told of it."""
    _finish(world, case, ("zhaoshang", "qianqi", "chanye"), at)
    for part in Case.objects.filter(parent=case, procedure="project_approval", is_open=True):
        who = world.viewers[f"{PERMITS[part.kind]}.handler"]
        world.act(part, "pass", who, at, {"number": f"明批〔{at:%Y}〕{part.pk} 号"})
    if one["end"] == "building":
        plan.after(at, 15, partial(_finish, world, case, ("tudi", "zhengshou")))
        plan.at(case.opened_at + timedelta(days=one["land"]), partial(_landed, world, plan, one, case))
    elif one["end"] == "stuck":
        _stuck(world, one, case, at)
    elif one["end"] == "green":
        _green(world, plan, case, at)


def _landed(world: World, plan: Plan, one: dict[str, Any], case: Case, at: datetime) -> None:
    """The land is signed on the 64th day: every shadow turns valid on it, the building licence too."""
    on = local_date(case.opened_at) + timedelta(days=one["land"])
    signing = {"landed_on": on, "contract": f"330499{at:%Y}A21"}
    world.act(case, "sign_land", world.viewers["shangwu.investment"], at, signing)
    plan.after(at, 4, partial(_begun, world, plan, one, case))


def _begun(world: World, plan: Plan, one: dict[str, Any], case: Case, at: datetime) -> None:
    told = {"on": local_date(at), "text": WORDS["start"]}
    world.act(case, "start", world.viewers["shangwu.investment"], at, told)
    plan.after(at, 2, partial(_seen, world, case, "start", None))
    plan.after(at, 23, partial(_seen, world, case, "building", one["progress"]))


def _seen(world: World, case: Case, point: str, progress: int | None, at: datetime) -> None:
    tracker = world.viewers["yuanqu.tracker"]
    told = {"point": point, "on": local_date(at), "result": "ok", "text": WORDS[point], "progress": progress}
    world.act(case, "visit", tracker, at, {**told, "documents": [_photo(world, tracker, at)]})


def _photo(world: World, who: Viewer, at: datetime) -> int:
    """Return a plain picture as the tracker's phone would have sent it."""
    kept = BytesIO()
    Image.new("RGB", (320, 200), (196, 205, 214)).save(kept, "JPEG")
    subject, district = f"{draft_prefix(draft_owner(who, None) or '')}demo", world.district.pk
    made = document_store(
        content=kept.getvalue(), name="现场.jpg", kind="evidence", subject=subject, actor=who, at=at,
        district_id=district,
    )  # fmt: skip
    return made.pk


def _stuck(world: World, one: dict[str, Any], case: Case, at: datetime) -> None:
    clerk = world.clerk(case.enterprise_id, at)
    who = clerk or world.viewers["shangwu.investment"]
    told = {"text": one["stuck"], "unit_id": world.units[one["unit_stuck"]].pk}
    world.act(case, "report_stuck", who, at, told)


def _green(world: World, plan: Plan, case: Case, at: datetime) -> None:
    ground = Ground.objects.filter(district=world.district).earliest("pk")
    told = {"ground": ground.pk, "reason": WORDS["reason"]}
    world.act(case, "ask_green", world.viewers["shangwu.investment"], at, told)
    leader, yes = world.viewers["desk.leader"], {"decision": "approved"}
    plan.after(at, 1, lambda moment: world.act(case, "decide_green", leader, moment, yes))
