"""Stations at which lawyers sit, and who sits there."""

from __future__ import annotations

from django.db import models

from qiying.kernel.organisations.models import DistrictRow, Person, Unit


class Station(DistrictRow):
    """A deputies' station, a park or a chamber in which legal service is given."""

    SUBJECT = "legal_station"
    name = models.CharField("室站", max_length=60)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="哪个单位的")
    place = models.CharField("地址", max_length=120)
    valid_from = models.DateField("从哪天起")
    valid_to = models.DateField("到哪天止", null=True, blank=True)

    class Meta:
        verbose_name = "法律服务室站"
        ordering = ("name", "id")
        constraints = [models.UniqueConstraint(fields=["district", "name"], name="legal_station_once")]

    def __str__(self) -> str:
        return self.name


class Lawyer(DistrictRow):
    """A lawyer who sits at a station; what can be booked of him is found by his subject."""

    SUBJECT = "station_lawyer"
    name = models.CharField("律师", max_length=40)
    station = models.ForeignKey(Station, models.PROTECT, related_name="lawyers", verbose_name="室站")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="账号")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="律师事务所")
    licence = models.CharField("执业证号", max_length=20)
    fields = models.CharField("擅长", max_length=120)
    valid_from = models.DateField("从哪天起")
    valid_to = models.DateField("到哪天止", null=True, blank=True)

    class Meta:
        verbose_name = "值班律师"
        ordering = ("station", "name", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["district", "station", "person"], name="legal_station_lawyer_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.fields}）"
