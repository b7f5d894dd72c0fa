"""Scores as they stand, weights a district sets itself, and how far tonight's run has come."""

from __future__ import annotations

from django.db import models

from qiying.capabilities.innovation.rules.tables import tables
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.models import District, DistrictRow

SCHEMES = [(code, scheme.label) for code, scheme in tables().schemes.items()]
STAGES = [(stage, stage) for stage in tables().stages]


class Score(models.Model):
    """Both results of one enterprise in hundredths of a point; equal ends where nothing is missing."""

    enterprise = models.OneToOneField(Enterprise, models.CASCADE, primary_key=True, related_name="innovation")
    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    stage = models.CharField("发展阶段", max_length=4, blank=True)
    score_low = models.PositiveIntegerField("创新积分至少")
    score_high = models.PositiveIntegerField("创新积分至多")
    index_low = models.PositiveIntegerField("科创指数至少")
    index_high = models.PositiveIntegerField("科创指数至多")
    settled = models.PositiveSmallIntegerField("知道几项")
    as_of = models.DateField("哪天算的")

    class Meta:
        verbose_name = "创新积分"
        ordering = ("-score_low", "-score_high", "enterprise_id")
        indexes = [models.Index(fields=["district", "-score_low", "-score_high"], name="innovation_ranking")]

    def __str__(self) -> str:
        return str(self.enterprise_id)


class WeightTable(DistrictRow):
    """Weights of one scheme and stage that a district set, valid from a day until the next."""

    SUBJECT = "innovation_weights"
    scheme = models.CharField("积分还是指数", max_length=8, choices=SCHEMES)
    stage = models.CharField("发展阶段", max_length=4, choices=STAGES)
    valid_from = models.DateField("从哪天起")
    values = models.JSONField("权重")  # indicator → points as text
    source = models.CharField("依据", max_length=200)
    is_sample = models.BooleanField("样例", default=False)

    class Meta:
        verbose_name = "创新积分权重"
        ordering = ("-valid_from", "scheme", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["district", "scheme", "stage", "valid_from"], name="innovation_weights_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_scheme_display()} {self.stage} {self.valid_from}"


class ScoreRun(models.Model):
    """One night's run over a district: it goes on after the last enterprise of the part before."""

    district = models.OneToOneField(District, models.PROTECT, primary_key=True, related_name="+")
    as_of = models.DateField()
    after = models.BigIntegerField(default=0)
    is_done = models.BooleanField(default=False)
    changed = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "创新积分测算"

    def __str__(self) -> str:
        return f"{self.district_id} {self.as_of}"
