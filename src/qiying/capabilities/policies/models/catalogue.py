"""The catalogue: a policy, its versions as they were written, and who follows what."""

from django.db import models
from django.db.models import Q


class PolicyGrant(models.TextChoices):
    """What a policy gives."""

    MONEY = "money", "资金"
    SERVICE = "service", "服务"
    RIGHT = "right", "权益"


class PolicyState(models.TextChoices):
    """Where a policy stands, whatever its drafts."""

    DRAFT = "draft", "还没发布"
    PUBLISHED = "published", "在用"
    EXPIRED = "expired", "已到期"
    REPLACED = "replaced", "已被替代"
    WITHDRAWN = "withdrawn", "已停用"


class VersionState(models.TextChoices):
    DRAFT = "draft", "草稿"
    IN_REVIEW = "in_review", "待审核"
    APPROVED = "approved", "已审核，等生效"
    PUBLISHED = "published", "在用"
    SUPERSEDED = "superseded", "已被新版替代"
    RETURNED = "returned", "退回修改"
    DROPPED = "dropped", "不要了"


class Theme(models.TextChoices):
    TAX = "tax", "税费减免"
    AWARD = "award", "奖励补助"
    FINANCE = "finance", "融资支持"
    TALENT = "talent", "人才用工"
    TECH = "tech", "科技创新"
    DIGITAL = "digital", "技改数字化"
    MARKET = "market", "开拓市场"
    PREMISES = "premises", "场地租金"
    STARTUP = "startup", "创业开办"
    GREEN = "green", "绿色低碳"
    SERVICE = "service", "优享服务"


class LifeStage(models.TextChoices):
    """The stage of an enterprise's life a policy is for."""

    ENTRY = "entry", "准入"
    RUNNING = "running", "准营"
    EXIT = "exit", "退出"


class Catalogue(models.Model):
    """One row a district: its stamp grows with every change to what is in force, so processes know to read anew."""

    district = models.OneToOneField(
        "organisations.District", models.PROTECT, primary_key=True, related_name="+"
    )
    stamp = models.PositiveBigIntegerField(default=0)
    changed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.district_id}@{self.stamp}"


class Policy(models.Model):
    """One support policy of a district; what it says stands in its versions."""

    district = models.ForeignKey("organisations.District", models.PROTECT, related_name="+")
    code = models.SlugField("代号", max_length=60)
    name = models.CharField("名称", max_length=120)
    lead_unit = models.ForeignKey(
        "organisations.Unit", models.PROTECT, related_name="+", verbose_name="主办部门"
    )
    co_units = models.ManyToManyField(
        "organisations.Unit", related_name="+", blank=True, verbose_name="联审部门"
    )
    theme = models.CharField("主题", max_length=12, choices=Theme.choices, default=Theme.AWARD)
    life_stage = models.CharField("阶段", max_length=8, choices=LifeStage.choices, default=LifeStage.RUNNING)
    grant = models.CharField("给什么", max_length=8, choices=PolicyGrant.choices, default=PolicyGrant.MONEY)
    service_unit = models.ForeignKey(
        "organisations.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="由谁兑现服务",
    )
    contact_name = models.CharField("联系人", max_length=40, blank=True)
    contact_phone = models.CharField("电话", max_length=30, blank=True)
    publicity_workdays = models.PositiveSmallIntegerField("公示工作日", default=5)
    is_paid_here = models.BooleanField(
        "由本区兑现", default=True, help_text="税收减免等自行申报享受的，只匹配、不收申请"
    )
    apply_url = models.URLField("在别处申报的网址", max_length=300, blank=True)
    is_sample = models.BooleanField("样例", default=False)
    state = models.CharField(max_length=12, choices=PolicyState.choices, default=PolicyState.DRAFT)
    replaced_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replaces")
    current = models.ForeignKey(
        "policies.PolicyVersion",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="在用的版本",
    )
    valid_from = models.DateField("起", null=True, blank=True)
    valid_to = models.DateField("止", null=True, blank=True)
    published_on = models.DateField("首次发布", null=True, blank=True)
    sizes = models.JSONField("对哪些规模", default=list)  # 企业规模 words the conditions allow; empty: any
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("organisations.Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "惠企政策"
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="policy_code_once")]
        indexes = [
            models.Index(fields=["district", "state", "valid_to"], name="policy_in_force"),
            models.Index(fields=["lead_unit", "state"], name="policy_lead_unit"),
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class PolicyVersion(models.Model):
    """One wording of a policy: the decision engine's YAML is the text of law here, everything else is read from it."""

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="versions")
    no = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=VersionState.choices, default=VersionState.DRAFT)
    text = models.TextField("政策文件（YAML）")
    clause_text = models.TextField("政策原文", blank=True)
    unread = models.JSONField(
        default=list
    )  # of a pasted text what no rule read: {"words", "by", "at"}, by null while open
    effective_from = models.DateField("从哪天起用", null=True, blank=True)
    change_note = models.CharField("改了什么、为什么", max_length=500, blank=True)
    revision = models.PositiveIntegerField(default=0)  # grows with every saving: a stale form is refused
    digest = models.CharField(max_length=64, blank=True)  # of the text, once submitted
    author = models.ForeignKey("organisations.Person", models.PROTECT, null=True, related_name="+")
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey("organisations.Person", models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    reviewer = models.ForeignKey("organisations.Person", models.PROTECT, null=True, related_name="+")
    review_note = models.CharField(max_length=500, blank=True)
    published_at = models.DateTimeField(null=True)
    ended_on = models.DateField(null=True)

    class Meta:
        verbose_name = "政策版本"
        constraints = [
            models.UniqueConstraint(fields=["policy", "no"], name="policy_version_once"),
            models.UniqueConstraint(
                fields=["policy"], condition=Q(state="published"), name="policy_version_one_in_force"
            ),
        ]
        ordering = ["policy_id", "no"]

    def __str__(self) -> str:
        return f"{self.policy_id} v{self.no}"


class Subscription(models.Model):
    """A person wants to hear of a policy, or of every policy of a theme."""

    person = models.ForeignKey("organisations.Person", models.PROTECT, related_name="+")
    district = models.ForeignKey("organisations.District", models.PROTECT, related_name="+")
    policy = models.ForeignKey(Policy, models.CASCADE, null=True, related_name="subscriptions")
    theme = models.CharField(max_length=12, choices=Theme.choices, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "policy"],
                condition=Q(policy__isnull=False),
                name="subscription_policy_once",
            ),
            models.UniqueConstraint(
                fields=["person", "theme"], condition=~Q(theme=""), name="subscription_theme_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.policy_id or self.theme}"
