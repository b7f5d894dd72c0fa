"""Tables of the service request beside the case: categories, follow-up, review, hot issues, best cases."""

from django.db import models

from qiying.kernel.audit.subjects import HasSubject
from qiying.kernel.cases.entering import Extras


class Category(models.Model):
    """One node of the district's tree of matters, with the unit it usually belongs to."""

    district = models.ForeignKey("organisations.District", models.PROTECT, related_name="+")
    code = models.SlugField(max_length=60)
    name = models.CharField(max_length=60)
    group = models.CharField(max_length=40)
    usual_unit = models.ForeignKey(
        "organisations.Unit", models.PROTECT, null=True, blank=True, related_name="+"
    )
    keywords = models.JSONField(default=list)
    source = models.CharField("出处", max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="category_code_once")]
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class FollowUp(models.Model):
    """A call some weeks after write-off, by someone else than the handler."""

    class State(models.TextChoices):
        PLANNED = "planned", "待回访"
        DONE = "done", "已回访"
        UNREACHED = "unreached", "没联系上"

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="follow_ups")
    due_on = models.DateField()
    why = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey("organisations.Person", models.PROTECT, null=True, related_name="+")
    still_solved = models.BooleanField(null=True)
    satisfaction = models.PositiveSmallIntegerField(null=True)
    note_ref = models.CharField(max_length=40, blank=True)
    month = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "why", "month"], name="follow_up_once")]
        indexes = [models.Index(fields=["state", "due_on"], name="follow_up_due")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.due_on}"


class Review(models.Model):
    """Looking back at a long, reopened or repeated case: cause, lesson, measure."""

    class State(models.TextChoices):
        PLANNED = "planned", "待复盘"
        DONE = "done", "已复盘"

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="reviews")
    why = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    month = models.DateField()
    cause = models.TextField(blank=True)
    lesson = models.TextField(blank=True)
    measure = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey("organisations.Person", models.PROTECT, null=True, related_name="+")
    is_nominated = models.BooleanField("推荐为最佳案例", default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "month"], name="review_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.why}"


class HotIssue(HasSubject):
    """Many similar cases handled as one: from one case to one kind (从办一件到办一类)."""

    SUBJECT = "hot"

    class State(models.TextChoices):
        FOUND = "found", "待认定"
        OPEN = "open", "在办"
        SOLVED = "solved", "已解决"
        DISMISSED = "dismissed", "不成立"

    class Becomes(models.TextChoices):
        POLICY = "policy", "政策"
        REFORM = "reform", "改革任务"

    district = models.ForeignKey("organisations.District", models.PROTECT, related_name="+")
    title = models.CharField(max_length=100)
    category = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=State.choices, default=State.FOUND)
    found_on = models.DateField()
    window_days = models.PositiveSmallIntegerField()
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, null=True, related_name="+")
    measure = models.TextField(blank=True)
    becomes = models.CharField("转为", max_length=20, blank=True, choices=Becomes.choices)
    words = models.JSONField("都说到的词", default=list)
    askers = models.PositiveIntegerField("多少家（人）说到", default=0)
    examples = models.JSONField("最典型的几件", default=list)
    reason = models.CharField("不成立的理由", max_length=300, blank=True)
    result = models.TextField("解决的结果", blank=True)
    decided_by = models.ForeignKey("organisations.Person", models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    cases = models.ManyToManyField("cases.Case", related_name="hot_issues")

    class Meta:
        ordering = ["-found_on", "-id"]

    def __str__(self) -> str:
        return self.title


class ReExamination(models.Model):
    """Looking again at a case that was explained and filed: does its stated obstacle still stand?"""

    class State(models.TextChoices):
        PLANNED = "planned", "待复查"
        STANDS = "stands", "还卡着"
        CHANGED = "changed", "已经变了"
        REOPENED = "reopened", "已重办"

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="re_examinations")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    due_on = models.DateField()
    reason = models.CharField(max_length=300, blank=True)
    looked_at = models.DateTimeField(null=True)
    looked_by = models.ForeignKey("organisations.Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "due_on"], name="re_examination_once")]
        ordering = ["-due_on", "-id"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.due_on} {self.state}"


class BestCase(HasSubject):
    """A reviewed case chosen as an example (十佳案例) of one year."""

    SUBJECT = "best_case"
    district = models.ForeignKey("organisations.District", models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    review = models.OneToOneField(Review, models.PROTECT, related_name="best_case")
    rank = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=100)
    story = models.TextField()
    chosen_by = models.ForeignKey("organisations.Person", models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField()
    is_published = models.BooleanField("公开", default=False)
    published_at = models.DateTimeField(null=True)
    names_enterprise = models.BooleanField("企业同意写名字", default=False)
    consent = models.CharField("谁在什么时候同意的", max_length=200, blank=True)

    class Meta:
        ordering = ["-year", "rank"]

    def __str__(self) -> str:
        return self.title


class AnswerTemplate(models.Model):
    """Words a unit uses again for one kind of matter."""

    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    category = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=60)
    text = models.TextField()
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class TermCount(models.Model):
    """How often a term of a message came with a target: a lead unit, a category; learnt from assignments.

    The empty term counts cases and `*` counts terms. In scopes `led` and `returned` the term is a category.
    """

    class Scope(models.TextChoices):
        UNIT = "unit", "主办单位"
        CATEGORY = "category", "类别"
        LED = "led", "同类由谁主办"
        RETURNED = "returned", "同类被谁退回"

    district = models.ForeignKey("organisations.District", models.CASCADE, related_name="+")
    scope = models.CharField(max_length=10, choices=Scope.choices)
    target = models.CharField(max_length=60)
    term = models.CharField(max_length=60, blank=True)
    count = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "scope", "term", "target"], name="term_count_once")
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.target} {self.term} {self.count}"


