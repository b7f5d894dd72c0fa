"""What tests of the time after closing set up: closed, silent, filed cases, reviews, best cases, templates."""

from __future__ import annotations

from datetime import date

from qiying.capabilities.service_requests.models import (
    AnswerTemplate,
    BestCase,
    FollowUp,
    Review,
)
from qiying.capabilities.service_requests.services import best_cases
from qiying.capabilities.service_requests.services.answer_templates import answer_template_save
from qiying.capabilities.service_requests.services.follow_ups import (
    case_closed_plan,
)
from qiying.capabilities.service_requests.services.reviews import review_write
from qiying.capabilities.service_requests.tests.world import World
from qiying.kernel.cases import parameters
from qiying.kernel.cases.models import Case, DatedParameter
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.enterprises.tests.factories import make_enterprise
from qiying.kernel.figures.periods import month_of
from qiying.kernel.organisations.services import membership_start
from qiying.kernel.organisations.tests.factories import importer, make_person
from qiying.kernel.permissions.viewer import Viewer

STORY = "一家机械企业门口的限高杆挡住货车，每天绕三公里。街道和交通部门现场量过，往东挪了十米，一天办好。"


def closed(world: World, *, stars: int | None = 5, value: str = "solved", **data) -> Case:
    case = world.answered(**data)
    return world.act(
        case, "clerk", "give_verdict", value=value, satisfaction=stars, may_close=value == "partly"
    )


def end_of(case: Case) -> date:
    """Return the day a case was closed."""
    assert case.closed_on is not None
    return case.closed_on


def unconfirmed(world: World) -> Case:
    case = world.answered()
    for days in (1, 1, 3):  # Thursday, Friday, Monday
        world.later(days=days)
        world.act(case, "callback", "contact", method="phone", reached=False)
    world.act(case, "callback", "ask_unconfirmed", reason="三天都没联系上")
    return world.act(case, "supervisor", "decide_unconfirmed", decision="approved")


def filed(world: World) -> Case:
    case = world.handling()
    words = "规划里这块地是绿地，现在不能盖厂房；等控规调整以后可以再报一次。"
    world.act(case, "handler", "explain", text=words, basis="控制性详细规划", obstacle="控规还没调整")
    return world.act(case, "supervisor", "decide_explain", decision="approved")


def many(
    world: World, n: int, text: str = "厂门口的限高杆太低，货车进不去", firm: Enterprise | None = None
) -> list[Case]:
    """Return cases of one matter, each of another firm unless one is given."""
    return [_triaged(world, text, firm) for _ in range(n)]


def _triaged(
    world: World, text: str, firm: Enterprise | None = None, category: str = "park_transport"
) -> Case:
    firm = firm or make_enterprise(world.district, f"第 {Enterprise.objects.count()} 家有限公司")
    case = world.submit("desk", channel="visit", text=f"{text}，请帮忙看看。", enterprise_id=firm.pk)
    return world.act(case, "desk", "triage", kind="problem", category=category, level="general")


def sampled(world: World, percent: int) -> None:
    DatedParameter.objects.create(
        district=world.district,
        name="follow_up.percent",
        value=percent,
        valid_from=date(2020, 1, 1),
        source="测试",
    )
    parameters.forget()


def planned(world: World) -> FollowUp:
    """Return the call-back of a badly rated case, on the day it is due."""
    case = closed(world, stars=2)
    case_closed_plan({"case": case.number}, world.now)
    world.later(days=30)
    return FollowUp.objects.get(case=case)


def also_handler(world: World) -> Viewer:
    """Return a call-back officer who is a member of the handling town as well."""
    from qiying.kernel.enterprises.tests.factories import viewer

    person = make_person("两头", world.units["callback"], "callback")
    membership_start(
        actor=importer(world.district.pk),
        person=person,
        unit=world.units["town"],
        role="handler",
        valid_from=date(2020, 1, 1),
        at=world.now,
    )
    return viewer(person)


def written(world: World, *, nominate: bool = True, who: str = "desk") -> Review:
    case = closed(world)
    closed_in = month_of(end_of(case))
    review, _ = Review.objects.get_or_create(case=case, month=closed_in, defaults={"why": "long"})
    return review_write(
        review=review,
        actor=world.viewer(who),
        cause="现场没人牵头，三家互相等",
        lesson="第一天就要一起到现场",
        measure="限高设施挪动改成一家牵头",
        is_nominated=nominate,
        now=world.now,
    )


def chosen(world: World, title: str = "一根限高杆挪出一条路") -> BestCase:
    return best_cases.best_case_choose(
        review=written(world), actor=world.viewer("supervisor"), title=title, story=STORY, now=world.now
    )


def template(world: World, who: str = "liaison", unit: str = "town", **more) -> AnswerTemplate:
    given = {
        "name": "限高杆挪动",
        "text": "限高杆已于【日期】挪到【地点】。",
        "category": "",
        "is_active": True,
        **more,
    }
    return answer_template_save(actor=world.viewer(who), unit_id=world.units[unit].pk, now=world.now, **given)
