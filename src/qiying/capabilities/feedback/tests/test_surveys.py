"""Surveys: one answer each, nobody told from figures, a complaint with consent becomes a case, samples by stratum."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiying.capabilities.feedback.models import Survey, SurveyInvitation, SurveyRelease
from qiying.capabilities.feedback.selectors.surveys import (
    invitations_waiting,
    token_of,
)
from qiying.capabilities.feedback.services.surveys import (
    Answerer,
    sample_draw,
    survey_answer,
    survey_close,
    survey_open,
    surveys_close_due,
)
from qiying.capabilities.feedback.tests.survey_world import SurveyWorld, answered
from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.audit.tests.kept import kept
from qiying.kernel.cases.models import Case, Intake
from qiying.kernel.enterprises.tests.factories import viewer
from qiying.kernel.forms.models import FormDraft, Response
from qiying.kernel.forms.services import ERASED
from qiying.kernel.forms.tests.world import client_of, layout, question
from qiying.kernel.notices.models import Notice
from qiying.kernel.organisations.tests.factories import NOW, TODAY
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> SurveyWorld:
    return kept(SurveyWorld)()


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: NOW)


def sent_to(world: SurveyWorld, survey: Survey, size: int = 4) -> list[SurveyInvitation]:
    sample_draw(actor=viewer(world.officer), survey=survey, size=size, at=NOW)
    survey_open(actor=viewer(world.officer), survey=survey, at=NOW)
    survey.refresh_from_db()
    return list(survey.invitations.order_by("pk"))


def test_scanned_answered_once_and_thanked(world: SurveyWorld) -> None:
    survey = world.survey()
    client = Client()
    page = client.get(survey.url)
    assert "满意是什么" in page.content.decode()
    sent = {"key": page.context["draft"].key, "asked": ["满意"], "a.满意": "5", "do": "next"}
    done = client.post(survey.url, sent, follow=True)
    assert "谢谢您说实话" in done.content.decode()
    assert "不记名" in done.content.decode()
    assert "谢谢您说实话" in client.post(survey.url, sent, follow=True).content.decode()
    assert "满意是什么" not in client.get(survey.url).content.decode()
    response = Response.objects.get()
    assert (response.person_id, response.answered_at.hour, response.answered_at.minute) == (None, 16, 0)
    assert not FormDraft.objects.exists()
    signed_in = client_of(world.clerk)
    page = signed_in.get(survey.url)
    signed_in.post(survey.url, {**sent, "key": page.context["draft"].key})
    other_browser = client_of(world.clerk)
    assert "谢谢您说实话" in other_browser.get(survey.url).content.decode()
    assert Response.objects.count() == 2


def test_a_link_answers_once_and_a_forged_one_is_not_there(world: SurveyWorld) -> None:
    world.firms(4)
    survey = world.survey("addressed")
    one, other, *_ = (i for i in sent_to(world, survey) if i.size)
    link = reverse("feedback:survey_link", args=[survey.slug, token_of(survey, one.enterprise_id)])
    assert Notice.objects.filter(template="survey_invited", url=link).count() == 1
    assert Client().get(reverse("feedback:survey_link", args=[survey.slug, "0" * 24])).status_code == 404
    assert "请从收到的链接打开" in Client().get(survey.url).content.decode()
    client = Client()
    page = client.get(link)
    client.post(link, {"key": page.context["draft"].key, "asked": ["满意"], "a.满意": "5", "do": "next"})
    assert "谢谢您说实话" in Client().get(link).content.decode()
    one.refresh_from_db()
    assert one.answered_on == survey.closes_on  # that it answered, not when
    with pytest.raises(ActionNotAvailable):
        answered(survey, 9, one)
    with pytest.raises(NotPermitted):
        answered(survey, 10)
    assert survey.answers.get().size == ""  # four asked: too few to keep it beside the answer
    assert Response.objects.get().enterprise_id is None
    assert Notice.objects.filter(template="done", subject=f"{survey.subject}:{one.enterprise_id}").exists()
    assert other.answered_on is None


def test_an_enterprise_asked_sees_it_waiting_until_it_answered(world: SurveyWorld) -> None:
    survey = world.survey("addressed")
    assert [i.enterprise_id for i in sent_to(world, survey)] == [world.enterprise.pk]
    client, clerk = client_of(world.clerk), viewer(world.clerk)
    assert invitations_waiting(clerk, TODAY).count() == 1
    assert "满意度" in client.get(reverse("portal:home")).content.decode()
    page = client.get(survey.url)
    client.post(
        survey.url, {"key": page.context["draft"].key, "asked": ["满意"], "a.满意": "5", "do": "next"}
    )
    assert invitations_waiting(clerk, TODAY).count() == 0
    assert invitations_waiting(clerk, TODAY + timedelta(days=30)).count() == 0


@pytest.mark.parametrize("way", ["open", "addressed"])
def test_a_complaint_becomes_a_case_only_with_consent_and_is_not_kept_beside_the_answers(
    world: SurveyWorld, way: str
) -> None:
    survey = world.survey(way)
    invitation = sent_to(world, survey)[0] if way == "addressed" else None
    response = answered(survey, 1, invitation, 话="消防验收拖了三个月没人管", 转办="是")
    case = Case.objects.get()
    assert case.procedure == "service_request"
    assert case.channel is not None
    assert case.channel.code == "survey"
    intake = Intake.objects.get()
    assert intake.enterprise_id == (world.enterprise.pk if way == "addressed" else None)
    assert intake.is_anonymous is (way == "open")
    assert not {"转办", "话"} & set(response.answers)  # else the case would tell whose answers these are
    assert (
        survey_answer(survey=survey, who=Answerer(viewer(world.clerk)), answers={}, key="k1", at=NOW)
        == response
    )
    if way == "open":
        answered(survey, 2, 话="这句话不用转办", 转办="否")
    assert Case.objects.count() == 1


def test_a_complaint_that_cannot_be_handed_over_is_said_at_its_question_and_nothing_is_kept(
    world: SurveyWorld,
) -> None:
    survey = world.survey()
    with pytest.raises(GuardFailed) as refused:
        answered(survey, 1, 话="短", 转办="是")
    assert "转办没有成" in refused.value.fields["话"][0]
    assert not Response.objects.exists()
    answered(survey, 1, 话="短", 转办="否")


def test_results_have_figures_charts_topics_and_a_workbook(world: SurveyWorld) -> None:
    survey = world.survey()
    for n in range(8):
        said: dict[str, Any] = {
            "渠道": ["微信", "其他：协会"],
            "窗口": {"税务": "好", "社保": "差"},
            "话": "停车位不够用",
            "转办": "否",
        }
        answered(survey, n, None, **(said if n < 6 else {}), **({"人数": 10} if n < 3 else {}))
    client = client_of(world.officer)
    url = reverse("feedback:survey_results", args=[survey.pk])
    page = client.get(url).content.decode()
    assert "8 份答了这题，平均 4" in page
    assert "窗口是什么：税务" in page
    assert "停车位" in page
    assert "“人数是什么”答的不足 5 份" in page
    assert "算不出误差" in page
    assert client.get(f"{url}?export=xlsx")["Content-Type"].startswith("application/vnd.openxml")
    told = SurveyRelease.objects.get()
    assert ["其他", 6] in told.tables[1]["cells"]


def test_a_sample_is_drawn_by_size_and_industry_and_told_with_its_error(world: SurveyWorld) -> None:
    world.firms(12)
    world.firms(6, "large", "F51")
    survey = world.survey("addressed", is_open=False)
    client = client_of(world.officer)
    row = reverse("feedback:surveys_row", args=[survey.pk])
    done = client.post(
        reverse("feedback:surveys_act", args=[survey.pk, "sample"]), {"size": "9"}, follow=True
    )
    assert "抽了 9 家" in done.content.decode()
    survey.refresh_from_db()
    assert survey.population == 19
    assert survey.frame["小型 · 制造业"] == [12, 5]
    assert "小型 · 制造业" in client.get(row).content.decode()
    before = set(survey.invitations.values_list("enterprise_id", flat=True))
    sample_draw(actor=viewer(world.officer), survey=survey, size=9, at=NOW)
    assert set(survey.invitations.values_list("enterprise_id", flat=True)) == before
    client.post(reverse("feedback:surveys_act", args=[survey.pk, "open"]))
    with pytest.raises(ActionNotAvailable):
        sample_draw(actor=viewer(world.officer), survey=survey, size=3, at=NOW)
    survey.refresh_from_db()
    answered(survey, 1, survey.invitations.order_by("pk")[0])
    assert "抽了 9 家，收到 1 份，回收率 11.1%；总体 19 家" in client.get(row).content.decode()
    survey_close(actor=viewer(world.officer), survey=survey, at=NOW)
    assert Notice.objects.filter(template="done", subject__startswith=survey.subject).count() == 9


def test_what_cannot_be_asked_like_that_is_refused(world: SurveyWorld) -> None:
    with pytest.raises(GuardFailed) as refused:
        world.survey(complaint="满意", consent="渠道")
    assert set(refused.value.fields) == {"complaint"}
    with pytest.raises(ActionNotAvailable, match="还没有抽样"):
        survey_open(actor=viewer(world.officer), survey=world.survey("addressed"), at=NOW)
    closed = world.survey()
    survey_close(actor=viewer(world.officer), survey=closed, at=NOW)
    assert "现在不收答卷" in Client().get(closed.url).content.decode()
    with pytest.raises(ActionNotAvailable):
        answered(closed, 1)


def test_the_two_questions_are_chosen_from_the_questionnaire(world: SurveyWorld) -> None:
    agrees = question("行", "one", options=["是", "否"])
    other = world.version(layout(question("难处", "long"), agrees), code="other")
    client = client_of(world.officer)
    page = client.get("/surveys/new/").content.decode()
    mine, foreign = world.questions.form_id, other.form_id
    assert (
        f'value="{mine}:话"' in page and f'value="{foreign}:难处"' in page and f'value="{mine}:转办"' in page
    )
    assert f'value="{mine}:满意"' not in page and f'value="{mine}:渠道"' not in page
    typed: dict[str, Any] = {"title": "再一份", "form": mine, "unit": world.unit.pk, "way": "open"}
    typed |= {"is_anonymous": "on", "opens_on": TODAY.isoformat(), "closes_on": TODAY.isoformat()}
    typed["consent"] = f"{mine}:转办"
    wrong = client.post("/surveys/new/", {**typed, "complaint": f"{foreign}:难处"})
    assert wrong.status_code == 422 and "不是一份" in wrong.content.decode()
    client.post("/surveys/new/", {**typed, "complaint": f"{mine}:话"})
    made = Survey.objects.get()
    assert (made.complaint, made.consent) == ("话", "转办")
    edit = client.get(reverse("feedback:surveys_act", args=[made.pk, "edit"])).content.decode()
    assert f'value="{mine}:话" selected' in edit


@pytest.mark.parametrize(("who", "status"), [("officer", 200), ("supervisor", 200), ("other", 404), ("handler", 404), ("clerk", 404), ("stranger", 404)])  # fmt: skip
def test_who_sees_a_survey_and_its_figures(world: SurveyWorld, who: str, status: int) -> None:
    survey = world.survey()
    client = client_of(getattr(world, who))
    for name in ("surveys_row", "survey_results"):
        assert client.get(reverse(f"feedback:{name}", args=[survey.pk])).status_code == status
    assert client.get(reverse("feedback:survey_answers", args=[survey.pk])).status_code == 404  # anonymous
    acted = client.post(reverse("feedback:surveys_act", args=[survey.pk, "close"])).status_code
    assert acted == (302 if who == "officer" else 404)
    assert (survey.title in client.get(reverse("feedback:surveys")).content.decode()) is (status == 200)


def test_a_named_survey_gives_every_answer_to_its_unit(world: SurveyWorld) -> None:
    survey = world.survey(is_anonymous=False)
    client = client_of(world.clerk)
    page = client.get(survey.url)
    client.post(
        survey.url, {"key": page.context["draft"].key, "asked": ["满意"], "a.满意": "5", "do": "next"}
    )
    assert Response.objects.get().person_id == world.clerk.pk
    url = reverse("feedback:survey_answers", args=[survey.pk])
    assert client_of(world.officer).get(url).status_code == 200
    assert client_of(world.supervisor).get(url).status_code == 404
    shown = reverse("forms:answered", args=[Response.objects.get().pk])
    assert client_of(world.officer).get(shown).status_code == 200
    assert client_of(world.other).get(shown).status_code == 404


def test_a_survey_ends_by_itself_after_its_last_day(world: SurveyWorld) -> None:
    survey = world.survey("addressed")
    sent_to(world, survey)
    assert surveys_close_due(NOW + timedelta(days=14)) == 0
    assert surveys_close_due(NOW + timedelta(days=15)) == 1
    assert surveys_close_due(NOW + timedelta(days=15)) == 0
    assert Notice.objects.filter(template="done", subject__startswith=survey.subject).count() == 1


def test_lists_cost_the_same_whatever_they_hold(world: SurveyWorld) -> None:
    client = client_of(world.officer)
    addresses = [reverse("feedback:surveys"), reverse("forms:list")]
    counts = []
    for number in range(2):
        for n in range(5):
            world.survey()
            world.version(layout(question("甲")), code=f"more-{number}-{n}")
        for address in addresses:
            client.get(address)
            with CaptureQueriesContext(connection) as caught:
                client.get(address)
            counts.append(len(caught))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 12, counts


def test_what_somebody_wrote_is_erased_and_every_figure_stays(world: SurveyWorld) -> None:
    survey = world.survey()
    for n in range(6):
        answered(survey, n, 话=f"我是王某某，电话一三九{n}，窗口太慢", 转办="否")
    results = reverse("feedback:survey_results", args=[survey.pk])
    officer = client_of(world.officer)
    before = officer.get(results)
    (release,) = SurveyRelease.objects.all()
    link = re.findall(r'href="([^"]+/erase/[^"]+)"', before.content.decode())[0]
    assert client_of(world.supervisor).get(link).status_code == 404
    assert client_of(world.other).get(link).status_code == 404
    assert "/erase/" not in client_of(world.supervisor).get(results).content.decode()
    assert officer.post(link, {"reason": ""}).status_code == 422
    assert officer.post(link, {"reason": "本人来电要求"}).status_code == 302
    assert officer.post(link, {"reason": "再删一次"}).status_code == 422
    assert officer.get(link.replace("/erase/", "/erase/0")).status_code == 404
    gone = Response.objects.get(erased=1)
    assert (gone.answers["话"], gone.answers["满意"], gone.version) == (ERASED, 4, survey.version)
    after = officer.get(results).content.decode()
    assert ERASED not in after and after.count("窗口太慢") == 5
    (same,) = SurveyRelease.objects.all()
    assert (same.tables, same.members) == (release.tables, release.members)
    entry = AuditEntry.objects.filter(action="form_answer_erased").get()
    assert "王某某" not in str(entry.data) and "本人来电要求" in str(entry.data)
    assert f"/{gone.pk}/" not in link.partition("/erase")[2]


@pytest.mark.parametrize(
    "change", [{"answers": {}}, {"answers": {}, "erased": 2}, {"points": 1, "erased": 1}]
)
def test_the_database_lets_nothing_else_of_an_answer_change(
    world: SurveyWorld, change: dict[str, Any]
) -> None:
    response = answered(world.survey(), 1)
    with pytest.raises(DatabaseError), transaction.atomic():
        Response.objects.filter(pk=response.pk).update(**change)
