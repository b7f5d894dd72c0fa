"""The kernel's acts on a procedure nobody built pages for: taken back, annulled, corrected, countersigned, written to."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.urls import reverse
from tests.toy.test_toy import TITLE, mediating, opened, registered, told, world

from qiying.kernel.cases.intaking import search_text
from qiying.kernel.cases.models import Answer, Approval, Case, CaseEvent, CaseIntake, Intake
from qiying.kernel.cases.services.countersigning import Countersign, countersign_set
from qiying.kernel.cases.tests import world as kit
from qiying.kernel.documents.models import Document, LetterNumber
from qiying.kernel.documents.services import document_store
from qiying.kernel.documents.subjects import draft_prefix
from qiying.kernel.notices.fan_out import fan_out
from qiying.kernel.notices.models import InboxItem
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.errors import GuardFailed, NotPermitted

__all__ = ["registered", "world"]
pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
ADVICE = "双方各让一步，尾款分两次付清。"


def agreed(world: kit.World) -> Case:
    case = opened(world)
    world.act(case, "clerk", "agree", agrees=True)
    return world.act(case, "second", "agree", agrees=True)


def countersigning(world: kit.World, **given: Any) -> None:
    chief = world.people["chief"].pk
    wanted = {"whose": "others", "people": [], "approvers": [chief], **given}
    countersign_set(actor=world.viewer("chief"), unit=world.units["desk"], at=world.now, **wanted)
    world.units["desk"].refresh_from_db()


def test_opening_leaves_an_intake_of_its_own_accord(world):
    case = opened(world)
    intake = Intake.objects.get(case_links__case=case)
    assert (intake.enterprise_id, intake.channel.code) == (case.enterprise_id, "platform")
    assert CaseIntake.objects.get(case=case).is_primary


def test_who_asked_takes_it_back_and_everybody_who_works_on_it_is_told(world):
    case = mediating(world)
    with pytest.raises(NotPermitted):
        world.act(case, "second", "withdraw", reason="我们不要了")
    case = world.act(case, "clerk", "withdraw", reason="双方自己谈好了")
    assert (case.state, case.outcome, case.is_open, case.clock_state) == (
        "ended",
        "withdrawn",
        False,
        "stopped",
    )
    fan_out(world.now)
    for who in ("mediator", "second"):
        assert InboxItem.objects.filter(person=world.people[who], title__contains="撤回").exists()
    assert told(case) == []


def test_annulling_takes_two_people(world):
    case = mediating(world)
    case = world.act(case, "desk", "ask_void", reason="重复登记了一件")
    with pytest.raises(NotPermitted):
        world.act(case, "desk", "decide_void", decision="approved")
    kept = world.act(case, "supervisor", "decide_void", decision="refused", note="不是重复的")
    assert kept.is_open
    world.act(case, "desk", "ask_void", reason="确实是重复的，附上对照")
    case = world.act(case, "supervisor", "decide_void", decision="approved")
    assert (case.outcome, case.is_open) == ("voided", False)
    assert told(case) == []


def test_a_slip_is_corrected_and_old_and_new_are_kept(world):
    case = opened(world)
    with pytest.raises(GuardFailed, match="没有要改的"):
        world.act(case, "desk", "correct", reason="看错了一个字")
    case = world.act(
        case,
        "desk",
        "correct",
        title="定制设备货款的纠纷",
        contact_phone="13800001234",
        reason="是货款，不是尾款",
    )
    assert case.title == "定制设备货款的纠纷"
    data = json.loads(CaseEvent.objects.get(case=case, action="correct").data)
    assert data["was"] == {"title": TITLE}
    again = world.act(case, "desk", "correct", contact_phone="13800005678", reason="号码又变了")
    data = json.loads(CaseEvent.objects.filter(case=case, action="correct").order_by("seq").last().data)
    assert "$personal" in data["was"]["contact_phone"]
    assert told(again) == []
    assert callable(search_text)


def test_an_answer_goes_first_to_whom_the_unit_named_then_out_or_back(world, client):
    countersigning(world)
    case = agreed(world)
    with pytest.raises(GuardFailed, match="先送审签"):
        world.act(case, "desk", "advise", text=ADVICE)
    case = world.act(case, "desk", "ask_answer", text=ADVICE)
    assert (case.state, case.turn) == ("reviewing", "approver")
    client.force_login(world.people["chief"])
    assert TITLE in client.get(reverse("portal:home")).content.decode()
    form = client.get(reverse("cases:do", args=[case.number, "decide_answer"])).content.decode()
    assert ADVICE in form and "同意发出" in form and "退回修改" in form
    for who in ("clerk", "second"):
        client.force_login(world.people[who])
        assert ADVICE not in client.get(reverse("mine:case", args=[case.number])).content.decode()
    with pytest.raises(NotPermitted):
        world.act(case, "desk", "decide_answer", decision="approved")
    case = world.act(case, "chief", "decide_answer", decision="refused", note="先问问对方")
    assert case.state == "agreed"
    client.force_login(world.people["desk"])
    again = client.get(reverse("cases:do", args=[case.number, "ask_answer"])).content.decode()
    assert ADVICE in again
    case = world.act(case, "desk", "ask_answer", text=f"{ADVICE}对方同意。")
    case = world.act(case, "desk", "recall_answer")
    case = world.act(case, "desk", "ask_answer", text=f"{ADVICE}对方也同意。")
    case = world.act(case, "chief", "decide_answer", decision="approved")
    sent = Answer.objects.get(case=case, kind="final")
    assert (case.state, sent.text, sent.given_by_name) == ("ended", f"{ADVICE}对方也同意。", "许静")
    assert [a.decision for a in Approval.objects.filter(case=case).order_by("no")] == [
        "refused",
        "recalled",
        "approved",
    ]
    assert told(case) == []


def test_nobody_approves_his_own_answer(world):
    countersigning(world, whose="named", people=[world.people["desk"].pk, world.people["chief"].pk], approvers=[
        world.people["desk"].pk, world.people["chief"].pk])  # fmt: skip
    case = world.act(agreed(world), "desk", "ask_answer", text=ADVICE)
    with pytest.raises(NotPermitted):
        world.act(case, "desk", "decide_answer", decision="approved")
    assert world.act(case, "chief", "decide_answer", decision="approved").state == "ended"
    with pytest.raises(GuardFailed, match="自己"):
        countersigning(world, whose="named", people=[world.people["chief"].pk])


def test_a_unit_without_the_setting_answers_at_once(world):
    assert world.act(agreed(world), "desk", "advise", text=ADVICE).state == "ended"


@pytest.mark.parametrize(
    ("who", "status"), [("chief", 200), ("desk", 404), ("clerk", 404), ("supervisor", 404)]
)
def test_the_units_leader_settles_it_in_the_browser(world, client, who, status):
    client.force_login(world.people[who])
    page = client.get(reverse("cases:countersign"))
    assert page.status_code == status
    if status == 404:
        return
    refused = client.post(reverse("cases:countersign"), {"whose": "others"})
    assert "选谁来审签" in refused.content.decode()
    done = client.post(
        reverse("cases:countersign"), {"whose": "others", "approvers": [world.people["chief"].pk]}
    )
    assert done.status_code == 302
    assert Countersign.of(Unit.objects.get(pk=world.units["desk"].pk)).approvers == [world.people["chief"].pk]


def test_a_state_says_to_each_party_what_it_has_to_know(world, client):
    case = world.act(mediating(world), "mediator", "draft", text="三十日内付清尾款。")
    words = {"clerk": "请您看看同不同意", "second": "先等申请企业说", "desk": "等两家说同不同意"}
    for who, said in words.items():
        client.force_login(world.people[who])
        page = client.get(reverse("cases:case", args=[case.number]), follow=True).content.decode()
        assert said in page
        assert not [w for other, w in words.items() if other != who and w in page]


def test_letters_are_the_procedures_own_and_go_to_whom_it_says(world, client):
    Unit.objects.filter(pk=world.units["desk"].pk).update(letter_word="调解")
    case = mediating(world)
    client.force_login(world.people["desk"])
    page = client.get(reverse("cases:letter", args=[case.number])).content.decode()
    assert "邀请函" in page and "商请函" in page and "隔壁木业有限公司" in page and "交办函" not in page
    done = client.post(reverse("cases:letter", args=[case.number]), {"kind": "invite"})
    assert done.status_code == 302
    assert LetterNumber.objects.count() == 1
    paper = Document.objects.filter(subject=f"case:{case.pk}", media_type="application/pdf").get()
    for who, status in (("second", 200), ("desk", 200), ("outsider", 404)):
        client.force_login(world.people[who])
        assert client.get(f"/documents/{paper.pk}/").status_code == status
    assert told(case) == []


def test_photos_of_a_hidden_asker_are_covered_like_his_words(world, client):
    photo = document_store(
        content=b"%PDF-1.4\n%%EOF\n", name="禾川精密门口.pdf", kind="material",
        subject=f"{draft_prefix(str(world.people['clerk'].pk))}x", actor=world.viewer("clerk"),
        district_id=world.district.pk, at=world.now,
    )  # fmt: skip
    case = opened(world, hide_asker=True, documents=[photo.pk])
    for who, reads in (
        ("clerk", True),
        ("desk", True),
        ("second", False),
        ("outsider", False),
        ("stranger", False),
    ):
        client.force_login(world.people[who])
        assert client.get(f"/documents/{photo.pk}/").status_code == (200 if reads else 404)
        page = client.get(reverse("cases:case", args=[case.number]), follow=True).content.decode()
        assert ("禾川精密门口" in page) is reads
