"""Lawyers at stations: hours booked, advice in confidence, passed on by the firm in its own words; talks."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.http import Http404

from qiying.capabilities.legal_stations.models import Lawyer, Station
from qiying.capabilities.legal_stations.rules import KINDS
from qiying.capabilities.legal_stations.services.keeping import hours_open, row_keep
from qiying.kernel.audit.clock import local_date
from qiying.kernel.bookings.models import Booking
from qiying.kernel.bookings.selectors import offers_of
from qiying.kernel.bookings.services.booking import booking_make
from qiying.kernel.cases.models import Case, CaseEvent, Channel
from qiying.kernel.cases.opening import case_start
from qiying.kernel.cases.tests.walking import Typed, broken, browser, let_in
from qiying.kernel.cases.tests.world import DESK, World, cast
from qiying.kernel.enterprises.tests.factories import make_enterprise
from qiying.kernel.gatherings.kinds import kind_of
from qiying.kernel.permissions.errors import GuardFailed, NotPermitted

pytestmark = pytest.mark.django_db
SECRET = "出纳把货款转到自己卡上了"
ADVICE = "先固定账目，不要自己扣人"


class Stations(World):
    """A district with a station in which two lawyers sit."""

    station: Station
    lawyers: dict[str, Lawyer]

    def ask(self, **more: Any) -> Case:
        data = {"lawyer_id": self.lawyers["lawyer"].pk, "kind": "embezzlement", "text": SECRET, **more}
        return case_start(procedure="legal_advice", actor=self.viewer("clerk"), data=data, now=self.now)

    def booked(self) -> Booking:
        """Let the firm take a lawyer's first hour."""
        lawyer = self.lawyers["lawyer"]
        offer = hours_open(
            actor=self.viewer("lawyer"),
            lawyer=lawyer,
            hours="周三 14:00-17:00\n周四 09:00-17:00",
            minutes=30,
            now=self.now,
        )
        time = next(o.time for o in offers_of(offer, self.now) if not o.is_full and not o.why_not)
        return booking_make(
            bookable=offer, starts_at=time.starts_at, actor=self.viewer("clerk"), matter="合同", contact_name="陈雨",
            contact_phone="13800001234", now=self.now, enterprise_id=self.enterprise.pk,
        )  # fmt: skip


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Stations:
    made = Stations(
        **cast(
            "室站县",
            {"desk": DESK, "renda": ("新阳街道人大工委", []), "lvsuo": ("明川律师事务所", []), "sifa": ("区司法局", [])},
            {
                "desk": ("小受", "desk", "desk"), "lawyer": ("严正", "lvsuo", "lawyer"), "lawyer2": ("方圆", "lvsuo", "lawyer"),
                "congress": ("人大员", "renda", "congress"), "watcher": ("司法员", "sifa", "law_watcher"),
                "leader": ("主任", "desk", "leader"), "admin": ("运维", "desk", "admin"),
            },
        )
    )  # fmt: skip
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    names = ("name", "unit", "place", "valid_from")
    since = {"valid_from": date(2024, 1, 1)}
    made.station = row_keep(
        actor=made.viewer("congress"), model=Station, row=None, names=names, now=made.now, unique="name",
        values={"name": "新阳街道代表联络站", "unit": made.units["renda"], "place": "新阳路 8 号", **since},
    )  # fmt: skip
    told = {
        "station": made.station,
        "unit": made.units["lvsuo"],
        "licence": "13304200910000001",
        "fields": "公司、合同",
        **since,
    }
    made.lawyers = {
        who: row_keep(
            actor=made.viewer("watcher"), model=Lawyer, row=None, now=made.now,
            values={**told, "name": made.people[who].name, "person": made.people[who]}, names=("name", "person", *told),
        )
        for who in ("lawyer", "lawyer2")
    }  # fmt: skip
    return made


