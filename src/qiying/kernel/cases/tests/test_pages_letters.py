"""Letters and the board: what goes out, who may send it, what is stuck and who is asked what."""

from __future__ import annotations

import pytest
from django.urls import reverse

from qiying.capabilities.service_requests.tests.world import World, make_world
from qiying.kernel.cases.models import Case, Clock
from qiying.kernel.cases.tests.test_pages_case import client, hidden_case
from qiying.kernel.documents.models import Document, LetterNumber
from qiying.kernel.documents.services import document_read, document_store

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    made = make_world()
    unit = made.units["desk"]
    unit.letter_word = "营商交"
    unit.save(update_fields=["letter_word"])
    return made


@pytest.fixture(autouse=True)
def _one_clock(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: world.now)


def address(case: Case) -> str:
    return reverse("cases:letter", args=[case.number])


def preview(case: Case, part: str = "preview") -> str:
    return reverse(f"cases:letter_{part}", args=[case.number])


def test_the_box_holds_the_standard_text_and_follows_the_kind_until_it_is_edited(world):
    case = world.handling()
    desk = client(world, "desk")
    shown = desk.get(address(case)).context
    standard = shown["text"]
    assert "请你单位主办" in standard
    given = {"standard": standard, "text": standard.replace("\n", "\r\n"), "kind": "urge"}
    turned = desk.post(preview(case), given)
    assert "hx-swap-oob" in turned.content.decode()
    assert "请你单位提供的" in turned.context["text"]
    own = desk.post(preview(case), {**given, "text": "请尽快办。"})
    assert own.context["text"] == "请尽快办。"
    assert "hx-swap-oob" not in own.content.decode()
    back = desk.post(preview(case), {**given, "text": "请尽快办。", "back": "1"})
    assert back.context["text"] == turned.context["text"]


def test_sending_the_standard_text_unchanged_is_kept_as_the_standard(world):
    case = world.handling()
    standard = client(world, "desk").get(address(case)).context["text"]
    given = {"addressee_id": world.units["town"].pk, "kind": "assign", "text": standard, "standard": standard}
    client(world, "desk").post(address(case), given)
    assert '"text"' not in case.events.get(action="issue_letter").data


