"""Parameters and the calendar: readable by many, changed by few, on record, and open deadlines follow."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from qiying.capabilities.service_requests.tests.world import World, make_world
from qiying.kernel.audit.clock import local_date, utc_now
from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.cases.calendar_changes import calendars_apply
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.models import CalendarOverride, CalendarYear, CaseEvent, DatedParameter
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.cases.services.parameters import shape_fault
from qiying.kernel.organisations.tests.cast import client_of
from qiying.kernel.organisations.tests.factories import make_person
from qiying.statutes.workdays import nth_workday

pytestmark = pytest.mark.django_db

YEAR_2027 = """
year: 2027
notice: {title: 某年放假通知, number: 国办发明电〔2026〕9号, published_on: 2026-11-04}
days_off:
  - {name: 元旦, from: 2027-01-01, to: 2027-01-03}
  - {name: 春节, from: 2027-02-05, to: 2027-02-12}
  - {name: 清明节, from: 2027-04-03, to: 2027-04-05}
  - {name: 劳动节, from: 2027-05-01, to: 2027-05-05}
  - {name: 端午节, from: 2027-06-09, to: 2027-06-11}
  - {name: 中秋节, from: 2027-09-15, to: 2027-09-17}
  - {name: 国庆节, from: 2027-10-01, to: 2027-10-07}
makeup_workdays:
  - {date: 2027-02-13, for: 春节}
