"""The catalogue of the demo district: loaded, changed once, compared, used, given for free, talked about, from away."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from qiying.capabilities.catalogue.models import Intermediary, ServiceItem
from qiying.capabilities.catalogue.rules.items import holds
from qiying.capabilities.catalogue.rules.needs import DATA
from qiying.capabilities.catalogue.selectors import ACTIVITY, items_in_force
from qiying.capabilities.catalogue.services.away import card_save, care_ask, check_in
from qiying.capabilities.catalogue.services.keeping import (
    free_service_give,
    intermediary_rate,
    intermediary_save,
    item_save,
    use_save,
)
from qiying.capabilities.catalogue.services.loading import catalogue_load
from qiying.kernel.cases.world import SINCE, World, at_hour, told_in
from qiying.kernel.enterprises.decision_facts import known_facts
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.gatherings.kinds import kind_of
from qiying.kernel.gatherings.services.people import sign_up
from qiying.kernel.gatherings.services.planning import gathering_move, gathering_save
from qiying.kernel.organisations.models import UnitKind
from qiying.kernel.organisations.services import unit_update
from qiying.statutes.credit_code import with_checks

ORDER = 44
APART = True
MONTHS = 6
FREE = {"免费刻制印章": 24, "新设小微企业一年期免费代理记账": 6}


def tell(world: World) -> None:
    """Tell it all; each part is left out by itself where the day does not fit."""
    world.say("服务事项 …")
    told = told_in(DATA / "demo.yaml")
    for n, unit in enumerate(u for u in world.units.values() if u.kind == UnitKind.DEPARTMENT):
        code = with_checks("1", "1", world.district.code, f"{2500000 + n * 31:08d}")
        unit_update(actor=world.maker, unit=unit, at=world.start, credit_code=code)
    catalogue_load(actor=world.maker, now=world.start, since=SINCE)
    for part in (_changed, _market, _uses, _free, _activities, _away):
        world.fitting(part, world, told)


def _items(world: World, names: list[str] | None = None) -> dict[str, ServiceItem]:
    rows = items_in_force(world.district.pk, world.now.date())
    return {i.name: i for i in (rows.filter(name__in=names) if names else rows)}


def _changed(world: World, told: dict[str, Any]) -> None:
    """Since half a year the guide of the food permit says step by step how it goes."""
    item = _items(world, ["食品经营许可"])["食品经营许可"]
    item_save(
        actor=world.viewers["desk.desk"], row=item, values={"steps": told["steps"]}, now=world.lately(180)
    )


def _market(world: World, told: dict[str, Any]) -> None:
    desk, codes = world.viewers["desk.desk"], iter(range(100))
    known: dict[str, str] = {}
    for service, per, result, bodies in told["intermediaries"]:
        for name, yuan, days, phone in bodies:
            code = known.setdefault(
                name, with_checks("9", "1", world.district.code, f"{61000000 + next(codes) * 41:08d}")
            )
            values = {
                "name": name,
                "credit_code": code,
                "service": service,
                "price_fen": yuan * 100,
                "price_unit": per,
            }
            values |= {"workdays": days, "result": result, "phone": phone, "valid_from": SINCE}
            intermediary_save(actor=desk, row=None, values=values, now=world.start)
    draw, rows = world.fresh_draw(), list(Intermediary.objects.filter(district=world.district))
    for n, pk in enumerate(list(world.clerks)[:16]):
        at, firm = world.lately(8 * n + 5), next(e for e in world.enterprises if e.pk == pk)
        clerk = world.clerk(pk, at)
        if clerk is not None:
            said = {
                "stars": draw.choice([5, 5, 4, 4, 3]),
                "free_choice": n != 11,
                "comment": draw.choice(told["comments"]),
            }
            intermediary_rate(actor=clerk, intermediary=draw.choice(rows), enterprise=firm, now=at, **said)


def _uses(world: World, told: dict[str, Any]) -> None:
    draw, desk = world.fresh_draw(), world.viewers["desk.desk"]
    for item in _items(world, told["used"]).values():
        month = world.now.date().replace(day=1)
        for _ in range(MONTHS):
            month = (month - timedelta(days=1)).replace(day=1)
            handled = draw.randint(12, 90) * (6 if item.outside_url else 1)
            values = {
                "code": item.code,
                "month": month,
                "source": "税务局月报" if item.outside_url else "省平台月报",
            }
            values |= {
                "handled": handled,
                "online": handled - draw.randint(0, 1),
                "in_time": handled - draw.randint(0, 1),
            }
            use_save(actor=desk, row=None, values=values, now=world.now)


def _free(world: World, told: dict[str, Any]) -> None:
    """Seals for many; six got their books kept for a year, 72,000 yuan they did not pay."""
    desk, items = world.viewers["desk.desk"], _items(world, list(FREE))
    for name, most in FREE.items():
        item = items[name]
        fitting = (f for f in world.enterprises[60:] if not item.free_when or _lets_in(item, f))
        for n, firm in enumerate(islice(fitting, most)):
            at = world.lately(12 * n + 4)
            values: dict[str, Any] = {"item_id": item.pk, "enterprise_id": firm.pk, "valid_from": at.date()}
            values |= {"saved_fen": None, "note": "看过登记信息，符合"}
            free_service_give(actor=desk, row=None, values=values, now=at)


def _lets_in(item: ServiceItem, firm: Enterprise) -> bool:
    """Tell whether nothing known of a firm speaks against its free service."""
    return holds(item.free_when, {n: f.value for n, f in known_facts(firm).items()}) is not False


def _activities(world: World, told: dict[str, Any]) -> None:
    clerks = [viewer for pk in list(world.clerks)[:9] if (viewer := world.clerk(pk, world.now))]
    for title, place, days in told["activities"]:
        on: date = world.workday((world.now + timedelta(days=days)).date())
        planned = at_hour(on - timedelta(days=14), time(9))
        head = {
            "title": title,
            "place": place,
            "on": on,
            "capacity": 30,
            "sign_up_until": on - timedelta(days=1),
        }
        head |= {"starts_at": at_hour(on, time(14)), "ends_at": at_hour(on, time(16))}
        desk = world.viewers["desk.desk"]
        one = gathering_save(actor=desk, kind=kind_of(ACTIVITY), values=head, now=planned)
        one = gathering_move(gathering=one, actor=desk, to="inviting", now=planned)
        for clerk in clerks[: 3 + len(title) % 6]:
            sign_up(gathering=one, actor=clerk, now=planned)
        for phase, hour in (("running", 14), ("closed", 16)) if days < 0 else ():
            one = gathering_move(gathering=one, actor=desk, to=phase, now=at_hour(on, time(hour)))


def _away(world: World, told: dict[str, Any]) -> None:
    for n, (login, name, home, place, work, family, need) in enumerate(told["away"]):
        at: datetime = world.lately(60 - 10 * n)
        viewer = world.viewer_of(world.person(login, name, at=world.start, phone=f"137{46000000 + n:08d}"))
        values = {"home_id": world.units[home].pk, "place": place, "work": work, "family": family}
        card_save(actor=viewer, values=values, now=at)
        check_in(actor=viewer, now=at + timedelta(days=3))
        if need:
            care_ask(actor=viewer, text=need, now=world.lately(6 + n))
