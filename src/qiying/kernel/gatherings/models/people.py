"""Who is invited, who comes instead, who was there."""

import secrets

from django.db import models
from django.db.models import Q

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def new_token() -> str:
    """Return what opens one invitation: twelve characters that can be read out, 59 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(12))


class Attendee(models.Model):
    """One place at a gathering: a unit, an enterprise or a person in a role; a substitute is a place of its own."""

    class State(models.TextChoices):
        DRAFT = "draft", "还没发"
        INVITED = "invited", "等回音"
        CONFIRMED = "confirmed", "来"
        WAITING = "waiting", "候补"
        DECLINED = "declined", "不来"
        REPLACED = "replaced", "换人来"

    gathering = models.ForeignKey("gatherings.Gathering", models.CASCADE, related_name="attendees")
    role = models.CharField("以什么身份", max_length=16)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, null=True, blank=True, related_name="+")
    enterprise = models.ForeignKey(
        "enterprises.Enterprise", models.PROTECT, null=True, blank=True, related_name="+"
    )
    person = models.ForeignKey(
        "organisations.Person", models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField("姓名", max_length=60, blank=True)
    title = models.CharField("职务", max_length=60, blank=True)
    language = models.CharField("说什么语言", max_length=20, blank=True)
    nationality = models.CharField("国籍", max_length=30, blank=True)
    state = models.CharField("回音", max_length=10, choices=State.choices, default=State.DRAFT)
    stands_for = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="substitute"
    )
    note = models.CharField("说明", max_length=200, blank=True)
    token = models.CharField(max_length=12, unique=True, default=new_token)
    answered_at = models.DateTimeField(null=True, blank=True)
    checked_in_at = models.DateTimeField("签到", null=True, blank=True)
    checked_in_by = models.ForeignKey("organisations.Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["gathering", "person"],
                condition=Q(person__isnull=False) & ~Q(state__in=["declined", "replaced"]),
                name="gathering_person_once",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "state"], name="attendee_person"),
            models.Index(fields=["unit", "state"], name="attendee_unit"),
            models.Index(fields=["enterprise", "state"], name="attendee_enterprise"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def body(self) -> str:
        """Return for which unit or enterprise somebody comes."""
        if self.unit is not None:
            return self.unit.label
        return self.enterprise.label if self.enterprise is not None else ""

    @property
    def label(self) -> str:
        """Return who it is in one line."""
        who = self.name or (self.person.name if self.person is not None else "")
        return " · ".join(p for p in (self.body, f"{who} {self.title}".strip()) if p) or "没写名字"

    @property
    def keys(self) -> list[str]:
        """Return the party keys to tell: the person if known, else the enterprise or those who speak for the unit."""
        if self.person_id:
            return [f"p:{self.person_id}"]
        if self.enterprise_id:
            return [f"e:{self.enterprise_id}"]
        return [f"u:{self.unit_id}#liaison+leader"] if self.unit_id else []
