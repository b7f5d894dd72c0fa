"""The builder: steps on the list, one question at a time, preview, publishing with its differences, who may."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from qiying.kernel.audit.tests.kept import kept
from qiying.kernel.enterprises.tests.factories import viewer
from qiying.kernel.forms.definition import definition_of
from qiying.kernel.forms.editing import question_set
from qiying.kernel.forms.excel import layout_read, layout_workbook
from qiying.kernel.forms.models import Form, FormVersion
from qiying.kernel.forms.services import form_answer, form_publish
from qiying.kernel.forms.tests.world import World, client_of, layout, page_layout, question
from qiying.kernel.organisations.tests.factories import NOW, make_person
from qiying.kernel.permissions.errors import GuardFailed, NotPermitted
from qiying.kernel.tables.files.sniff import read_sheets
from qiying.kernel.tables.workbooks import workbook

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return kept(World)()


def sent(**answers: str) -> dict[str, Any]:
    """Return what a paper of the builder sends."""
    return {"asked": list(answers), **{f"a.{code}": value for code, value in answers.items()}}


def codes(form: Form) -> list[list[str]]:
    form.refresh_from_db()
    return [[q["code"] for q in s["questions"]] for s in form.draft["sections"]]


def test_a_questionnaire_is_built_step_by_step_and_published_twice(world: World) -> None:
    client = client_of(world.officer)
    made = client.post(reverse("forms:new"), {"title": "回访", "code": "visit", "unit": world.unit.pk})
    form = Form.objects.get()
    url, change = reverse("forms:form", args=[form.pk]), reverse("forms:change", args=[form.pk])
    assert made["Location"] == url
    assert "还没有题目" in client.get(url).content.decode()
    added = client.post(change, {"do": "add", "kind": "number"})
    assert added["Location"] == reverse("forms:question", args=[form.pk, "q1"])
    typed = sent(title="多少人", code="人数", kind="数字", unit="人", required="是")
    saved = client.post(added["Location"], typed)
    assert saved["Location"] == reverse("forms:question", args=[form.pk, "人数"]) + "#side"
    client.post(change, {"do": "add", "kind": "one"})
    branch = sent(title="缺人吗", code="缺人", kind="单选", options="是\n否", shown_when="人数不少于10人")
    client.post(reverse("forms:question", args=[form.pk, "q1"]), branch)
    page = client.get(url).content.decode()
    assert "“多少人”不低于10 人时才问" in page
    assert "缺人吗" not in page.partition("q-form-screen")[2]
    preview = reverse("forms:preview", args=[form.pk])
    shown = client.post(preview, {"asked": "人数", "a.人数": "12"}).content.decode()
    assert "缺人吗" in shown
    publish = reverse("forms:publish", args=[form.pk])
    assert "第一版，2 题" in client.get(publish).content.decode()
    client.post(publish)
    client.post(change, {"do": "copy:缺人"})
    client.post(change, {"do": "up:q1"})
    assert codes(form) == [["人数", "q1", "缺人"]]
    client.post(change, {"do": "section"})
    client.post(change, {"do": "down:缺人"})
    assert codes(form) == [["人数", "q1"], ["缺人"]]
    client.post(change, {"do": "delete:缺人"})
    told = client.get(publish).content.decode()
    assert "加了“缺人吗”（单选）" in told
    assert "删了“缺人吗”" in told
    client.post(publish)
    assert [v.number for v in FormVersion.objects.all()] == [2, 1]


def test_problems_stand_at_their_question_and_keep_it_from_being_published(world: World) -> None:
    form = world.form(layout(question("甲", shown_when='乙 = "1"'), question("乙")))
    client = client_of(world.officer)
    page = client.get(reverse("forms:form", args=[form.pk])).content.decode()
    assert "在后面才问" in page
    assert "改好左边标出的问题" in page
    client.post(reverse("forms:publish", args=[form.pk]))
    assert not FormVersion.objects.exists()


def test_a_renamed_question_takes_its_conditions_along_but_no_quoted_text() -> None:
    content = layout(question("人数", "number"), question("乙", shown_when='人数 > 1 and "人数" = "人数"'))
    made = question_set(content, "人数", {**content["sections"][0]["questions"][0], "code": "n"})
    assert made["sections"][0]["questions"][1]["shown_when"] == 'n > 1 and "人数" = "人数"'


def test_the_frame_and_the_score_are_typed_as_lines(world: World) -> None:
    form = world.form(layout(question("满意", "scale")))
    client, url = client_of(world.officer), reverse("forms:frame", args=[form.pk])
    typed = sent(
        title="新名", screens="一屏一题", inputs="满意", hit="符合的各行相加", scores=">= 4 | 100\n< 4 | 满意 * 20",
        grades=">= 80 | 好 | 保持\n- | 差",
    )  # fmt: skip
    client.post(url, typed)
    form.refresh_from_db()
    version = form_publish(actor=viewer(world.officer), form=form, at=NOW)
    response = form_answer(
        version=version, subject="x:1", answers={"满意": 2}, actor=viewer(world.clerk), at=NOW, key="k"
    )
    assert response.points == 40
    assert response.grade == "差"
    assert "满意 * 20" in client.get(url).content.decode()


@pytest.mark.parametrize("who", ["other", "handler", "clerk", "stranger"])
def test_only_the_unit_and_those_above_it_edit(world: World, who: str) -> None:
    form = world.form(layout(question("甲")))
    person = getattr(world, who)
    client = client_of(person)
    for name in ("form", "frame", "publish", "responses"):
        assert client.get(reverse(f"forms:{name}", args=[form.pk])).status_code == 404
    assert client.post(reverse("forms:change", args=[form.pk]), {"do": "delete:甲"}).status_code == 404
    with pytest.raises(NotPermitted):
        form_publish(actor=viewer(person), form=form, at=NOW)


def test_what_is_published_is_read_by_others_but_not_its_answers(world: World) -> None:
    form = world.version(page_layout()).form
    client = client_of(world.handler)
    page = client.get(reverse("forms:form", args=[form.pk])).content.decode()
    assert "现在有多少职工" in page
    assert "加一题" not in page
    assert client.get(reverse("forms:responses", args=[form.pk])).status_code == 404
    assert client_of(world.stranger).get(reverse("forms:form", args=[form.pk])).status_code == 404


def test_a_workbook_gives_back_the_questions_it_was_made_from(world: World) -> None:
    inner = [
        question("金额", "number", decimals=2),
        question("种类", "one", options=["甲", "乙"], required=True),
    ]
    content = layout(
        *page_layout()["sections"][0]["questions"],
        question("项目", "group", questions=inner, most=3),
        question("零", "number", least=0, most=0),
        question("窗口", "matrix", rows=["税务", "社保"], options=["好", "坏"]),
    )
    version = world.version(content)
    again = layout_read(layout_workbook(version.compiled.definition), "问卷")
    assert definition_of(again).sections == definition_of(content).sections


def test_a_wrong_workbook_is_refused_row_by_row(world: World) -> None:
    rows = [["甲", "判断", "对不对", ""], ["乙", "数字", "多少", "很多"]]
    wrong = workbook(["编号", "题型", "题目", "最小"], rows)
    with pytest.raises(GuardFailed) as refused:
        layout_read(wrong, "x")
    assert refused.value.reasons == ["第 2 行：题型请从列出的里面选", "第 3 行：最小请填数字"]
    posted = {
        "title": "x",
        "code": "x",
        "unit": world.unit.pk,
        "table": SimpleUploadedFile("a.xlsx", b"nonsense"),
    }
    page = client_of(world.officer).post(reverse("forms:new"), posted)
    assert page.status_code == 422
    assert not Form.objects.exists()


def test_answers_leave_as_one_row_each(world: World) -> None:
    version = world.version({**page_layout(), "title": "回访"})
    for n in range(2):
        form_answer(
            version=version, subject=version.form.subject, answers={"职工人数": 10 + n, "渠道": ["微信", "政府网站"]},
            actor=viewer(world.clerk), at=NOW, key=f"k{n}", enterprise_id=world.enterprise.pk,
        )  # fmt: skip
    client = client_of(world.officer)
    assert "共 2 份" in client.get(reverse("forms:responses", args=[version.form_id])).content.decode()
    got = client.get(reverse("forms:responses", args=[version.form_id]) + "?export=answers")
    heading, newest, _ = (list(row.cells.values()) for row in read_sheets(got.content)[0].rows)
    assert heading[7:9] == ["现在有多少职工", "从哪里知道政策"]
    assert newest[-2:] == [11, "微信、政府网站"]
    assert "甲公司" in newest


def seen_on(page: Any) -> str:
    return str(page.context["seen"])


def test_two_officers_at_one_question_do_not_write_over_each_other(world: World) -> None:
    form = world.form(layout(question("人数", "number"), question("话", "long")))
    url, other = (reverse("forms:question", args=[form.pk, code]) for code in ("人数", "话"))
    first, second = client_of(world.officer), client_of(make_person("同事", world.unit, "liaison"))
    marks = [seen_on(client.get(url)) for client in (first, second)]
    typed = {"code": "人数", "kind": "数字"}
    first.post(url, {**sent(title="现在多少人", **typed), "seen": marks[0]})
    second.post(
        other, {**sent(title="还有什么话", code="话", kind="长文字"), "seen": seen_on(second.get(other))}
    )
    late = second.post(url, {**sent(title="职工有几位", **typed), "seen": marks[1]})
    told = late.content.decode()
    assert late.status_code == 422
    assert "改过或删过这里，没有存" in told and "由“现在多少人”改为“职工有几位”" in told
    assert "职工有几位</textarea>" in told.partition('id="side"')[2]
    form.refresh_from_db()
    assert [q["title"] for q in form.draft["sections"][0]["questions"]] == ["现在多少人", "还有什么话"]
    assert second.post(url, {**sent(title="职工有几位", **typed), "seen": seen_on(late)}).status_code == 302
    form.refresh_from_db()
    assert form.draft["sections"][0]["questions"][0]["title"] == "职工有几位"


def test_a_question_deleted_meanwhile_is_kept_if_one_wants_it(world: World) -> None:
    form = world.form(layout(question("人数", "number"), question("话", "long")))
    url = reverse("forms:question", args=[form.pk, "人数"])
    client = client_of(world.officer)
    mark = seen_on(client.get(url))
    client.post(reverse("forms:change", args=[form.pk]), {"do": "delete:人数"})
    typed = sent(title="职工有几位", code="人数", kind="数字")
    late = client.post(url, {**typed, "seen": mark})
    assert "加了“职工有几位”" in late.content.decode() and codes(form) == [["话"]]
    client.post(url, {**typed, "seen": seen_on(late)})
    assert codes(form) == [["话", "人数"]]


def test_the_frame_is_not_written_over_either(world: World) -> None:
    form = world.form(layout(question()))
    url = reverse("forms:frame", args=[form.pk])
    client = client_of(world.officer)
    mark = seen_on(client.get(url))
    typed = {"screens": "全部在一页", "is_open": "是", "sections": ""}
    client.post(url, {**sent(title="甲", **typed), "seen": mark})
    late = client.post(url, {**sent(title="乙", **typed), "seen": mark})
    assert "名称改为“乙”" in late.content.decode()
    form.refresh_from_db()
    assert form.title == "甲"
    client.post(url, {**sent(title="乙", **typed), "seen": seen_on(late)})
    form.refresh_from_db()
    assert form.title == "乙"


def test_written_words_are_erased_with_a_reason_in_groups_too(world: World) -> None:
    inner = question("姓名")
    version = world.version(layout(question("话", "long"), question("人", "group", questions=[inner])))
    made = form_answer(
        version=version,
        subject=version.form.subject,
        answers={"话": "我叫王某某", "人": [{"姓名": "王某某"}, {"姓名": "李某某"}]},
        actor=viewer(world.clerk),
        at=NOW,
        key="k",
    )
    officer, page = client_of(world.officer), reverse("forms:answered", args=[made.pk])
    link = reverse("forms:erase", args=[made.pk, "话"])
    assert link in officer.get(page).content.decode()
    assert link not in client_of(world.clerk).get(page).content.decode()
    for person in (world.clerk, world.other, world.stranger, world.handler):
        assert client_of(person).post(link, {"reason": "x"}).status_code == 404
    for code in ("话", "姓名"):
        assert (
            officer.post(reverse("forms:erase", args=[made.pk, code]), {"reason": "本人要求"}).status_code
            == 302
        )
    assert (
        officer.post(reverse("forms:erase", args=[made.pk, "没有"]), {"reason": "本人要求"}).status_code
        == 422
    )
    made.refresh_from_db()
    assert "某某" not in str(made.answers) and made.erased == 2
    assert "某某" not in officer.get(page).content.decode()
