"""The lists by which a problem finds its route of supervision (四张清单 → 三类督办)."""

from django.db import models

from qiying.kernel.organisations.models import DistrictRow

ROUTES = {"competent": "归口办", "led": "领衔办", "legal": "依法办"}


class RouteList(DistrictRow):
    """One of the lists: what belongs on it and which way it goes; the district's own data."""

    SUBJECT = "route_list"
    name = models.CharField("清单", max_length=40)
    about = models.CharField("什么样的问题", max_length=200)
    route = models.CharField("怎么督办", max_length=10, choices=list(ROUTES.items()))
    days = models.PositiveSmallIntegerField("多少个工作日给结果", default=20)
    source = models.CharField("依据", max_length=120)
    valid_from = models.DateField("从哪天起")
    valid_to = models.DateField("到哪天止", null=True)

    class Meta:
        verbose_name = "督办清单"
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["district", "name", "valid_from"], name="oversight_route_once")
        ]

    def __str__(self) -> str:
        return self.name
