"""Surveys: what is asked of whom and until when, who was invited, what was answered, and what was told of it."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.urls import reverse

from qiying.kernel.audit.subjects import HasSubject
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.forms.models import FormVersion, Response
from qiying.kernel.organisations.models import District, Person, Unit


class SurveyWay(models.TextChoices):
    """How people come to it."""

    OPEN = "open", "扫码就能答"
    ADDRESSED = "addressed", "抽样发给企业"


class SurveyState(models.TextChoices):
    """Where a survey stands."""

    DRAFT = "draft", "准备中"
    OPEN = "open", "正在答"
    CLOSED = "closed", "已结束"


class Survey(HasSubject):
    """One survey with one version of a questionnaire; `complaint` and `consent` are codes of two of its questions."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="区县")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="主办单位")
    title = models.CharField("名称", max_length=100)
    slug = models.SlugField("地址里的字", max_length=16, unique=True)
    version = models.ForeignKey(FormVersion, models.PROTECT, related_name="+", verbose_name="问什么")
    way = models.CharField("怎么发", max_length=12, choices=SurveyWay.choices)
    is_anonymous = models.BooleanField("不记名", default=True)
    complaint = models.CharField("说问题的那一题", max_length=32, default="", blank=True)
    consent = models.CharField("同意转办的那一题", max_length=32, default="", blank=True)
    opens_on = models.DateField("开始")
    closes_on = models.DateField("截止")
    state = models.CharField("状态", max_length=8, choices=SurveyState.choices, default=SurveyState.DRAFT)
    population = models.PositiveIntegerField("总体家数", default=0)
    frame = models.JSONField("抽样的各层", default=dict)  # stratum → [there are, drawn]
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="建立人")
    made_at = models.DateTimeField("建立时间")

    class Meta:
        verbose_name = "问卷"
        ordering = ("-opens_on", "-pk")

    def __str__(self) -> str:
        return self.title

    @property
    def url(self) -> str:
        """Return the address that is printed as a QR code."""
        return reverse("feedback:survey_answer", args=[self.slug])

    def takes(self, on: date) -> bool:
        """Tell whether answers are taken on a day."""
        return self.state == SurveyState.OPEN and self.opens_on <= on <= self.closes_on


class SurveyInvitation(models.Model):
    """One enterprise asked; of an anonymous survey it is kept that it answered, never when or what."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="invitations", verbose_name="问卷")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name="企业")
    token_digest = models.CharField("链接的摘要", max_length=64, unique=True)
    size = models.CharField("规模", max_length=16, default="")
    section = models.CharField("行业门类", max_length=1, default="")
    sent_at = models.DateTimeField("发出时间")
    answered_on = models.DateField("答的日期", null=True)  # the last day for an anonymous survey

    class Meta:
        verbose_name = "问卷邀请"
        constraints = [models.UniqueConstraint(fields=["survey", "enterprise"], name="feedback_invited_once")]
        indexes = [
            models.Index(
                fields=["enterprise"], condition=models.Q(answered_on=None), name="feedback_invitation_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.survey_id} {self.enterprise_id}"


class SurveyAnswer(models.Model):
    """A response within a survey with the stratum it came from; in an anonymous one only what five share of it."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="answers", verbose_name="问卷")
    response = models.OneToOneField(Response, models.PROTECT, related_name="+", verbose_name="答卷")
    size = models.CharField("规模", max_length=16, default="")
    section = models.CharField("行业门类", max_length=1, default="")

    class Meta:
        verbose_name = "问卷答卷"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.survey_id} {self.response_id}"


class SurveyGuard(models.Model):
    """A browser or account that answered, as a keyed digest beside nothing: one answer each, and no way back."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="+", verbose_name="问卷")
    digest = models.CharField("摘要", max_length=64)

    class Meta:
        verbose_name = "答过的记号"
        constraints = [models.UniqueConstraint(fields=["survey", "digest"], name="feedback_answered_once")]

    def __str__(self) -> str:
        return str(self.survey_id)


class SurveyRelease(models.Model):
    """Figures of one slice as they were told, with the answers they count: later ones are held against them."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="releases", verbose_name="问卷")
    slice = models.CharField("哪一部分", max_length=40)  # empty: all; size:small; section:C
    members = models.JSONField("数了哪些答卷")
    tables = models.JSONField("各题的数")
    released_at = models.DateTimeField("公布时间")

    class Meta:
        verbose_name = "问卷结果"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.survey_id} {self.slice}"