"""


@pytest.fixture
def world() -> World:
    found = make_world()
    found.now = utc_now()
    found.people["admin"] = make_person("高远", found.units["desk"], "admin")
    return found


def test_who_may_look_and_who_may_change(world: World) -> None:
    readers = {"admin", "desk", "supervisor", "leader"}
    for url in ("/parameters/", "/calendar/"):
        for who in ("admin", "desk", "supervisor", "leader", "handler", "callback", "clerk", "outsider"):
            assert client_of(world.people[who]).get(url).status_code == (200 if who in readers else 404), who
    for who in ("desk", "supervisor", "handler", "clerk"):
        client = client_of(world.people[who])
        assert client.get("/parameters/limit.general/").status_code == 404
        assert client.post("/parameters/limit.general/", {"text": "9"}).status_code == 404
        assert client.post("/calendar/day/", {}).status_code == 404
        assert client.post("/calendar/year/", {}).status_code == 404
    assert not DatedParameter.objects.exists()


def tomorrow() -> date:
    return local_date(utc_now()) + timedelta(days=1)


def sent(**changes: object) -> dict[str, object]:
    return {"text": "4", "valid_from": tomorrow().isoformat(), "source": "区营商办〔2026〕5 号", **changes}


def test_a_new_row_holds_from_its_day_and_the_old_value_stays_readable(world: World) -> None:
    admin = client_of(world.people["admin"])
    assert admin.post("/parameters/limit.general/", sent()).status_code == 302
    district = world.district.pk
    assert parameter("limit.general", district_id=district, on=tomorrow()) == 4
    assert parameter("limit.general", district_id=district, on=tomorrow() - timedelta(days=1)) == 3
    shown = admin.get("/parameters/").content.decode()
    assert "还没到" in shown
    assert "3 个工作日" in shown
    assert AuditEntry.objects.filter(action="parameter_set").count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text": "三"}, "要填 0 到 3650 的整数"),
        ({"text": "-1"}, "要填 0 到 3650 的整数"),
        ({"valid_from": "2020-01-01"}, "过去的日子已经按原来的值算过"),
        ({"valid_from": ""}, "请写从哪天起"),
        ({"source": ""}, "请写依据"),
    ],
)
def test_what_cannot_hold_is_refused_with_its_reason(
    world: World, changes: dict[str, object], words: str
) -> None:
    answer = client_of(world.people["admin"]).post("/parameters/limit.general/", sent(**changes))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not DatedParameter.objects.exists()


def test_one_day_holds_one_row(world: World) -> None:
    admin = client_of(world.people["admin"])
    admin.post("/parameters/limit.general/", sent())
    assert "这一天已经有一行" in admin.post("/parameters/limit.general/", sent(text="5")).content.decode()


def test_structured_values_keep_their_shape() -> None:
    rungs = [{"name": "a", "kind": "yellow", "percent": 80}]
    assert shape_fault([{"name": "x", "kind": "red", "after_workdays": 1}], rungs) == ""
    assert "kind 只能是" in shape_fault([{"name": "x", "kind": "blue", "percent": 5}], rungs)
    assert "只写一样" in shape_fault([{"name": "x", "kind": "red"}], rungs)
    assert "两档不能同名" in shape_fault(rungs * 2, rungs)
    assert "缺了 b" in shape_fault({"a": 1}, {"a": 1, "b": 2})
    assert shape_fault({"a": ["十佳", 9]}, {"a": ["十佳", 10]}) == ""


def test_a_typhoon_day_moves_open_deadlines_and_the_page_says_how_many(world: World) -> None:
    case = world.triaged()
    before = case.due_by
    assert before is not None
    admin = client_of(world.people["admin"])
    day = nth_workday(local_date(world.now), 1, calendar_for(world.district.pk))
    given = {
        "on": day.isoformat(),
        "is_workday": "rest",
        "reason": "台风停工",
        "source": "区防指〔2026〕3 号",
    }
    answer = admin.post("/calendar/day/", given, follow=True).content.decode()
    assert "1 件在办的期限正在后台重算" in answer
    assert calendars_apply(world.now) == 1
    case.refresh_from_db()
    assert case.due_by is not None
    assert case.due_by > before
    assert CaseEvent.objects.filter(case=case, action="calendar_changed").count() == 1
    shown = admin.get("/calendar/").content.decode()
    assert "台风停工" in shown
    assert AuditEntry.objects.filter(action="calendar_override_set").count() == 1


def test_a_day_that_changes_nothing_or_is_long_past_is_refused(world: World) -> None:
    admin = client_of(world.people["admin"])
    day = nth_workday(local_date(world.now), 1, calendar_for(world.district.pk))
    given = {"on": day.isoformat(), "is_workday": "work", "reason": "加班", "source": "区府办通知"}
    assert "本来就上班" in admin.post("/calendar/day/", given).content.decode()
    old = {**given, "on": "2026-01-05", "is_workday": "rest"}
    assert "不能再改" in admin.post("/calendar/day/", old).content.decode()
    assert not CalendarOverride.objects.exists()


def test_a_day_still_to_come_can_be_taken_back_by_its_own_district_only(world: World) -> None:
    admin = client_of(world.people["admin"])
    day = nth_workday(local_date(world.now), 3, calendar_for(world.district.pk))
    given = {
        "on": day.isoformat(),
        "is_workday": "rest",
        "reason": "台风停工",
        "source": "区防指〔2026〕3 号",
    }
    admin.post("/calendar/day/", given)
    row = CalendarOverride.objects.get()
    other = make_world("别区")
    stranger = client_of(make_person("别人", other.units["desk"], "admin"))
    assert stranger.post(f"/calendar/day/{row.pk}/remove/").status_code == 404
    assert admin.post(f"/calendar/day/{row.pk}/remove/").status_code == 302
    assert not CalendarOverride.objects.exists()
    assert AuditEntry.objects.filter(action="calendar_override_removed").count() == 1


def test_a_confirmed_year_is_loaded_from_its_file(world: World) -> None:
    admin = client_of(world.people["admin"])
    file = SimpleUploadedFile("2027.yaml", YEAR_2027.encode())
    answer = admin.post("/calendar/year/", {"file": file}, follow=True)
    assert "2027 年的放假安排导入了" in answer.content.decode()
    assert calendar_for(world.district.pk).status(date(2027, 2, 13)) == "confirmed"
    assert calendar_for(world.district.pk).is_workday(date(2027, 2, 13))


def test_a_bad_file_is_refused_with_every_problem_and_the_calendar_stays(world: World) -> None:
    admin = client_of(world.people["admin"])
    version = calendar_for(world.district.pk).version
    bad = YEAR_2027.replace("to: 2027-10-07", "to: 2027-09-07").replace("劳动节", "五一")
    for content, words in (
        (bad.encode(), "国庆节的结束日 2027-09-07 早于开始日"),
        (YEAR_2027.split("makeup")[0].replace("2027", "2029").encode(), "要一年接一年"),
        ("放假".encode("gbk"), "不是 UTF-8 编码"),
        (b"", "请选一份放假安排文件"),
    ):
        answer = admin.post("/calendar/year/", {"file": SimpleUploadedFile("y.yaml", content)})
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert not CalendarYear.objects.exists()
    assert calendar_for(world.district.pk).version == version
