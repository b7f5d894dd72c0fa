"""Sessions: who convenes, which departments serve together, why this theme, what came out of it."""

from django.db import models
from django.db.models import F, Q


class LeadingGroup(models.TextChoices):
    """四套班子: the four bodies whose heads take turns."""

    PARTY = "party", "区委"
    CONGRESS = "congress", "区人大"
    GOVERNMENT = "government", "区政府"
    CPPCC = "cppcc", "区政协"


class LeadingSeat(models.Model):
    """Somebody of a leading group who convenes sessions in turn, from a day to a day."""

    district = models.ForeignKey("organisations.District", models.PROTECT, related_name="+")
    group = models.CharField("哪套班子", max_length=12, choices=LeadingGroup.choices)
    person = models.ForeignKey("organisations.Person", models.PROTECT, related_name="+", verbose_name="领导")
    title = models.CharField("职务", max_length=40, blank=True)
    valid_from = models.DateField("起")
    valid_to = models.DateField("止", null=True, blank=True)

    class Meta:
        verbose_name = "召集领导"
        ordering = ["group", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "person"],
                condition=Q(valid_to__isnull=True),
                name="engagement_seat_open_once",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="engagement_seat_days_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_group_display()} {self.person.name}"


class ServiceGroup(models.Model):
    """Departments that go to sessions of some themes together (部门分组服务); `categories` are the pool's."""

    district = models.ForeignKey("organisations.District", models.PROTECT, related_name="+")
    name = models.CharField("名称", max_length=40)
    units = models.ManyToManyField("organisations.Unit", related_name="+", verbose_name="单位")
    categories = models.JSONField("管哪些类别", default=list, blank=True)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "服务组"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["district", "name"], name="engagement_group_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class Session(models.Model):
    """What a session has beside its gathering: the convening leader, and the evidence its theme was chosen by."""

    class Ground(models.TextChoices):
        HARDEST = "hardest", "部门最难解决"
        URGENT = "urgent", "企业最迫切"
        COMMON = "common", "最普遍"
        OWN = "own", "自己定的"

    gathering = models.OneToOneField("gatherings.Gathering", models.CASCADE, related_name="session")
    leader = models.ForeignKey(LeadingSeat, models.PROTECT, null=True, blank=True, related_name="sessions")
    leader_note = models.CharField("为什么是这位", max_length=200, blank=True)
    ground = models.CharField("为什么是这个主题", max_length=8, choices=Ground.choices, default=Ground.OWN)
    category = models.CharField(max_length=60, blank=True)
    evidence = models.JSONField("依据", default=dict, blank=True)  # words, cases, as_of
    group = models.ForeignKey(ServiceGroup, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["leader"], name="engagement_session_leader")]

    def __str__(self) -> str:
        return f"session {self.gathering_id}"


class SessionOutcome(models.Model):
    """A policy, plan or measure that came out of a session, and how many enterprises it serves."""

    class Kind(models.TextChoices):
        POLICY = "policy", "专项政策"
        PLAN = "plan", "规划"
        MEASURE = "measure", "措施"

    gathering = models.ForeignKey("gatherings.Gathering", models.CASCADE, related_name="outcomes")
    item = models.ForeignKey(
        "gatherings.Item",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="outcomes",
        verbose_name="哪一条引出的",
    )
    kind = models.CharField("是什么", max_length=8, choices=Kind.choices)
    title = models.CharField("名称", max_length=120)
    number = models.CharField("文号", max_length=60, blank=True)
    policy_code = models.SlugField("政策库里的代码", max_length=80, blank=True)
    issued_on = models.DateField("出台日期")
    firms = models.PositiveIntegerField("惠及企业", null=True, blank=True)
    noted_by = models.ForeignKey("organisations.Person", models.PROTECT, null=True, related_name="+")
    noted_at = models.DateTimeField()

    class Meta:
        verbose_name = "会议成果"
        ordering = ["-issued_on", "id"]

    def __str__(self) -> str:
        return self.title