def refusal(fn: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(GuardFailed) as refused:
        fn(*args, **kwargs)
    return "；".join(refused.value.reasons)


def test_what_is_asked_and_answered_firm_and_lawyer_alone_read(world: Stations) -> None:
    case = world.ask()
    assert (case.state, case.title) == ("asked", "法律咨询：职务侵占")
    with pytest.raises(Http404):
        world.act(case, "lawyer2", "advise", text=ADVICE)
    case = world.act(case, "lawyer", "advise", text=ADVICE)
    assert not CaseEvent.objects.filter(case=case, data__contains=SECRET).exists()
    readers = set()
    for who, person in world.people.items():
        for address in (f"/cases/{case.number}/", f"/my/{case.number}/"):
            page = browser(person).get(address, follow=True)
            assert page.status_code < 500, (who, address)
            if page.status_code == 200 and ADVICE in page.content.decode():
                readers.add(who)
    assert readers == {"clerk", "lawyer"}
    case = world.act(case, "clerk", "ask_more", text="要不要先报案")
    case = world.act(world.act(case, "lawyer", "advise", text="材料齐了就报"), "clerk", "finish")
    assert (case.state, case.outcome) == ("closed", "answered")
    assert "值班律师" in refusal(world.ask, lawyer_id=None)
    assert "由律师填" in refusal(world.ask, advice=ADVICE)


def test_a_lawyer_opens_hours_and_notes_what_he_said_to_who_booked(world: Stations) -> None:
    booking = world.booked()
    data = {"booking": booking.code, "kind": "contract", "text": "货款拖了半年", "advice": "先发催告函"}
    with pytest.raises(GuardFailed, match="哪家企业的预约"):
        case_start(procedure="legal_advice", actor=world.viewer("lawyer2"), data=data, now=world.now)
    case = case_start(procedure="legal_advice", actor=world.viewer("lawyer"), data=data, now=world.now)
    assert (case.state, case.enterprise_id) == ("advised", world.enterprise.pk)
    page = browser(world.people["clerk"]).get("/legal-stations/").content.decode()
    assert "约时间" in page and "新阳街道代表联络站" in page
    with pytest.raises(NotPermitted):
        row_keep(
            actor=world.viewer("leader"), model=Station, row=world.station, names=("place",), values={"place": "别处"},
            now=world.now,
        )  # fmt: skip


def test_the_firm_passes_it_on_in_its_own_words(world: Stations) -> None:
    Channel.objects.create(district=world.district, code="platform", name="平台", group="线上")
    case = world.act(world.ask(), "lawyer", "advise", text=ADVICE)
    case = world.act(case, "clerk", "to_pool", text="请公安经侦上门指导固定证据")
    pool = Case.objects.get(number=case.extras["passed_to"])
    assert (case.outcome, pool.procedure) == ("to_pool", "service_request")
    other = make_enterprise(world.district, "云拓智能装备有限公司")
    body = apps.get_model("mediation", "Body").objects.create(
        district=world.district, name="机械行业调解室", kind="public", unit=world.units["renda"], founder="机械协会",
        place="协会", valid_from=date(2024, 1, 1),
    )  # fmt: skip
    asked = world.act(world.ask(kind="contract"), "lawyer", "advise", text=ADVICE)
    told = {
        "body_id": body.pk,
        "respondent": other.name,
        "claim": 150_000,
        "text": "三批货款没有付，请组织调解",
    }
    asked = world.act(asked, "clerk", "to_mediation", **told)
    matter = apps.get_model("mediation", "Matter").objects.get(origin=asked.number)
    assert (asked.outcome, matter.respondent_id, matter.kind) == ("to_mediation", other.pk, "trade")
    assert ADVICE not in str(list(CaseEvent.objects.filter(case=matter.case).values_list("data", flat=True)))


def test_pages_are_for_whom_they_are_and_nothing_typed_breaks_them(world: Stations) -> None:
    people = {**world.people, "nobody": None}
    seen = let_in(
        people, {"/legal-stations/": "", "/legal-stations/list/": "", "/legal-stations/lawyers/": ""}
    )
    assert set(seen["/legal-stations/"].split()) == set(world.people)
    office = {"congress", "watcher", "leader", "lawyer", "lawyer2"}
    assert {a: set(who.split()) for a, who in seen.items() if a != "/legal-stations/"} == {
        "/legal-stations/list/": office, "/legal-stations/lawyers/": office,
    }  # fmt: skip
    case, answered = world.ask(), world.act(world.ask(), "lawyer", "advise", text=ADVICE)
    row, day = world.lawyers["lawyer"], local_date(world.now).isoformat()
    typed: dict[str, tuple[str, Typed]] = {
        "/open/legal_advice/": ("clerk", {"lawyer_id": row.pk, "kind": "labour", "text": "要赔多少", "booking": ""}),
        f"/cases/{case.number}/do/advise/": ("lawyer", {"text": ADVICE}),
        f"/cases/{answered.number}/do/ask_more/": ("clerk", {"text": "还要准备什么"}),
        f"/legal-stations/lawyers/{row.pk}/hours/": ("lawyer", {"hours": "周三 14:00-17:00", "minutes": "30"}),
        "/legal-stations/list/new/": ("congress", {
            "name": "高新园区站", "unit": world.units["renda"].pk, "place": "高新路", "valid_from": day, "valid_to": ""}),
    }  # fmt: skip
    assert broken(world.people, typed, every=False) == []


def test_talks_and_kinds_are_declared() -> None:
    assert list(KINDS.values())[:4] == ["职务侵占", "劳动纠纷", "合同履行", "电信诈骗"]
    talk = kind_of("legal_talk")
    assert (
        talk.has_capacity and talk.roles[0].signs_up and timedelta(days=talk.remind_days) == timedelta(days=1)
    )
