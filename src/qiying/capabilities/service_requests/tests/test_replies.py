"""Every intake gets its own reply by its channel's way; nothing is told twice, nothing is forgotten."""

import json
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from qiying.capabilities.service_requests.services.replies import (
    EXTERNAL_STATES,
    unreplied,
    webhooks_confirm,
)
from qiying.capabilities.service_requests.tests.world import TEXT, World, make_world
from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.cases.jobs import jobs_run
from qiying.kernel.cases.models import Case, CaseIntake, Intake
from qiying.kernel.cases.vocabulary import PROCEDURES
from qiying.kernel.notices.fan_out import fan_out
from qiying.kernel.notices.models import ChannelEndpoint, Delivery, Notice
from qiying.kernel.organisations.tests.cast import client_of
from qiying.kernel.permissions.errors import GuardFailed

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def came(world: World, channel: str, **data: object) -> tuple[Case, Intake]:
    case = world.submit("desk", channel=channel, **{"enterprise_id": None, **data})
    return case, CaseIntake.objects.get(case=case).intake


def told(world: World, case: Case) -> None:
    world.act(case, "desk", "answer_on_spot", text="限高杆今天下午就挪开。")
    run(world)


def run(world: World) -> None:
    while jobs_run(world.now):
        pass


def state(intake: Intake) -> str:
    intake.refresh_from_db()
    return str(intake.reply_state)


def test_every_state_of_the_procedure_has_a_word_for_outside() -> None:
    assert set(EXTERNAL_STATES) == {s.code for s in PROCEDURES.latest("service_request").states}


def test_nothing_is_owed_before_there_is_an_answer(world: World) -> None:
    case, intake = came(world, "window")
    world.act(case, "desk", "triage", kind="problem", category="parking", level="general")
    run(world)
    assert state(intake) == "none"


def test_a_word_by_word_channel_waits_until_the_desk_says_it_told(world: World) -> None:
    case, intake = came(world, "window", contact_name="陈雨", contact_phone="13800001111")
    told(world, case)
    assert state(intake) == "pending"
    desk = client_of(world.people["desk"])
    shown = desk.get("/replies/").content.decode()
    assert intake.number in shown
    assert "138****1111" in shown
    assert "13800001111" not in shown
    assert desk.post(f"/replies/{intake.number}/", {"way": "phone"}).status_code == 302
    assert state(intake) == "sent"
    assert AuditEntry.objects.filter(action="reply_given").count() == 1
    again = desk.post(f"/replies/{intake.number}/", {"way": "phone"})
    assert "已经回复过" in again.content.decode()


def test_saying_that_no_reply_is_needed_wants_a_reason(world: World) -> None:
    case, intake = came(world, "window")
    told(world, case)
    desk = client_of(world.people["desk"])
    assert desk.post(f"/replies/{intake.number}/", {"way": "not_needed"}).status_code == 422
    desk.post(f"/replies/{intake.number}/", {"way": "not_needed", "note": "本人说不用再打电话"})
    assert state(intake) == "not_needed"


def test_who_reads_our_notices_has_been_told(world: World) -> None:
    case = world.submit("clerk", channel="phone")
    told(world, case)
    assert state(CaseIntake.objects.get(case=case).intake) == "sent"


def test_an_anonymous_source_without_a_phone_is_owed_nothing(world: World) -> None:
    case, intake = came(world, "window", is_anonymous=True)
    told(world, case)
    assert state(intake) == "not_needed"


def test_joined_sources_are_each_told_by_their_own_way(world: World) -> None:
    first, one = came(world, "window", contact_phone="13800001111")
    second, two = came(world, "enforcement_check", source_id="ZF-1", text=TEXT + "急。")
    from qiying.capabilities.service_requests.services.desk import request_join

    request_join(case=second, target_number=first.number, actor=world.viewer("desk"), now=world.now)
    run(world)
    assert (state(one), state(two)) == ("none", "none")
    told(world, first)
    assert (state(one), state(two)) == ("pending", "pending")
    assert set(unreplied(world.district.pk)) == {one, two}


def test_the_table_is_handed_out_once_and_hides_who_wants_to_be_hidden(world: World) -> None:
    case, intake = came(
        world, "enforcement_check", source_id="ZF-1", enterprise_id=world.enterprise.pk, hide_asker=True
    )
    told(world, case)
    desk = client_of(world.people["desk"])
    url = "/channels/enforcement_check/replies/export/"
    assert client_of(world.people["handler"]).post(url).status_code == 404
    body = desk.post(url).content
    rows = CalamineWorkbook.from_filelike(BytesIO(body)).get_sheet_by_index(0).to_python()
    assert rows[2][0] == "ZF-1"
    assert rows[2][-1] == "限高杆今天下午就挪开。"
    assert world.enterprise.name not in str(rows)
    assert state(intake) == "sent"
    assert json.loads(AuditEntry.objects.get(action="replies_exported").data)["rows"] == 1
    assert not unreplied(world.district.pk).exists()


def test_states_and_the_answer_go_back_by_webhook_once_each(world: World) -> None:
    ChannelEndpoint.objects.create(
        district=world.district, name="12345", kind="webhook", url="https://12345.example/back",
        events=["source_reply"], created_at=world.now,
    )  # fmt: skip
    case, intake = came(world, "hotline_12345", source_id="D-100")
    script: list[tuple[str, str, dict[str, Any]]] = [
        ("desk", "triage", {"kind": "problem", "category": "parking", "level": "general"}),
        ("desk", "assign", {"unit_id": world.units["town"].pk}),
        ("handler", "take", {}),
        ("handler", "answer", {"text": "限高杆已经往东挪了十米，货车可以进出了。", "result": "solved"}),
    ]
    for who, action, data in script:
        world.later(minutes=5)
        world.act(case, who, action, **data)
        run(world)
    sent = list(Notice.objects.filter(template="source_reply").order_by("id"))
    assert [n.context["state"] for n in sent] == ["accepted", "assigned", "answered"]
    assert {n.context["source_id"] for n in sent} == {"D-100"}
    assert sent[2].context["answer"].startswith("限高杆已经")
    assert state(intake) == "pending"
    fan_out(world.now)
    deliveries = Delivery.objects.filter(notice__template="source_reply")
    assert deliveries.count() == 3
    deliveries.exclude(notice=sent[2]).update(state="sent")
    assert webhooks_confirm(world.now) == 0
    deliveries.update(state="sent")
    assert webhooks_confirm(world.now + timedelta(minutes=1)) == 1
    assert state(intake) == "sent"


def test_the_same_event_told_twice_changes_nothing(world: World) -> None:
    case, _ = came(world, "hotline_12345", source_id="D-100")
    told(world, case)
    before = Notice.objects.filter(template="source_reply").count()
    from qiying.capabilities.service_requests.services.replies import reply_due

    reply_due("request_answered")({"case": case.number}, world.now)
    assert Notice.objects.filter(template="source_reply").count() == before


def test_a_resent_order_never_doubles_and_other_words_are_not_swallowed(world: World) -> None:
    case, _ = came(world, "hotline_12345", source_id="D-100")
    again, _ = came(world, "hotline_12345", source_id="D-100")
    assert again.pk == case.pk
    with pytest.raises(GuardFailed, match=case.number):
        came(world, "hotline_12345", source_id="D-100", text="工单重发，内容不一样了。")
    assert Intake.objects.count() == 1
