"""The service catalogue: boards, items in versions, intermediaries, usage, free services, national lists.

The tables are named as they were when the catalogue and applications were one capability.
"""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q

from qiying.kernel.audit.subjects import HasSubject
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.models import District, DistrictRow, Person, Unit


class Tier(models.TextChoices):
    PROVINCE = "province", "省定"
    CITY = "city", "市定"
    SPECIAL = "special", "特色"


class ItemKind(models.TextChoices):
    """Kinds of matters as the directories of government services name them, and what others offer."""

    LICENCE = "licence", "行政许可"
    CONFIRMATION = "confirmation", "行政确认"
    FILING = "filing", "备案和其他权力"
    GRANT = "grant", "行政给付"
    REWARD = "reward", "行政奖励"
    PUBLIC = "public", "公共服务"
    ADDED = "added", "增值服务"


class Stage(models.TextChoices):
    """Stages of an enterprise's life."""

    START = "start", "开办"
    PERMIT = "permit", "准营"
    BUILD = "build", "建设投产"
    RUN = "run", "日常经营"
    GROW = "grow", "成长创新"
    CHANGE = "change", "变更"
    EXIT = "exit", "退出"


class Provider(models.TextChoices):
    GOVERNMENT = "government", "政府部门"
    MARKET = "market", "市场机构"
    SOCIAL = "social", "社会组织"


class TimeUnit(models.TextChoices):
    MINUTE = "minute", "分钟"
    HOUR = "hour", "个工作小时"
    WORKDAY = "workday", "个工作日"
    DAY = "day", "天"


class Term(HasSubject):
    """Something that holds from a day to a day, both included."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="区县")
    valid_from = models.DateField("起")
    valid_to = models.DateField("止", null=True)

    class Meta:
        abstract = True


class Board(Term):
    """A board of services: eight of the province, three of the city, three of the district's own."""

    name = models.CharField("名称", max_length=30)
    tier = models.CharField("谁定的", max_length=8, choices=Tier.choices)
    about = models.CharField("办什么", max_length=120)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name="牵头单位")
    position = models.PositiveSmallIntegerField("次序", default=0)

    class Meta:
        db_table = "approvals_board"
        verbose_name = "服务板块"
        ordering = ("position", "id")
        constraints = [models.UniqueConstraint(fields=["district", "name"], name="approvals_board_once")]

    def __str__(self) -> str:
        return self.name


