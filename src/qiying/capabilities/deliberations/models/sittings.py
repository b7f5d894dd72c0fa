"""A sitting on one topic with what is owed after it, and votes by the local rule."""

from django.db import models
from django.db.models import Q

from qiying.capabilities.deliberations.models.themes import Theme
from qiying.capabilities.deliberations.rules.votes import GRADES
from qiying.kernel.gatherings.models import Gathering
from qiying.kernel.organisations.models import DistrictRow, Unit


class Sitting(DistrictRow):
    """One deliberation, special inquiry or inspection by deputies: opinions until a day, then what they lead to."""

    class State(models.TextChoices):
        OPEN = "open", "收意见"
        ADOPTED = "adopted", "待交办"
        HANDED = "handed", "整改中"
        REPORTED = "reported", "报告了，等审"
        CLOSED = "closed", "办结"

    gathering = models.OneToOneField(Gathering, models.PROTECT, related_name="sitting")
    theme = models.ForeignKey(
        Theme, models.PROTECT, null=True, related_name="sittings", verbose_name="哪个主题"
    )
    members = models.PositiveSmallIntegerField("常委会组成人员几人")
    opinions_until = models.DateField("线上意见收到哪天")
    report_unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name="哪个单位报告办理情况"
    )
    state = models.CharField("现在", max_length=8, choices=State.choices, default=State.OPEN)
    adopted_on = models.DateField("通过日期", null=True)
    adopted_by = models.CharField("在哪个会议通过", max_length=60, blank=True)
    hand_over_by = models.DateField("哪天前交办", null=True)
    handed_over_on = models.DateField("交办日期", null=True)
    report_by = models.DateField("哪天前报告", null=True)
    explanation = models.CharField("期限怎么算的", max_length=200, blank=True)
    hearing_by = models.DateField("下次听进展", null=True)
    report = models.TextField("办理情况报告", max_length=5000, blank=True)
    reported_on = models.DateField("报告日期", null=True)
    reports = models.PositiveSmallIntegerField("报告了几次", default=0)
    returned = models.CharField("为什么要重新报告", max_length=300, blank=True)
    closed_on = models.DateField("办结日期", null=True)

    class Meta:
        verbose_name = "审议"
        ordering = ("-gathering__on", "-id")
        indexes = [
            models.Index(fields=["district", "state"], name="sitting_state"),
            models.Index(fields=["report_unit", "state"], name="sitting_reports"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open") | Q(adopted_on__isnull=False), name="sitting_adopted_day"
            )
        ]

    def __str__(self) -> str:
        return self.gathering.title


class LocalVoteRule(DistrictRow):
    """How a satisfaction vote is counted from a day: no national law says it, the congress's own rules do."""

    SUBJECT = "vote_rule"

    class Whole(models.TextChoices):
        MEMBERS = "members", "全体组成人员"
        PRESENT = "present", "到会组成人员"

    name = models.CharField("规则名称", max_length=80)
    whole = models.CharField("按谁的半数", max_length=8, choices=Whole.choices, default=Whole.MEMBERS)
    half_is_enough = models.BooleanField("正好一半也算", default=False)
    source = models.CharField("依据", max_length=120)
    valid_from = models.DateField("从哪天起")
    valid_to = models.DateField("到哪天止", null=True)

    class Meta:
        verbose_name = "测评规则"
        ordering = ("-valid_from", "-id")
        constraints = [models.UniqueConstraint(fields=["district", "valid_from"], name="vote_rule_once")]

    def __str__(self) -> str:
        return self.name


class SatisfactionVote(DistrictRow):
    """A vote with the rule it was counted by, kept as it stood on that day."""

    SUBJECT = "vote"
    sitting = models.ForeignKey(Sitting, models.PROTECT, related_name="votes", verbose_name="哪次审议")
    about = models.CharField("测评什么", max_length=80)
    on = models.DateField("哪天测评")
    good = models.PositiveSmallIntegerField("满意票")
    fair = models.PositiveSmallIntegerField("基本满意票")
    poor = models.PositiveSmallIntegerField("不满意票")
    void = models.PositiveSmallIntegerField("弃权和无效票", default=0)
    present = models.PositiveSmallIntegerField("到会组成人员几人")
    members = models.PositiveSmallIntegerField("组成人员几人")
    grade = models.CharField("结果", max_length=4, choices=list(GRADES.items()))
    rule = models.CharField("按什么规则", max_length=160)

    class Meta:
        verbose_name = "满意度测评"
        ordering = ("-on", "-id")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    members__gte=models.F("good") + models.F("fair") + models.F("poor") + models.F("void")
                ),
                name="vote_no_more_ballots_than_members",
            ),
            models.UniqueConstraint(fields=["sitting", "about", "on"], name="vote_once"),
        ]

    def __str__(self) -> str:
        return self.about
