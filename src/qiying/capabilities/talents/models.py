"""Entrepreneurs and talents with their consent, what firms need, who was introduced, programmes with their counts."""

from __future__ import annotations

from django.db import models

from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.models import MadeRow, Unit

WORDS = "机械制造 电子信息 新材料 生物医药 食品加工 软件 海洋渔业 文旅民宿 经营管理 财务法务"
FIELDS = [(word, word) for word in WORDS.split()]


class Talent(MadeRow):
    """An entrepreneur or a talent; shown to nobody but while the own consent holds."""

    class Kind(models.TextChoices):
        YOUNG = "young", "新生代企业家"
        AWAY = "away", "在外新生代企业家"
        EXPERT = "expert", "人才"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="哪个单位管")
    kind = models.CharField("哪一类", max_length=8, choices=Kind.choices)
    name = models.CharField("姓名", max_length=40)
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="企业"
    )
    field = models.CharField("领域", max_length=20, choices=FIELDS)
    about = models.CharField("会什么、做过什么", max_length=300)
    place = models.CharField("人在哪里", max_length=60)
    contact = models.CharField("联系方式", max_length=60)
    is_open = models.BooleanField("愿意介绍给企业", default=True)
    erased_on = models.DateField("哪天删去的", null=True)

    class Meta:
        verbose_name = "企业家和人才"
        ordering = ("-pk",)
        indexes = [models.Index(fields=["district", "field"], name="talents_by_field")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk} 号"

    @property
    def owner(self) -> str:
        """Return whose facts they are, as consents name them."""
        return f"talent:{self.pk}"


class Need(MadeRow):
    """Whom a firm looks for (问企)."""

    class State(models.TextChoices):
        OPEN = "open", "在找"
        FILLED = "filled", "找到了"
        CLOSED = "closed", "不找了"

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name="企业")
    title = models.CharField("要什么人", max_length=80)
    field = models.CharField("领域", max_length=20, choices=FIELDS)
    about = models.CharField("做什么事，要会什么", max_length=300)
    count = models.PositiveSmallIntegerField("几位", default=1)
    until = models.DateField("找到哪天")
    state = models.CharField("现在", max_length=8, choices=State.choices, default=State.OPEN)

    class Meta:
        verbose_name = "企业要人"
        ordering = ("-pk",)
        indexes = [models.Index(fields=["district", "state"], name="talents_need_open")]

    def __str__(self) -> str:
        return self.title


class Introduction(MadeRow):
    """A talent suggested for a need: asked first, shown to the firm only when he agrees."""

    class State(models.TextChoices):
        ASKED = "asked", "在问本人"
        AGREED = "agreed", "本人同意见"
        HIRED = "hired", "成了"
        DECLINED = "declined", "没成"

    need = models.ForeignKey(Need, models.PROTECT, related_name="introductions", verbose_name="要什么人")
    talent = models.ForeignKey(Talent, models.PROTECT, related_name="introductions", verbose_name="人才")
    why = models.CharField("为什么介绍", max_length=300)
    state = models.CharField("现在", max_length=10, choices=State.choices, default=State.ASKED)
    said = models.CharField("结果", max_length=300, blank=True)
    ended_on = models.DateField("哪天有结果", null=True)

    class Meta:
        verbose_name = "介绍"
        ordering = ("-pk",)
        constraints = [models.UniqueConstraint(fields=["need", "talent"], name="talents_introduced_once")]

    def __str__(self) -> str:
        return f"{self.need} · {self.talent}"


class Programme(MadeRow):
    """A talent programme of a level and a year."""

    class Level(models.TextChoices):
        NATION = "nation", "国家"
        PROVINCE = "province", "省"
        CITY = "city", "市"
        DISTRICT = "district", "区"

    name = models.CharField("人才计划", max_length=80)
    level = models.CharField("哪一级", max_length=10, choices=Level.choices)
    year = models.PositiveSmallIntegerField("哪一年")
    source = models.CharField("依据", max_length=120)

    class Meta:
        verbose_name = "人才计划"
        ordering = ("-year", "pk")
        constraints = [
            models.UniqueConstraint(fields=["district", "name", "year"], name="talents_programme_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.year}"


class Nomination(MadeRow):
    """Somebody put forward for a programme, and what became of it."""

    class State(models.TextChoices):
        APPLIED = "applied", "申报了"
        SELECTED = "selected", "入选"
        FAILED = "failed", "没入选"

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="nominations")
    talent = models.ForeignKey(Talent, models.PROTECT, related_name="nominations")
    applied_on = models.DateField("哪天申报的")
    state = models.CharField(max_length=8, choices=State.choices, default=State.APPLIED)
    document = models.CharField("公布的文号", max_length=80, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=["programme", "talent"], name="talents_nominated_once")]

    def __str__(self) -> str:
        return f"{self.programme} {self.talent}"