class LearntCase(models.Model):
    """What the counts hold of one case, so that learning twice or otherwise changes them exactly once."""

    case = models.OneToOneField("cases.Case", models.CASCADE, related_name="+")
    district = models.ForeignKey("organisations.District", models.CASCADE, related_name="+")
    unit = models.ForeignKey("organisations.Unit", models.CASCADE, related_name="+")
    category = models.CharField(max_length=60, blank=True)
    received_on = models.DateField()
    returned_by = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["district", "received_on"], name="learnt_window")]

    def __str__(self) -> str:
        return f"{self.case_id} → {self.unit_id}"


class LearntModel(models.Model):
    """A classifier trained at night from a district's own history: an archive of words and numbers, no code."""

    district = models.ForeignKey("organisations.District", models.CASCADE, related_name="+")
    scope = models.CharField(max_length=10, choices=TermCount.Scope.choices)
    trained_at = models.DateTimeField()
    cases = models.PositiveIntegerField()
    archive = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "scope"], name="learnt_model_once")]

    def __str__(self) -> str:
        return f"{self.district_id} {self.scope} {self.cases}"


class LearningState(models.Model):
    """When a district's counts and classifiers were last made, and up to which case doubles were sought."""

    district = models.OneToOneField("organisations.District", models.CASCADE, related_name="+")
    rebuilt_at = models.DateTimeField(null=True)
    trained_at = models.DateTimeField(null=True)
    doubles_after = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.district_id} {self.rebuilt_at}"


class LikelyDouble(models.Model):
    """Two cases that may be one matter; the desk's word that they are not is remembered."""

    class State(models.TextChoices):
        SUSPECTED = "suspected", "待判断"
        DISMISSED = "dismissed", "不是一件事"
        JOINED = "joined", "已并入"

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="likely_doubles")
    other = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")
    score = models.FloatField()
    why = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SUSPECTED)
    decided_by = models.ForeignKey("organisations.Person", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "other"], name="likely_double_once")]
        ordering = ["-score", "-other_id"]

    def __str__(self) -> str:
        return f"{self.case_id} ~ {self.other_id} {self.score}"


class RequestExtras(Extras):
    """Days are ISO text."""

    unit_name: str = ""
    on_spot: bool = False
    jurisdiction_decided: str = ""
    lead_official_id: int | None = None
    level_asked: str = ""
    suspended_until: str = ""
    unsolvable_reason: str = ""
    obstacle: str = ""
    petition_number: str = ""
    external_system: str = ""
    external_number: str = ""
    external_state: str = ""
    conclusion: str = ""
