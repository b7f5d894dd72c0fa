"""Study plans and their topics, the question bank, examinations with drawn papers, law-duty reports, certificates."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from qiying.kernel.audit.subjects import HasSubject
from qiying.kernel.cases.models import Case
from qiying.kernel.documents.models import Certificate
from qiying.kernel.forms.models import FormVersion, Response
from qiying.kernel.gatherings.models import Gathering
from qiying.kernel.organisations.models import District, DistrictRow, Person, Unit


class Plan(DistrictRow):
    """A body's study plan of a year: who studies, by name or as everybody of some units."""

    SUBJECT = "study_plan"
    body = models.CharField(
        "谁学", max_length=60, help_text="如：区委理论学习中心组、区政府常务会议、周一夜学"
    )
    year = models.PositiveSmallIntegerField("哪一年")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="谁组织")
    source = models.CharField("依据", max_length=200)
    members = models.ManyToManyField(Person, related_name="+", verbose_name="点名参加的人", blank=True)
    units = models.ManyToManyField(Unit, related_name="+", verbose_name="全体参加的单位", blank=True)

    class Meta:
        verbose_name = "学习计划"
        ordering = ("-year", "body")
        constraints = [
            models.UniqueConstraint(fields=["district", "body", "year"], name="study_plan_once"),
            models.CheckConstraint(condition=Q(year__range=(2000, 2100)), name="study_plan_year"),
        ]

    def __str__(self) -> str:
        return f"{self.body} {self.year} 年"


class Topic(DistrictRow):
    """One thing a plan says is studied by a day; studied once its session took place."""

    SUBJECT = "study_topic"
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="topics", verbose_name="哪个计划")
    title = models.CharField("学什么", max_length=80)
    law = models.CharField("哪部法、哪几条", max_length=120)
    planned_on = models.DateField("计划哪天前学")
    gathering = models.OneToOneField(
        Gathering, models.PROTECT, null=True, related_name="study_topic", verbose_name="哪次学的"
    )

    class Meta:
        verbose_name = "学习专题"
        ordering = ("planned_on", "pk")
        constraints = [models.UniqueConstraint(fields=["plan", "title"], name="study_topic_once")]

    def __str__(self) -> str:
        return self.title


class Question(DistrictRow):
    """A question of the bank; `answer` holds the letters of the right options."""

    SUBJECT = "study_question"

    class Kind(models.TextChoices):
        ONE = "one", "单选"
        MANY = "many", "多选"
        JUDGE = "judge", "判断"

    text = models.CharField("题目", max_length=280)
    kind = models.CharField("题型", max_length=6, choices=Kind.choices)
    options = models.TextField("选项", max_length=800, blank=True, help_text="一行一个；判断题不填")
    answer = models.CharField(
        "答案", max_length=8, help_text="第几个就写哪个字母：A；多选 ACD；判断题 A 对、B 错"
    )
    law = models.CharField("出处", max_length=120, help_text="哪部法第几条")
    field = models.CharField("哪一类", max_length=40)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = "题目"
        ordering = ("field", "pk")
        constraints = [models.UniqueConstraint(fields=["district", "text"], name="study_question_once")]

    def __str__(self) -> str:
        return self.text


class Exam(DistrictRow):
    """An examination: how many questions are drawn, for whom, from when to when; `pass_mark` stands since opening."""

    SUBJECT = "exam"

    class State(models.TextChoices):
        DRAFT = "draft", "在准备"
        OPEN = "open", "抽好题了"

    title = models.CharField("考试", max_length=80)
    year = models.PositiveSmallIntegerField("哪一年")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="谁组织")
    field = models.CharField("考哪一类", max_length=40, blank=True, help_text="空着就从全部题里抽")
    ones = models.PositiveSmallIntegerField("单选几题", default=10)
    manies = models.PositiveSmallIntegerField("多选几题", default=5)
    judges = models.PositiveSmallIntegerField("判断几题", default=5)
    papers = models.PositiveSmallIntegerField("抽几份卷", default=3)
    opens_on = models.DateField("从哪天考")
    closes_on = models.DateField("考到哪天")
    units = models.ManyToManyField(Unit, related_name="+", verbose_name="哪些单位的人考")
    state = models.CharField("到哪一步", max_length=6, choices=State.choices, default=State.DRAFT)
    pass_mark = models.PositiveSmallIntegerField("合格线", null=True)

    class Meta:
        verbose_name = "考试"
        ordering = ("-opens_on", "-pk")
        constraints = [
            models.UniqueConstraint(fields=["district", "title"], name="exam_once"),
            models.CheckConstraint(
                condition=Q(pass_mark__isnull=True) | Q(pass_mark__range=(1, 100)), name="exam_pass_mark"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Paper(models.Model):
    """One drawn paper: the questions as a form, and beside it what is right, which no page of forms shows."""

    exam = models.ForeignKey(Exam, models.PROTECT, related_name="drawn")
    no = models.PositiveSmallIntegerField()
    version = models.OneToOneField(FormVersion, models.PROTECT, related_name="+")
    key = models.JSONField()  # {code: [right options, question id]}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exam", "no"], name="exam_paper_once")]

    def __str__(self) -> str:
        return f"{self.exam_id} {self.no}"


class Sitting(HasSubject):
    """One person's examination: the paper he drew, and one answer that is final."""

    exam = models.ForeignKey(Exam, models.PROTECT, related_name="sittings")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    paper = models.ForeignKey(Paper, models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    response = models.OneToOneField(Response, models.PROTECT, null=True, related_name="+")
    handed_at = models.DateTimeField(null=True)
    right = models.PositiveSmallIntegerField(null=True)
    asked = models.PositiveSmallIntegerField()
    has_passed = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["exam", "person"], name="exam_once_each"),
            models.CheckConstraint(
                condition=Q(right__isnull=True) | Q(right__lte=models.F("asked")), name="exam_right"
            ),
            models.CheckConstraint(
                condition=Q(
                    handed_at__isnull=True, response__isnull=True, right__isnull=True, has_passed__isnull=True
                )
                | Q(
                    handed_at__isnull=False,
                    response__isnull=False,
                    right__isnull=False,
                    has_passed__isnull=False,
                ),
                name="exam_handed_in_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exam_id} {self.person_id}"

    @property
    def points(self) -> int:
        """Return what is shown of a hundred; whether it is enough is decided by the exact share."""
        return 100 * (self.right or 0) // self.asked


class LawReport(DistrictRow):
    """A leader's yearly law-duty report (述法): what its unit reads once another has passed it."""

    SUBJECT = "law_report"
    case = models.OneToOneField(Case, models.PROTECT, related_name="law_report")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="谁述法")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    year = models.PositiveSmallIntegerField("哪一年")
    text = models.TextField(blank=True)
    published_on = models.DateField("哪天在本单位公开", null=True)
    is_void = models.BooleanField("作废了", default=False)

    class Meta:
        verbose_name = "年度述法"
        ordering = ("-year", "unit", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "year"], condition=Q(is_void=False), name="law_report_once_a_year"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person.name} {self.year} 年述法"


class YearCertificate(models.Model):
    """That a service officer had the hours of a year, with the certificate that says so."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    minutes = models.PositiveIntegerField()
    certificate = models.OneToOneField(Certificate, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "year"], name="training_certificate_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.year}"
