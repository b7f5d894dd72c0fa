"""People who sign in, and in which units they act."""

from typing import TYPE_CHECKING

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from qiying.kernel.audit.subjects import HasSubject
from qiying.kernel.organisations.models.units import District, DistrictRow, Unit

if TYPE_CHECKING:
    from datetime import date


class IdentityLevel(models.TextChoices):
    """How far a person's identity was checked; it gates what he sees."""

    UNVERIFIED = "unverified", "未核实"
    DESK_VERIFIED = "desk_verified", "窗口已核实"
    PROVIDER = "provider", "实名认证"


IDENTITY_LEVELS = (IdentityLevel.UNVERIFIED, IdentityLevel.DESK_VERIFIED, IdentityLevel.PROVIDER)


class PersonManager(BaseUserManager["Person"]):
    """People are made by `services.person_create`; this serves Django's own look-ups."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(login=username)


class Person(HasSubject, AbstractBaseUser):
    """Somebody who signs in: an official, a clerk, a deputy; rights come from memberships and bindings."""

    login = models.CharField("登录名", max_length=64, unique=True)
    name = models.CharField("姓名", max_length=64)
    phone = models.CharField("手机号", max_length=20, null=True, blank=True, unique=True)
    email = models.EmailField("电子邮箱", blank=True, default="")
    district = models.ForeignKey(
        District,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="people",
        verbose_name="登记所在区县",
    )
    identity_level = models.CharField(
        "身份核实", max_length=16, choices=IdentityLevel.choices, default=IdentityLevel.UNVERIFIED
    )
    is_active = models.BooleanField("可登录", default=True)
    is_demo = models.BooleanField("演示账号", default=False)
    must_change_password = models.BooleanField("下次登录须改密码", default=False)
    prefs = models.JSONField("界面偏好", default=dict, blank=True)
    created_at = models.DateTimeField("建立时间")

    objects = PersonManager()

    USERNAME_FIELD = "login"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = "人员"
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(condition=~Q(phone=""), name="organisations_person_phone_null_not_empty"),
        ]
        indexes = [models.Index(fields=["district", "name"], name="organisations_person_name")]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class MadeRow(DistrictRow):
    """A row of one district that says who entered it and when."""

    made_by_id: int | None
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="谁登记的")
    made_at = models.DateTimeField("什么时候登记的")

    class Meta:
        abstract = True


class Membership(models.Model):
    """A person acts in a unit in one role from a day to a day, both included; ended, never deleted."""

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="memberships", verbose_name="人员"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="memberships", verbose_name="单位")
    role = models.CharField("角色", max_length=32)
    title = models.CharField("职务", max_length=64, blank=True, default="")
    valid_from = models.DateField("起")
    valid_to = models.DateField("止", null=True, blank=True)
    ended_reason = models.CharField("结束原因", max_length=200, blank=True, default="")
    stands_in_for = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="stand_ins",
        verbose_name="代谁",
    )

    class Meta:
        verbose_name = "任职"
        ordering = ("unit__sort_order", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="organisations_membership_dates_in_order",
            ),
            models.UniqueConstraint(
                fields=["person", "unit", "role"],
                condition=Q(valid_to__isnull=True),
                name="organisations_membership_open_once",
            ),
        ]
        indexes = [models.Index(fields=["unit", "role"], name="organisations_membership_unit")]

    def __str__(self) -> str:
        return f"{self.person_id}@{self.unit_id}:{self.role}"

    def holds_on(self, on: "date") -> bool:
        """Tell whether the membership is in force on the local date `on`."""
        return self.valid_from <= on and (self.valid_to is None or self.valid_to >= on)
