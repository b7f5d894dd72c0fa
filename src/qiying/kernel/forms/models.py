"""Questionnaires, their published versions, answers begun and answers handed in."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from django.db import models
from django.db.models import Q

from qiying.kernel.audit.subjects import HasSubject
from qiying.kernel.forms.checking import Compiled, compiled
from qiying.kernel.organisations.models import District, Person, Unit


class Form(HasSubject):
    """A questionnaire; `draft` is the wording being worked on, asked by nobody until it is published."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="区县")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="主办单位")
    code = models.SlugField("编码", max_length=40)
    title = models.CharField("名称", max_length=100)
    draft = models.JSONField("正在改的题目", default=dict)
    changed_at = models.DateTimeField("改动时间")
    changed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="改动人")
    ended_at = models.DateTimeField("停用时间", null=True)
    # Otherwise only pages of other apps (a survey, a visit) ask it.
    is_open = models.BooleanField("本区登录的人可以直接填", default=False)
    # Otherwise nobody finds it among the forms, as the drawn paper of an examination.
    is_listed = models.BooleanField("列在表单里", default=True)

    class Meta:
        verbose_name = "表单"
        ordering = ("-changed_at", "-pk")
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="forms_code_once")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_ended(self) -> bool:
        return self.ended_at is not None

    @property
    def asked_number(self) -> int:
        """Return the number of the version asked now, 0 when none is; reads the versions fetched before."""
        return max((v.number for v in self.versions.all()), default=0) if self.ended_at is None else 0


class FormVersion(models.Model):
    """One published wording: the schema of its values and the layout beside it; never changed."""

    form = models.ForeignKey(Form, models.PROTECT, related_name="versions", verbose_name="表单")
    number = models.PositiveIntegerField("版次")
    schema = models.JSONField("答案的 JSON Schema")
    layout = models.JSONField("题目和排法")
    changes = models.TextField("和上一版的不同", default="")
    published_at = models.DateTimeField("发布时间")
    published_by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", verbose_name="发布人"
    )

    class Meta:
        verbose_name = "表单版本"
        ordering = ("form", "-number")
        constraints = [models.UniqueConstraint(fields=["form", "number"], name="forms_version_once")]

    def __str__(self) -> str:
        return f"{self.layout['title']} 第 {self.number} 版"

    @property
    def compiled(self) -> Compiled:
        """Return the version ready to be asked; parsed once a process."""
        return _compiled(json.dumps(self.layout, ensure_ascii=False))


@lru_cache(maxsize=128)
def _compiled(text: str) -> Compiled:
    return compiled(json.loads(text))


class FormDraft(models.Model):
    """Answers begun: of a person (`p:12`) or of whoever has a secret (its digest), for one subject."""

    version = models.ForeignKey(FormVersion, models.PROTECT, related_name="+", verbose_name="版本")
    subject = models.CharField("所属", max_length=120)
    holder = models.CharField("谁的", max_length=80)
    key = models.CharField("交一次的钥匙", max_length=40)
    answers = models.JSONField("答案", default=dict)
    saved_at = models.DateTimeField("保存时间", db_index=True)

    class Meta:
        verbose_name = "没交的答卷"
        constraints = [
            models.UniqueConstraint(fields=["subject", "holder", "version"], name="forms_draft_once")
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.holder}"


class Response(models.Model):
    """Answers handed in, as they were given to that version; nothing changes but written words that are erased."""

    version = models.ForeignKey(FormVersion, models.PROTECT, related_name="responses", verbose_name="版本")
    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="区县")
    subject = models.CharField("所属", max_length=120)
    key = models.CharField("交一次的钥匙", max_length=40)
    answers = models.JSONField("答案")
    computed = models.JSONField("算出的", default=dict)
    sources = models.JSONField("没改的预填来自", default=dict)
    points = models.DecimalField("得分", max_digits=12, decimal_places=2, null=True)
    grade = models.CharField("等次", max_length=30, default="")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="填写人")
    # A plain id, as in documents: the one it was answered for.
    enterprise_id = models.BigIntegerField("代表的企业", null=True)
    answered_at = models.DateTimeField("提交时间")
    erased = models.PositiveSmallIntegerField("删去几处", default=0)

    class Meta:
        verbose_name = "答卷"
        ordering = ("-pk",)
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="forms_response_once")]
        indexes = [
            models.Index(fields=["subject", "-id"], name="forms_response_subject"),
            models.Index(
                fields=["enterprise_id", "-id"],
                condition=Q(enterprise_id__isnull=False),
                name="forms_response_enterprise",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.subject}"

    @property
    def everything(self) -> dict[str, Any]:
        """Return answers and what was computed from them, by code."""
        return {**self.answers, **self.computed}