class ServiceItem(Term):
    """One version of one item: `code` names the item, of its versions one is in force on a day.

    `materials` hold `name`, `source`, `form`, `copies`, `is_required`, `note`; the same name in two items is the same
    paper. `needed_when` is FEEL over the answers to “what do I need”, empty where nothing is asked about it.
    """

    code = models.CharField("事项编码", max_length=31)
    version = models.PositiveSmallIntegerField("第几版", default=1)
    name = models.CharField("名称", max_length=80)
    board = models.ForeignKey(Board, models.PROTECT, related_name="items", verbose_name="板块")
    department = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name="办理单位")
    provider = models.CharField(
        "谁提供", max_length=12, choices=Provider.choices, default=Provider.GOVERNMENT
    )
    provider_name = models.CharField("提供的机构", max_length=60, blank=True)
    kind = models.CharField("事项类型", max_length=12, choices=ItemKind.choices)
    stage = models.CharField("企业在哪一步", max_length=8, choices=Stage.choices)
    value_added = models.BooleanField("增值服务", default=False)
    summary = models.CharField("一句话", max_length=160, blank=True)
    also = models.CharField("也叫什么", max_length=120, blank=True)
    basis = models.CharField("依据", max_length=300, blank=True)
    conditions = models.TextField("什么条件", blank=True, max_length=2000)
    materials = models.JSONField("材料", default=list)
    steps = models.TextField("怎么办", blank=True, max_length=1000)
    statutory_days = models.PositiveSmallIntegerField("法定几个工作日", null=True)
    promised = models.PositiveSmallIntegerField("承诺多久", null=True)
    promised_unit = models.CharField(
        "承诺的单位", max_length=8, choices=TimeUnit.choices, default=TimeUnit.WORKDAY
    )
    fee_fen = models.BigIntegerField("收费（分）", default=0)
    fee_note = models.CharField("收费说明", max_length=120, blank=True)
    window = models.CharField("哪个窗口", max_length=60, blank=True)
    result = models.CharField("拿到什么", max_length=60, blank=True)
    online = models.BooleanField("网上能办完", default=False)
    visits = models.PositiveSmallIntegerField("要跑几趟", default=0)
    outside_url = models.URLField("在哪个网站办", blank=True)
    intermediary = models.CharField("要用的中介服务", max_length=30, blank=True)
    worth_fen = models.BigIntegerField("免费服务一次省（分）", default=0)
    free_when = models.CharField("谁可以免费", max_length=200, blank=True)
    needed_when = models.CharField("什么时候要办", max_length=300, blank=True)
    ended_reason = models.CharField("为什么停", max_length=200, blank=True)
    made_by_name = models.CharField("谁改的", max_length=64)
    made_at = models.DateTimeField("改的时间")

    class Meta:
        db_table = "approvals_serviceitem"
        verbose_name = "服务事项"
        ordering = ("board__position", "code", "-version")
        constraints = [
            models.UniqueConstraint(fields=["district", "code", "version"], name="approvals_item_version"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="approvals_item_days_in_order",
            ),
        ]
        indexes = [
            models.Index(fields=["district", "valid_from", "valid_to"], name="approvals_item_in_force"),
            models.Index(fields=["board", "kind"], name="approvals_item_board"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        return f"service_item:{self.code}"

    @property
    def promised_words(self) -> str:
        """Return the promised limit in words, the statutory one where nothing is promised."""
        if self.promised == 0:
            return "当场办"
        if self.promised is not None:
            return f"{self.promised} {TimeUnit(self.promised_unit).label}"
        return f"{self.statutory_days} 个工作日" if self.statutory_days is not None else "没有规定"

    def holds_on(self, on: date) -> bool:
        """Tell whether this version is in force on a day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    @property
    def who(self) -> str:
        """Return who provides it."""
        return self.provider_name or (self.department.label if self.department else "")


class OneThing(Term):
    """One 一件事 of a national list, with its batch and the document that published it."""

    name = models.CharField("名称", max_length=60)
    year = models.PositiveSmallIntegerField("哪一年")
    batch = models.PositiveSmallIntegerField("第几批")
    for_firms = models.BooleanField("企业的", default=True)
    document = models.CharField("文号", max_length=80, blank=True)
    lead = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name="牵头单位")
    bundle = models.SlugField("在这里办", max_length=40, blank=True)

    url = ""
    """Where it is applied for here, hung on rows that are shown."""

    class Meta:
        db_table = "approvals_onething"
        verbose_name = "一件事"
        ordering = ("-year", "-batch", "id")
        constraints = [models.UniqueConstraint(fields=["district", "name"], name="approvals_one_thing_once")]

    def __str__(self) -> str:
        return self.name


class Intermediary(Term):
    """One service of one intermediary body, with what it charges, how long it takes and what one gets."""

    name = models.CharField("机构", max_length=60)
    credit_code = models.CharField("统一社会信用代码", max_length=18)
    service = models.CharField("服务", max_length=30)
    price_fen = models.BigIntegerField("收费（分）")
    price_unit = models.CharField("怎么算", max_length=20)
    workdays = models.PositiveSmallIntegerField("几个工作日")
    result = models.CharField("拿到什么", max_length=60)
    qualification = models.CharField("资质", max_length=60, blank=True)
    phone = models.CharField("电话", max_length=30, blank=True)

    class Meta:
        db_table = "approvals_intermediary"
        verbose_name = "中介服务"
        ordering = ("service", "name", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["district", "credit_code", "service"], name="approvals_intermediary_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.service}"


class IntermediaryRating(models.Model):
    """What an enterprise that used an intermediary says of it; its later word replaces the earlier."""

    intermediary = models.ForeignKey(Intermediary, models.PROTECT, related_name="given")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    stars = models.PositiveSmallIntegerField("几颗星")
    free_choice = models.BooleanField("自己选的", default=True)
    comment = models.CharField("说了什么", max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "approvals_intermediaryrating"
        verbose_name = "中介评价"
        constraints = [
            models.UniqueConstraint(
                fields=["intermediary", "enterprise"], name="approvals_intermediary_rated_once"
            ),
            models.CheckConstraint(condition=Q(stars__gte=1, stars__lte=5), name="approvals_stars_1_to_5"),
        ]

    def __str__(self) -> str:
        return f"{self.intermediary_id} {self.stars}"


class ItemUse(DistrictRow):
    """How often an item was handled in a month, as a source reports it."""

    code = models.CharField("事项编码", max_length=31)
    month = models.DateField("月份")
    source = models.CharField("谁报的", max_length=40)
    handled = models.PositiveIntegerField("办了几件")
    online = models.PositiveIntegerField("网上办的", default=0)
    in_time = models.PositiveIntegerField("承诺时间内办完的", default=0)

    class Meta:
        db_table = "approvals_itemuse"
        verbose_name = "事项用量"
        ordering = ("-month", "code")
        constraints = [
            models.UniqueConstraint(
                fields=["district", "code", "month", "source"], name="approvals_use_once"
            ),
            models.CheckConstraint(
                condition=Q(online__lte=F("handled"), in_time__lte=F("handled")), name="approvals_use_parts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.month:%Y-%m}"


class FreeService(Term):
    """A free service an enterprise was given: seals, bookkeeping for a year; what it saved is kept with it."""

    item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="given", verbose_name="服务")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name="企业")
    saved_fen = models.BigIntegerField("省了多少（分）")
    provider_name = models.CharField("谁提供", max_length=60, blank=True)
    note = models.CharField("说明", max_length=120, blank=True)

    class Meta:
        db_table = "approvals_freeservice"
        verbose_name = "免费服务"
        ordering = ("-valid_from", "-id")

    def __str__(self) -> str:
        return f"{self.item_id} {self.enterprise_id}"


class AwayCard(Term):
    """The service card of somebody who works away from home; his home's town or street looks after it."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="谁")
    home = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="老家")
    place = models.CharField("现在在哪里", max_length=60)
    work = models.CharField("做什么", max_length=60, blank=True)
    family = models.CharField("家里谁要照应", max_length=120, blank=True)
    last_on = models.DateField("上次报平安", null=True)

    class Meta:
        db_table = "approvals_awaycard"
        verbose_name = "温馨老家卡"
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(valid_to__isnull=True), name="approvals_one_card_a_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id}"


class AwayCheckIn(models.Model):
    """One word from away: all well, or what is needed; what is needed is a case of the one pool."""

    card = models.ForeignKey(AwayCard, models.PROTECT, related_name="words")
    on = models.DateField()
    text = models.CharField(max_length=500, blank=True)
    case = models.ForeignKey("cases.Case", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        db_table = "approvals_awaycheckin"
        verbose_name = "报平安"
        ordering = ("-at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["card", "on"], condition=Q(case__isnull=True), name="approvals_one_check_in_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.card_id} {self.on:%Y-%m-%d}"
