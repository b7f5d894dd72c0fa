"""What was applied for in the demo district: a mall's merchants as one batch, whole things, what went wrong."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from qiying.capabilities.approvals.services.applying import (
    ONLINE,
    WINDOW,
    Target,
    application_form,
    application_submit,
    batch_review,
    batch_take_in,
)
from qiying.capabilities.approvals.services.plans import bundle_in_force
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.world import World, told_in
from qiying.kernel.organisations.service_items import service_item
from qiying.kernel.permissions.viewer import Viewer
from qiying.statutes.credit_code import with_checks

ORDER = 45
APART = True
FOUNDERS = {
    "明川新芽科技有限公司": ("found.lu", "陆新芽"),
    "明川区老王修鞋店": ("found.wang", "王建国"),
    "明川区小满花店": ("found.su", "苏小满"),
}
"""Who starts a business asks himself, and speaks for it once it stands in the register."""


def tell(world: World) -> None:
    """Tell it all; each part is left out by itself where the day does not fit."""
    world.say("审批和一件事 …")
    told = told_in(Path(__file__).parent / "data" / "demo.yaml")
    for given in told["done"]:
        world.fitting(_done, world, *given)
    for part in (_mall, _refused, _revoked, _committed, _visiting, _escorted, _item):
        world.fitting(part, world, told[part.__name__.removeprefix("_")])


def _apply(world: World, code: str, answers: dict[str, Any], at: datetime, way: str, n: int = 0) -> Case:
    firm = next(e for e in world.enterprises[n:] if e.pk in world.clerks)
    founder = FOUNDERS.get(next(iter(answers.values())))
    actor = world.clerk(firm.pk, at) if way == ONLINE else world.viewers["desk.desk"]
    if founder is not None:
        actor = world.viewer_of(world.person(*founder, at=world.start))
    assert actor is not None
    target = Target(world.district.pk, bundle=bundle_in_force(code, at))
    commits = way == ONLINE and code == "restaurant"
    case = application_submit(
        target=target,
        actor=actor,
        answers=answers,
        key=f"demo-{code}-{n}-{at:%y%m%d}",
        now=at,
        enterprise=None if "-start" in code else firm,
        version=application_form(target, at) if commits else None,
        way=way,
    )
    world.acts += 1
    case.refresh_from_db()
    return case


def _handler(world: World, unit_id: int | None, role: str = "handler") -> Viewer:
    key = world.key_of(unit_id)
    return world.viewers["desk.desk" if key == "desk" else f"{key}.{role}"]


def _parts(case: Case) -> dict[str, Case]:
    return {c.extras["plan"]["code"]: c for c in Case.objects.filter(parent=case).order_by("pk")}


def _grant_all(world: World, case: Case, at: datetime, leave: str = "") -> datetime:
    """Let every department decide, an hour after what the law lets it wait for; return when the last did."""
    for _ in range(3):
        waiting = [c for code, c in _parts(case).items() if c.state == "reviewing" and code != leave]
        at = world.office_hours(at + timedelta(minutes=50)) if waiting else at
        for part in waiting:
            who = _handler(world, part.lead_unit_id)
            given = {"conclusion": "grant", "number": _code(world, part)}
            done = world.act(part, "review", who, at, given)
            if done.state == "deciding":
                leader = _handler(world, part.lead_unit_id, "leader")
                world.act(part, "decide", leader, at + timedelta(minutes=5), {"decision": "approved"})
    return at


def _code(world: World, part: Case) -> str:
    """Return the credit code that a registration gives, nothing for any other part."""
    if not part.extras["plan"].get("founds"):
        return ""
    return with_checks(
        "9", "2" if "个体" in part.title else "1", world.district.code, f"{73000000 + part.pk:08d}"
    )


def _done(world: World, code: str, days: int, way: str, answers: dict[str, Any]) -> None:
    at = world.lately(days)
    _grant_all(world, _apply(world, code, answers, at, way, days % 30), at)


def _mall(world: World, told: dict[str, Any]) -> None:
    """All merchants of one mall in one act, approved by two departments the next morning."""
    at = world.lately(told["days_ago"])
    names = [f"{name}{trade}（银泰城店）" for trade in told["trades"] for name in told["names"]]
    merchants = [(name, f"B1-{n:02d}") for n, name in enumerate(names[: told["count"]], 1)]
    target = Target(world.district.pk, bundle=bundle_in_force("restaurant", at))
    batch = batch_take_in(
        actor=world.viewers["desk.desk"], target=target, name=told["name"], place=told["place"], merchants=merchants,
        now=at,
    )  # fmt: skip
    for key in ("shenpi", "shichang"):
        at = world.office_hours(at + timedelta(hours=1))
        done, refused = batch_review(actor=world.viewers[f"{key}.handler"], batch=batch, now=at)
        world.acts += done
        world.refused += refused


def _refused(world: World, told: dict[str, Any]) -> None:
    """One part is refused by two people; the rest goes on, and the desk joins what there is."""
    at = world.lately(told["days_ago"])
    case = _apply(world, told["bundle"], told["answers"], at, WINDOW, 7)
    part = _parts(case)[told["part"]]
    last = _grant_all(world, case, at, leave=told["part"])
    given = {"conclusion": "refuse", "reason": told["reason"]}
    world.act(part, "review", _handler(world, part.lead_unit_id), last, given)
    last += timedelta(minutes=30)
    world.act(part, "decide", _handler(world, part.lead_unit_id, "leader"), last, {"decision": "approved"})
    world.act(case, "join", world.viewers["desk.desk"], last + timedelta(minutes=20), {})


def _revoked(world: World, told: dict[str, Any]) -> None:
    """A commitment that was not true: the permit ends, and with it the package that named it."""
    at = world.lately(told["days_ago"])
    case = _apply(world, told["bundle"], told["answers"], at, ONLINE, 11)
    _grant_all(world, case, at)
    part, later = _parts(case)["food"], world.lately(told["days_ago"] - 21)
    given = {"is_true": "no", "text": told["found"]}
    world.act(part, "check_commitment", _handler(world, part.lead_unit_id), later, given)


def _committed(world: World, told: dict[str, Any]) -> None:
    at = world.lately(told["days_ago"])
    _grant_all(world, _apply(world, told["bundle"], told["answers"], at, ONLINE, 15), at)


def _visiting(world: World, told: dict[str, Any]) -> None:
    """The desk proposed days for one joint visit; the first answers are in."""
    at = world.lately(told["days_ago"])
    case = _apply(world, told["bundle"], told["answers"], at, WINDOW, 0)
    desk = world.viewers["desk.desk"]
    world.act(case, "accept", desk, at + timedelta(minutes=30), {})
    today = world.now.date()
    days = [world.workday(today + timedelta(days=n)).isoformat() for n in (2, 5)]
    given = {"first": days[0], "second": days[1], "place": "项目部门口"}
    last = max(world.lately(1), at + timedelta(minutes=50))
    world.act(case, "propose_visit", desk, last, given)
    lead = next(iter(_parts(case).values())).lead_unit_id
    answer = {"days": days[1:]}
    world.act(case, "answer_visit", _handler(world, lead), last + timedelta(hours=1), answer)


def _escorted(world: World, told: dict[str, Any]) -> None:
    """An officer goes with a homestay through all windows."""
    at = world.lately(told["days_ago"])
    case = _apply(world, told["bundle"], told["answers"], at, WINDOW, 19)
    desk = world.viewers["desk.desk"]
    world.act(case, "accept", desk, at + timedelta(minutes=40), {})
    world.act(case, "name_escort", desk, at + timedelta(minutes=50), {"person_id": desk.person_id})
    licence = _parts(case)["licence"]
    given = {"conclusion": "grant"}
    world.act(licence, "review", _handler(world, licence.lead_unit_id), at + timedelta(hours=2), given)


def _item(world: World, told: dict[str, Any]) -> None:
    """One item is reviewed and waits for the second person."""
    at = world.lately(told["days_ago"])
    item = service_item(world.district.pk, told["code"], at.date())
    firm = next(e for e in world.enterprises[23:] if e.pk in world.clerks)
    case = application_submit(
        target=Target(world.district.pk, item=item), actor=world.viewers["desk.desk"], answers={}, now=at,
        key="demo-item", enterprise=firm, way=WINDOW,
    )  # fmt: skip
    handler = _handler(world, case.lead_unit_id)
    world.act(case, "accept", handler, at + timedelta(hours=1), {})
    given = {"conclusion": "grant", "number": "明卫公证字〔2026〕第 118 号"}
    world.act(case, "review", handler, world.lately(told["days_ago"] - 2), given)
