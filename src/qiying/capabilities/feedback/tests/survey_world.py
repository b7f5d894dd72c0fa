"""Surveys in tests: a questionnaire with a place to complain, enterprises by stratum, answers in numbers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from qiying.capabilities.feedback.models import Survey, SurveyInvitation
from qiying.capabilities.feedback.services.surveys import Answerer, survey_answer, survey_open, survey_save
from qiying.kernel.cases.models import Channel
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.enterprises.tests.factories import make_enterprise, viewer
from qiying.kernel.forms.models import Response
from qiying.kernel.forms.tests.world import World, question
from qiying.kernel.organisations.tests.factories import NOW, TODAY, make_person
from qiying.kernel.permissions.viewer import ANONYMOUS

LAYOUT: dict[str, Any] = {
    "title": "营商环境满意度",
    "thanks": "谢谢您说实话。",
    "sections": [
        {
            "questions": [
                question("满意", "scale", required=True),
                question("渠道", "many", options=["网站", "微信"], other=True),
                question("窗口", "matrix", rows=["税务", "社保"], options=["好", "差"]),
                question("人数", "number", least=0),
                question("话", "long"),
                question("转办", "one", options=["是", "否"], shown_when="话 != null"),
            ]
        }
    ],
}


class SurveyWorld(World):
    """The cast of forms with surveys."""

    def __init__(self) -> None:
        super().__init__()
        Channel.objects.create(district=self.district, code="survey", name="问卷", group="线上")
        self.supervisor = make_person("督查的", self.unit, "supervisor")
        self.questions = self.version(LAYOUT)

    def survey(self, way: str = "open", *, is_open: bool = True, **more: Any) -> Survey:
        """Return a survey; an open one takes answers."""
        details = {"complaint": "话", "consent": "转办", "is_anonymous": True, **more}
        made = survey_save(
            actor=viewer(self.officer), survey=None, unit=self.unit, title="满意度", version=self.questions, way=way,
            opens_on=TODAY, closes_on=TODAY + timedelta(days=14), at=NOW, **details,
        )  # fmt: skip
        if is_open and way == "open":
            survey_open(actor=viewer(self.officer), survey=made, at=NOW)
            made.refresh_from_db()
        return made

    def firms(self, count: int, size: str = "small", industry: str = "C33") -> list[Enterprise]:
        """Return new enterprises of one stratum."""
        made = [make_enterprise(self.district, industry=industry) for _ in range(count)]
        Enterprise.objects.filter(pk__in=[e.pk for e in made]).update(size_class=size)
        return made


def answered(
    survey: Survey, number: int, invitation: SurveyInvitation | None = None, **answers: Any
) -> Response:
    """Return the answer of the `number`th browser, or of an invitation."""
    who = Answerer(ANONYMOUS, invitation, (f"b:{number}",))
    return survey_answer(survey=survey, who=who, answers={"满意": 4, **answers}, key=f"k{number}", at=NOW)
