"""A project from signing to production: what each may do, what is refused, what turns valid on land signing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.http import Http404

from qiying.capabilities.projects.models import Approval, Ground, SiteVisit
from qiying.capabilities.projects.selectors import handling_days, projects_visible_to, stuck_first
from qiying.capabilities.projects.tests.world import ProjectWorld, make_world
from qiying.kernel.cases.models import Case
from qiying.kernel.documents.models import Certificate
from qiying.kernel.documents.services import document_store
from qiying.kernel.documents.subjects import draft_owner, draft_prefix
from qiying.kernel.documents.tests.factories import picture
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.organisations.waiting import waiting_for
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> ProjectWorld:
    return make_world()


def refusal(fn: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(GuardFailed) as refused:
        fn(*args, **kwargs)
    return "；".join(refused.value.reasons)


def photo(world: ProjectWorld, who: str = "tracker") -> int:
    """Return a photo as somebody uploaded it before the visit is written."""
    viewer = world.viewer(who)
    owner = draft_owner(viewer, None)
    assert owner is not None
    subject = f"{draft_prefix(owner)}t"
    given = {"name": "现场.jpg", "kind": "evidence", "subject": subject, "actor": viewer, "at": world.now}
    return document_store(content=picture(), district_id=world.district.pk, **given).pk  # type: ignore[arg-type]


def look(world: ProjectWorld, case: Case, point: str, **more: Any) -> Case:
    told = {"point": point, "on": world.now.date(), "result": "ok", "text": "塔吊到位，人员齐", **more}
    return world.act(case, "tracker", "visit", documents=[photo(world)], **told)


def measures(case: Case) -> dict[str, int]:
    return dict(FigureDelta.objects.filter(case_id=case.pk).values_list("measure", "value"))


def test_signing_gives_the_eight_offices_their_parts(world: ProjectWorld) -> None:
    case = world.sign()
    row = world.row(case)
    assert (row.code, row.plan["landed"]) == ("2609-330482-04-01-123456", "2026-11-20")
    parts = {c.kind: c for c in Case.objects.filter(parent=case)}
    assert set(parts) == {"zhaoshang", "qianqi", "chanye", "tudi", "zhengshou", "ducha"}
    assert all(c.due_by and c.lead_unit_id for c in parts.values())
    whole = case.clocks.get(kind="whole")
    assert whole.due_by == date(2026, 11, 4) and case.promised_by == whole.due_by
    assert case.due_by == date(2026, 11, 20)
    counted = measures(case)
    assert counted["signed"] == counted["signed_large"] == 1 and counted["invested"] == 250000
    assert "signed_large" not in measures(world.sign(title="一个小项目", code="", invest=9999))


def test_what_is_wrong_with_a_signing_is_said_at_its_field(world: ProjectWorld) -> None:
    with pytest.raises(GuardFailed) as refused:
        world.sign(code="2613-330482-04-01-123456", signed_on=date(2099, 1, 1), land_by=date(2026, 1, 1))
    assert {"code", "signed_on", "land_by"} <= set(refused.value.fields)
    world.sign()
    assert "已经用了" in refusal(world.sign, title="另一个项目")
    with pytest.raises(Http404):
        world.sign("handler", code="")
    case = world.sign(code="", title="没有代码的项目")
    assert "还没有代码" in refusal(world.ask, case, "record")
    assert "不是月份" in refusal(world.act, case, "investment", "code", code="24133301060401123456")
    world.act(case, "clerk", "code", code="24053301060401123456")
    assert world.row(case).code == "2405-330106-04-01-123456"


def test_a_shadow_is_no_approval_until_the_land_is_signed(world: ProjectWorld) -> None:
    case = world.sign()
    eia, build = world.passed(case, "eia_form"), world.passed(case, "build")
    assert (eia.state, build.state) == ("valid", "shadow")
    assert "影子批文" in refusal(world.act, build, "clerk", "use", purpose="开工")
    assert not Certificate.objects.filter(case_id=build.pk).exists()
    with pytest.raises(ActionNotAvailable):
        world.act(case, "investment", "start", on=world.now.date(), text="抢先开工")
    signing = {"landed_on": world.now.date(), "contract": "A21"}
    assert "还没办完" in refusal(world.act, case, "investment", "sign_land", **signing)
    case = world.land(case)
    build.refresh_from_db()
    assert build.state == "valid" and Approval.objects.get(case=build).valid_on == world.now.date()
    assert Certificate.objects.filter(case_id=build.pk).count() == 1
    world.act(build, "clerk", "use", purpose="开工")
    with pytest.raises(Http404):
        world.act(build, "outsider", "use", purpose="开工")
    row = world.row(case)
    clocks = {c.kind: c for c in case.clocks.all()}
    assert clocks["whole"].state == "stopped" and clocks["begin_licence"].state == "running"
    assert clocks["begin_eia"].limit == (date(2031, 11, 18) - date(2026, 11, 18)).days
    taken = handling_days(world.district.pk, date(2026, 1, 1), world.now.date())
    assert taken is not None and (taken.projects, taken.most) == (1, (world.now.date() - row.signed_on).days)
    assert "已经有一件" in refusal(world.ask, case, "build")


def test_a_company_registered_later_takes_part_from_then_on(world: ProjectWorld) -> None:
    case = world.sign(enterprise_id=None, firm_name="某集团", code="")
    part = world.part(case, "tudi")
    with pytest.raises(Http404):
        world.act(case, "clerk", "report_stuck", text="还看不到这个项目")
    given = {"enterprise_id": world.enterprise.pk}
    assert "没有这家企业" in refusal(world.act, case, "investment", "bind_firm", enterprise_id=10**9)
    case = world.act(case, "investment", "bind_firm", **given)
    assert "已经是" in refusal(world.act, case, "investment", "bind_firm", **given)
    keys = set(part.parties.filter(role="firm").values_list("key", flat=True))
    assert world.row(case).firm_name == world.enterprise.name and keys == {world.enterprise.key}
    world.act(case, "clerk", "report_stuck", text="高压线还没迁")


def test_nothing_begins_without_a_licence(world: ProjectWorld) -> None:
    case = world.land(world.sign())
    told = {"on": world.now.date(), "text": "打桩"}
    assert "还没有领到施工许可" in refusal(world.act, case, "investment", "start", **told)
    done = world.passed(case, "build")
    assert done.state == "valid"  # the land is there: no shadow any more
    assert world.act(case, "investment", "start", **told).state == "building"


def test_the_clocks_of_an_approval(world: ProjectWorld) -> None:
    case = world.sign()
    part = world.ask(case, "approve")
    due = part.clocks.get(kind="law").due_by
    part = world.act(part, "permits", "evaluate", what="专家评审")
    world.later(days=14)
    part = world.act(part, "permits", "evaluated", text="评审通过了")
    assert part.clocks.get(kind="law").due_by > due
    part = world.act(part, "permits", "ask_more", days=40, reason="项目复杂")
    with pytest.raises(NotPermitted):
        world.act(part, "permits", "decide_more", decision="approved")
    part = world.act(part, "permits_leader", "decide_more", decision="approved")
    assert part.clocks.get(kind="law").extended_by == 40
    assert "已经延长过" in refusal(world.act, part, "permits", "ask_more", days=1, reason="再延一天")
    other = world.ask(case, "works_plan")
    assert "没有规定" in refusal(world.act, other, "permits", "ask_more", days=1, reason="延一天看看")
    world.act(other, "permits", "refuse", reason="退界不够")
    assert world.ask(case, "works_plan").state == "reviewing"
    assert measures(other) == {"received": 1, "done_in_time": 1}


def test_the_green_channel_is_decided_by_another_on_published_grounds(world: ProjectWorld) -> None:
    case, ground = world.sign(), Ground.objects.get()
    told = {"ground": ground.pk, "reason": "总投资 25 亿元"}
    assert "没有公布" in refusal(world.act, case, "investment", "ask_green", **told | {"ground": 10**9})
    case = world.act(case, "service", "ask_green", **told)
    assert "别人来定" in refusal(world.act, case, "service", "decide_green", decision="approved")
    with pytest.raises(NotPermitted):
        world.act(case, "investment", "decide_green", decision="approved")
    assert world.row(case).green_on is None
    second = world.act(case, "service_second", "decide_green", decision="approved")
    assert world.row(second).green_on == world.now.date()
    assert measures(case)["green_asked"] == measures(case)["green_given"] == 1
    part = world.ask(case, "approve")
    assert [part.clocks.get(kind=k).limit for k in ("law", "decide")] == [20, 10]
    assert "已经走绿色通道" in refusal(world.act, case, "investment", "ask_green", **told)


def test_a_project_goes_to_production_with_visits_at_its_key_points(world: ProjectWorld) -> None:
    case = world.built(world.sign())
    piles = waiting_for(world.viewer("tracker"), world.now)
    owed = piles.pile("project_looks")
    assert owed is not None and {i.words for i in owed.items} == {"开工监督", "建设监督"}
    assert waiting_for(world.viewer("other_tracker"), world.now).pile("project_looks") is None
    told = {"point": "start", "on": world.now.date(), "result": "ok", "text": "围挡合规"}
    assert "拍照片" in refusal(world.act, case, "tracker", "visit", **told)
    with pytest.raises(GuardFailed, match="跟踪乙"):
        world.act(case, "other_tracker", "visit", **told)
    assert "还没到" in refusal(look, world, case, "production")
    assert "先到现场看" in refusal(
        world.act, case, "investment", "complete", on=world.now.date(), text="竣工了"
    )
    case = look(world, case, "start")
    assert "形象进度" in refusal(look, world, case, "building")
    world.later(days=150)
    case = look(world, case, "building", progress=40, result="problem", text="临边防护缺")
    visit = SiteVisit.objects.latest("pk")
    assert (visit.progress, visit.photos) == (40, 1) and visit.expected == 47
    assert "不会退回去" in refusal(look, world, case, "building", progress=39)
    done = {"on": world.now.date(), "text": "主体完工"}
    assert "没有复查好" in refusal(world.act, case, "investment", "complete", **done)
    case = look(world, case, "building", progress=95)
    case = world.act(case, "investment", "complete", **done)
    filing = case.clocks.get(kind="filing")
    assert (filing.limit, case.state) == (15, "completed")
    assert "没有备案" in refusal(world.act, case, "investment", "produce", **done)
    case = world.act(case, "investment", "file", text="备案表交了")
    case = world.act(case, "investment", "produce", **done)
    assert "投产监督" in refusal(world.act, case, "investment", "finish", text="全部办完")
    case = look(world, case, "production")
    assert "没办完" in refusal(world.act, case, "investment", "finish", text="全部办完")
    owners = {"zhaoshang": "investment", "ducha": "supervisor"}
    for part in Case.objects.filter(parent=case, procedure="project_stage", is_open=True):
        world.act(
            part,
            owners.get(part.kind, "park" if part.kind != "fuwu" else "service"),
            "finish",
            text="这一段办完了",
        )
    case = world.act(case, "investment", "finish", text="全部办完")
    assert (case.state, case.outcome) == ("done", "produced")
    assert measures(case)["looks"] == 1 and measures(case)["produced"] == 1


def test_what_is_stuck_stands_on_top(world: ProjectWorld) -> None:
    first, second = world.sign(), world.sign(title="第二个项目", code="", land_by=date(2026, 11, 25))
    viewer, today = world.viewer("supervisor"), world.now.date()
    order = [r.case_id for r in stuck_first(projects_visible_to(viewer), today)]
    assert order == [first.pk, second.pk]
    second = world.act(second, "clerk", "report_stuck", text="高压线还没迁", unit_id=world.units["away"].pk)
    rows = stuck_first(projects_visible_to(viewer), today)
    assert [r.case_id for r in rows] == [second.pk, first.pk]
    assert [r.case_id for r in projects_visible_to(world.viewer("handler"))] == [second.pk]
    assert "已经报了" in refusal(world.act, second, "clerk", "report_stuck", text="再报一次试试")
    world.later(days=5)
    second = world.act(second, "handler", "free", text="电力公司定了 12 月迁")
    delta = FigureDelta.objects.get(case_id=second.pk, measure="stuck_days")
    assert delta.bucket == 5 and world.row(second).stuck_on is None
    world.later(days=20)  # the first planned day is over
    assert next(iter(stuck_first(projects_visible_to(viewer), world.now.date()))).case_id == first.pk


def test_time_to_begin_is_extended_by_who_issued_the_licence(world: ProjectWorld) -> None:
    case = world.sign()
    world.passed(case, "build")
    case = world.land(case)
    clock = case.clocks.get(kind="begin_licence")
    assert clock.started_on + (clock.due_by - clock.started_on) == date(2027, 2, 18)
    more = {"which": "licence", "months": 3, "reason": "桩基设计要改"}
    assert "没有在走" in refusal(world.act, case, "clerk", "ask_begin", **more | {"which": "filing"})
    assert "一次最多" in refusal(world.act, case, "clerk", "ask_begin", **more | {"months": 4})
    for due in (date(2027, 5, 18), date(2027, 8, 18)):
        case = world.act(case, "clerk", "ask_begin", **more)
        case = world.act(case, "permits_leader", "decide_begin", decision="approved")
        assert case.clocks.get(kind="begin_licence").due_by == due
    assert "最多延 2 次" in refusal(world.act, case, "clerk", "ask_begin", **more)


def test_a_project_is_given_up_by_two_and_its_parts_end(world: ProjectWorld) -> None:
    case = world.sign()
    part = world.ask(case, "record")
    case = world.act(case, "investment", "ask_stop", reason="投资方撤资")
    with pytest.raises(NotPermitted):
        world.act(case, "trade_leader", "decide_stop", decision="approved")
    case = world.act(case, "supervisor", "decide_stop", decision="approved")
    part.refresh_from_db()
    assert (case.state, part.state) == ("stopped", "lapsed")
    assert not Case.objects.filter(parent=case, is_open=True).exists()


def test_plans_change_and_the_first_stays(world: ProjectWorld) -> None:
    case = world.sign(kind="government")
    plan = {"land_by": "2026-12-10", "licence_by": "2026-12-20", "start_by": "2027-01-10", "complete_by": "2027-10-01",
            "produce_by": "2027-12-01"}  # fmt: skip
    assert "不能早于" in refusal(
        world.act, case, "investment", "replan", **plan | {"start_by": "2026-01-01"}, reason="土地指标晚到"
    )
    case = world.act(case, "investment", "replan", **plan, reason="土地指标晚到")
    row = world.row(case)
    assert (case.due_by, row.plan["landed"], row.first_plan["landed"]) == (
        date(2026, 12, 10), "2026-12-10", "2026-11-20",
    )  # fmt: skip
    sums = {"feasibility": "100", "estimate": "110.01"}
    assert "10%" in refusal(world.act, case, "investment", "estimate", **sums)
    world.act(case, "investment", "estimate", **sums, report="已报发改局重新审核")
    world.act(case, "investment", "estimate", **sums | {"estimate": "110"})
    world.act(case, "investment", "own_days", days=10, reason="总部改工艺")
    assert world.row(case).own_days == 10
