"""Answering on pages: screens, drafts kept, what is wrong at its field, one response however often it is sent."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from qiying.kernel.audit.tests.kept import kept
from qiying.kernel.documents.models import Document
from qiying.kernel.forms.models import FormDraft, Response
from qiying.kernel.forms.services import draft_keep, draft_of, form_drafts_expire
from qiying.kernel.forms.tests.world import World, client_of, layout, page_layout, question
from qiying.kernel.organisations.tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return kept(World)()


def key_in(client: Client, url: str) -> str:
    return str(client.get(url).context["draft"].key)


def test_one_question_a_screen_is_answered_from_end_to_end(world: World) -> None:
    form = world.version(page_layout()).form
    client, url = client_of(world.clerk), reverse("forms:fill", args=[form.pk])
    first = client.get(url)
    assert "现在有多少职工" in first.content.decode()
    assert "从哪里知道政策" not in first.content.decode()
    key = first.context["draft"].key
    assert FormDraft.objects.count() == 0  # looking stores nothing
    wrong = client.post(url, {"key": key, "asked": "职工人数", "a.职工人数": "五十", "do": "next"})
    assert wrong.status_code == 422
    assert "请填数字" in wrong.content.decode()
    assert 'value="五十"' in wrong.content.decode()
    moved = client.post(url, {"key": key, "asked": "职工人数", "a.职工人数": "50", "do": "next"})
    assert moved["Location"] == "?at=1"
    posted = {"key": key, "at": "1", "asked": "渠道", "a.渠道": ["上门走访"], "do": "next"}
    assert client.post(url, posted)["Location"] == "?at=2"
    assert "上门走访有没有帮助" in client.get(f"{url}?at=2").content.decode()
    last = {"key": key, "at": "2", "asked": "走访", "a.走访": "2", "do": "next"}
    done = client.post(url, last)
    response = Response.objects.get()
    assert done["Location"] == reverse("forms:answered", args=[response.pk])
    assert response.answers == {"职工人数": 50, "渠道": ["上门走访"], "走访": 2}
    assert client.post(url, last)["Location"] == done["Location"]  # the button pressed twice
    assert Response.objects.count() == 1
    assert "40 · 一般" in client.get(done["Location"]).content.decode()
    assert client_of(world.other).get(done["Location"]).status_code == 404
    assert client_of(world.officer).get(done["Location"]).status_code == 200


def test_a_branch_taken_back_drops_its_answer(world: World) -> None:
    form = world.version({**page_layout(), "screens": "all"}).form
    client, url = client_of(world.clerk), reverse("forms:fill", args=[form.pk])
    key = key_in(client, url)
    asked = ["职工人数", "渠道", "走访"]
    sent = {"key": key, "asked": asked, "a.职工人数": "5", "a.渠道": "微信", "a.走访": "3", "do": "next"}
    client.post(url, sent)
    assert Response.objects.get().answers == {"职工人数": 5, "渠道": ["微信"]}


def test_a_branch_opens_without_script_and_with_it(world: World) -> None:
    form = world.version({**page_layout(), "screens": "all"}).form
    client, url = client_of(world.clerk), reverse("forms:fill", args=[form.pk])
    key = key_in(client, url)
    sent = {"key": key, "asked": ["职工人数", "渠道"], "a.职工人数": "5", "a.渠道": "上门走访"}
    for do in ("next", "live"):
        shown = client.post(url, {**sent, "do": do})
        assert "上门走访有没有帮助" in shown.content.decode()
    assert Response.objects.count() == 0
    saved = client.post(url, {**sent, "do": "save"}, follow=True)
    assert "存好了" in saved.content.decode()
    assert 'value="5"' in client.get(url).content.decode()


def test_rows_are_added_and_taken_away(world: World) -> None:
    inner = [question("金额", "number", decimals=2, required=True)]
    form = world.version(layout(question("项目", "group", questions=inner, most=2))).form
    client, url = client_of(world.clerk), reverse("forms:fill", args=[form.pk])
    sent = {"key": key_in(client, url), "asked": "项目", "a.项目.n": "1", "a.项目.0.金额": "3.5"}
    shown = client.post(url, {**sent, "do": "add:项目"})
    assert "第 2 条" in shown.content.decode()
    three = {**sent, "a.项目.n": "3", "a.项目.1.金额": "4", "a.项目.2.金额": "5", "do": "next"}
    assert "最多 2 条" in client.post(url, three).content.decode()
    client.post(url, {**three, "do": "remove:项目:0"})
    client.post(url, {"key": sent["key"], "asked": [], "do": "next"})
    assert Response.objects.get().answers == {"项目": [{"金额": 4}, {"金额": 5}]}


def picture(side: int = 40) -> bytes:
    held = BytesIO()
    Image.new("RGB", (side, side), "white").save(held, "JPEG")
    return held.getvalue()


def test_photos_become_documents_of_the_subject_and_giant_ones_are_refused_at_their_question(
    world: World,
) -> None:
    form = world.version(layout(question("现场", "photo", required=True, most=2))).form
    client, url = client_of(world.clerk), reverse("forms:fill", args=[form.pk])
    sent = {"key": key_in(client, url), "asked": "现场", "do": "next"}
    giant = SimpleUploadedFile("大.jpg", picture() + b"\0" * 21 * 1024 * 1024)
    refused = client.post(url, {**sent, "a.现场": giant})
    assert refused.status_code == 422
    assert "最大 20 MB" in refused.content.decode()
    client.post(url, {**sent, "a.现场": SimpleUploadedFile("门口.jpg", picture())})
    document = Document.objects.get()
    assert Response.objects.get().answers == {"现场": [document.pk]}
    assert document.subject == form.subject
    assert document.attached_at is not None


def test_a_form_out_of_use_and_one_of_another_district_are_not_there(world: World) -> None:
    form = world.version(page_layout()).form
    url = reverse("forms:fill", args=[form.pk])
    assert client_of(world.stranger).get(url).status_code == 404
    assert Client().get(url).status_code == 302
    form.ended_at = form.changed_at
    form.save()
    assert client_of(world.clerk).get(url).status_code == 404


def test_answers_begun_and_left_are_dropped_after_two_months(world: World) -> None:
    version = world.version(page_layout())
    for days, holder in ((61, "p:1"), (59, "p:2")):
        draft = draft_of(version=version, subject="x:1", holder=holder, at=NOW)
        draft_keep(draft=draft, answers={"职工人数": 5}, at=NOW - timedelta(days=days))
    assert form_drafts_expire(NOW) == 1
    assert FormDraft.objects.get().holder == "p:2"