def test_the_pdf_is_looked_at_in_the_page_before_it_is_sent_and_takes_no_number(world):
    case = world.handling()
    seen = client(world, "desk").post(preview(case, "pdf"), {"kind": "assign"})
    assert b"".join(seen).startswith(b"%PDF")
    assert seen["Content-Disposition"] == "inline"
    assert seen["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in seen["Content-Security-Policy"]
    assert "no-store" in seen["Cache-Control"]
    assert client(world, "desk").get(address(case))["X-Frame-Options"] == "DENY"
    assert not LetterNumber.objects.exists()
    for part in ("pdf", "preview"):
        assert client(world, "handler").post(preview(case, part)).status_code == 403
        assert client(world, "outsider").post(preview(case, part)).status_code == 404


def test_the_title_of_a_letter_never_breaks_off_inside_a_word(world):
    long = "厂门口路灯坏了三个月没有人来修，晚上工人下夜班要打手电筒才能走到厂里"
    case = world.submit(text=f"{long}。请快修。")
    world.act(case, "desk", "triage", kind="problem", category="park_transport", level="general")
    world.act(case, "desk", "assign", unit_id=world.units["town"].pk)
    assert case.title.endswith("…")
    title = client(world, "desk").get(address(case)).context["letter"]["title"]
    assert title == f"关于“{long}”的交办函"


def test_a_letter_is_seen_before_it_goes_out(world):
    case = world.handling(co_unit_ids=[world.units["bureau"].pk], ask="请看路权")
    text = client(world, "desk").get(address(case)).content.decode()
    assert "请你单位主办，11月23日（周一）下班前答复企业" in text
    assert "区住建局协办" in text
    assert "发出时取号" in text
    assert not LetterNumber.objects.exists()


def test_a_letter_sent_has_its_number_two_files_and_stops_its_clock(world):
    case = world.handling()
    given = {"kind": "assign", "addressee_id": world.units["town"].pk, "text": ""}
    answer = client(world, "desk").post(address(case), given, follow=True)
    assert "交办函 营商交〔2026〕1 号 发出了" in answer.content.decode()
    files = list(Document.objects.filter(subject=f"case:{case.pk}", kind="letter").order_by("name"))
    assert [f.name.rsplit(".", 1)[1] for f in files] == ["docx", "pdf"]
    assert document_read(files[1]).startswith(b"%PDF")
    assert Clock.objects.get(case=case, kind="letter").state == "stopped"
    assert case.events.filter(action="issue_letter").count() == 1


def test_a_letter_that_came_too_late_voids_its_number_and_files_nothing(world):
    case = world.handling()
    stale = case.seq
    world.act(case, "handler", "note", text="先等等")
    given = {"kind": "assign", "addressee_id": world.units["town"].pk, "seen_seq": stale}
    assert client(world, "desk").post(address(case), given).status_code == 409
    assert LetterNumber.objects.get().voided_at is not None
    assert not Document.objects.filter(kind="letter").exists()


def test_no_letter_names_a_hidden_asker(world):
    case = hidden_case(world)
    for kind in ("assign", "co", "urge"):
        text = client(world, "desk").post(preview(case), {"kind": kind})
        assert "禾川精密" not in text.content.decode(), kind
        assert "每天要绕三公里" not in text.content.decode(), kind


def test_only_the_desk_and_supervision_write_letters(world):
    case = world.handling()
    assert client(world, "supervisor").get(address(case)).status_code == 200
    assert client(world, "handler").get(address(case)).status_code == 403
    for who in ("outsider", "co_handler"):
        assert client(world, who).get(address(case)).status_code == 404
        assert client(world, who).post(address(case), {"kind": "assign"}).status_code == 404


def test_documents_of_a_case_are_seen_by_its_parties_only(world):
    case = world.handling()
    client(world, "desk").post(address(case), {"kind": "assign", "addressee_id": world.units["town"].pk})
    document = Document.objects.filter(kind="letter").order_by("id")[0]
    url = reverse("documents:download", args=[document.pk])
    assert client(world, "handler").get(url).status_code == 200
    for who in ("clerk", "outsider", "co_handler"):
        assert client(world, who).get(url).status_code == 404, who


def test_a_letter_sent_is_read_inside_the_case_page_and_an_upload_is_not(world):
    case = world.handling()
    client(world, "desk").post(address(case), {"kind": "assign", "addressee_id": world.units["town"].pk})
    pdf = Document.objects.get(kind="letter", media_type="application/pdf")
    url = reverse("cases:letter_printed", args=[case.number, pdf.pk])
    assert url in client(world, "handler").get(reverse("cases:case", args=[case.number])).content.decode()
    seen = client(world, "handler").get(url)
    assert seen.content.startswith(b"%PDF")
    assert (seen["Content-Disposition"], seen["X-Frame-Options"]) == ("inline", "SAMEORIGIN")
    for who in ("clerk", "outsider", "co_handler"):
        assert client(world, who).get(url).status_code == 404, who
    upload = document_store(
        content=document_read(pdf), name="假的.pdf", kind="letter", subject=pdf.subject, audience=pdf.audience,
        actor=world.viewer("handler"), district_id=world.district.pk, at=world.now,
    )  # fmt: skip
    assert client(world, "handler").get(url.replace(f"/{pdf.pk}/", f"/{upload.pk}/")).status_code == 404


def test_the_board_says_what_is_stuck_and_asks_one_act(world):
    case = world.handling(co_unit_ids=[world.units["bureau"].pk], co_ask="路权归谁")
    world.act(case, "handler", "ask_extension", workdays=2, reason="要等市里批复")
    world.later(days=6)
    groups = {g.code: g for g in client(world, "supervisor").get("/board/").context["board"].groups}
    asked = groups["decide"].items[0]
    assert asked.act == "决定延期"
    assert asked.act_url.endswith(f"/cases/{case.number}/do/decide_extension/")
    stuck = groups["waiting"].items[0]
    assert "区住建局" in stuck.sentence
    assert stuck.act == "催区住建局"


def test_a_board_is_read_only_where_nothing_is_asked(world):
    case = world.handling()
    world.act(case, "handler", "ask_extension", workdays=2, reason="要等市里批复")
    groups = {g.code: g for g in client(world, "leader").get("/board/").context["board"].groups}
    assert groups["decide"].items[0].act == ""
    assert client(world, "clerk").get("/board/").status_code == 404
    assert client(world, "co_handler").get("/board/").context["board"].counts["all"] == 0
