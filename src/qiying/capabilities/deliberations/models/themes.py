"""A theme the congress follows over years: what was done in which year, and what came of it."""

from django.db import models

from qiying.kernel.organisations.models import DistrictRow, Unit


class Theme(DistrictRow):
    """A matter followed year after year."""

    name = models.CharField("主题", max_length=60)
    about = models.CharField("盯什么", max_length=300)
    started_on = models.DateField("从哪天起")
    ended_on = models.DateField("到哪天止", null=True)

    class Meta:
        verbose_name = "监督主题"
        ordering = ("-started_on", "-id")
        constraints = [models.UniqueConstraint(fields=["district", "name"], name="theme_once")]

    def __str__(self) -> str:
        return self.name


class ThemeStep(models.Model):
    """One act of oversight on a theme, in its year."""

    class Kind(models.TextChoices):
        MOTION = "motion", "议案督办"
        INSPECTION = "inspection", "代表视察"
        REPORT = "report", "听取报告"
        DELIBERATION = "deliberation", "专题审议"
        INQUIRY = "inquiry", "专题询问"
        QUESTION = "question", "质询"
        CHECK = "check", "执法检查"

    theme = models.ForeignKey(Theme, models.PROTECT, related_name="steps")
    on = models.DateField("哪天")
    kind = models.CharField("怎么监督", max_length=12, choices=Kind.choices)
    label = models.CharField("做了什么", max_length=120)
    next = models.CharField("下一步盯什么", max_length=120, blank=True)

    class Meta:
        ordering = ("on", "id")
        constraints = [models.UniqueConstraint(fields=["theme", "on", "label"], name="theme_step_once")]

    def __str__(self) -> str:
        return self.label


class ThemeResult(models.Model):
    """What a theme has brought about, as a number with its unit of counting and where it can be checked."""

    theme = models.ForeignKey(Theme, models.PROTECT, related_name="results")
    on = models.DateField("哪天")
    what = models.CharField("成了什么", max_length=80)
    number = models.PositiveIntegerField("多少")
    counted_in = models.CharField("单位（条、处、个）", max_length=8)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name="谁办成的")
    evidence = models.CharField("在哪里查得到", max_length=200)

    class Meta:
        ordering = ("on", "id")
        constraints = [models.UniqueConstraint(fields=["theme", "on", "what"], name="theme_result_once")]

    def __str__(self) -> str:
        return f"{self.what} {self.number} {self.counted_in}"
