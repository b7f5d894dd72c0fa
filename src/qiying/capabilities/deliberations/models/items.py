"""Opinions of deputies, the numbered items adopted from them, and hearings at which progress is judged."""

from django.db import models
from django.db.models import Q

from qiying.capabilities.deliberations.models.sittings import Sitting
from qiying.kernel.cases.models import Case
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.models import DistrictRow, Person, Unit


class OpinionItem(DistrictRow):
    """One numbered item of the adopted opinions; from handing over on its task says what became of it."""

    SUBJECT = "opinion"

    class State(models.TextChoices):
        DRAFT = "draft", "拟定"
        ADOPTED = "adopted", "待交办"
        SENT = "sent", "整改中"
        CLOSED = "closed", "已核销"
        DROPPED = "dropped", "撤下了"

    sitting = models.ForeignKey(Sitting, models.PROTECT, related_name="items", verbose_name="哪次审议")
    no = models.PositiveSmallIntegerField("第几条")
    area = models.CharField("哪类问题", max_length=40)
    text = models.CharField("要求", max_length=500)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name="整改责任单位")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="责任人")
    due_on = models.DateField("哪天前整改好", null=True)
    state = models.CharField("现在", max_length=8, choices=State.choices, default=State.DRAFT)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")
    closed_on = models.DateField("核销日期", null=True)

    heard = ""
    """What the last hearing found, where lists ask for it."""

    class Meta:
        verbose_name = "审议意见"
        ordering = ("-sitting_id", "no")
        indexes = [models.Index(fields=["unit", "state"], name="opinion_item_unit")]
        constraints = [
            models.UniqueConstraint(fields=["sitting", "no"], name="opinion_item_once"),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_on__isnull=False), name="opinion_item_closed_day"
            ),
        ]

    def __str__(self) -> str:
        return f"第{self.no}条：{self.text[:40]}"


class Opinion(DistrictRow):
    """What one deputy wrote or said on the topic; merged into an item or left out with the reason."""

    SUBJECT = "deputy_opinion"
    sitting = models.ForeignKey(Sitting, models.PROTECT, related_name="opinions", verbose_name="哪次审议")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="哪位代表")
    is_online = models.BooleanField("线上写的", default=True)
    text = models.TextField("意见", max_length=2000)
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, related_name="+", verbose_name="说到哪家企业"
    )
    conflict = models.CharField("和这家企业的关系", max_length=200, blank=True)
    at = models.DateTimeField("什么时候")
    item = models.ForeignKey(
        OpinionItem, models.PROTECT, null=True, related_name="opinions", verbose_name="并进第几条"
    )
    left_out = models.CharField("为什么没有采纳", max_length=200, blank=True)

    class Meta:
        verbose_name = "代表意见"
        ordering = ("-at", "-id")
        indexes = [models.Index(fields=["sitting", "person"], name="opinion_by")]

    def __str__(self) -> str:
        return self.text[:40]


class Hearing(DistrictRow):
    """The monthly hearing on one rectification list."""

    sitting = models.ForeignKey(Sitting, models.PROTECT, related_name="hearings", verbose_name="哪张整改清单")
    on = models.DateField("哪天听")
    who = models.CharField("谁来听、谁来说", max_length=200)

    class Meta:
        verbose_name = "听进展会"
        ordering = ("-on", "-id")
        constraints = [models.UniqueConstraint(fields=["sitting", "on"], name="hearing_once")]

    def __str__(self) -> str:
        return f"{self.on:%Y年%-m月}听进展：{self.sitting}"


class Judgement(models.Model):
    """What a hearing found of one item: progress as told, evidence as seen."""

    class Found(models.TextChoices):
        REAL = "real", "见了实效"
        PARTLY = "partly", "有进展"
        NONE = "none", "没有进展"
        PAPER = "paper", "只在纸面上"

    hearing = models.ForeignKey(Hearing, models.PROTECT, related_name="judgements")
    item = models.ForeignKey(OpinionItem, models.PROTECT, related_name="judgements")
    progress = models.CharField("进展", max_length=500)
    found = models.CharField("证据看下来", max_length=6, choices=Found.choices)
    note = models.CharField("看到什么", max_length=500)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("item__no",)
        constraints = [models.UniqueConstraint(fields=["hearing", "item"], name="judgement_once")]

    def __str__(self) -> str:
        return f"{self.item}：{self.get_found_display()}"
