"""Who may speak for an enterprise, and who asked to."""

from django.db import models
from django.db.models import F, Q

from qiying.kernel.enterprises.models.enterprise import Enterprise
from qiying.kernel.organisations.models import District, IdentityLevel, Person


class BindingWay(models.TextChoices):
    """How a clerk came to speak for an enterprise."""

    CONSENT = "consent", "由现任专员同意"
    DESK = "desk", "由窗口核对授权书"
    PROVIDER = "provider", "由实名认证平台确认"
    FOUNDED = "founded", "企业由他申请设立"


class BindingState(models.TextChoices):
    REQUESTED = "requested", "等待确认"
    APPROVED = "approved", "已同意"
    REFUSED = "refused", "没有通过"
    WITHDRAWN = "withdrawn", "本人撤回"


class Clerk(models.Model):
    """A person speaks for an enterprise from a day to a day, both included; ended, never deleted."""

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="clerkships", verbose_name="人员"
    )
    enterprise = models.ForeignKey(
        Enterprise, on_delete=models.PROTECT, related_name="clerks", verbose_name="企业"
    )
    identity_level = models.CharField(
        "绑定时的身份核实", max_length=16, choices=IdentityLevel.choices, default=IdentityLevel.UNVERIFIED
    )
    way = models.CharField("绑定方式", max_length=12, choices=BindingWay.choices)
    bound_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name="确认人"
    )
    valid_from = models.DateField("起")
    valid_to = models.DateField("止", null=True, blank=True)
    ended_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name="解除人"
    )
    ended_reason = models.CharField("解除原因", max_length=200, blank=True, default="")

    class Meta:
        verbose_name = "企业专员"
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="enterprises_clerk_dates_in_order",
            ),
            models.UniqueConstraint(
                fields=["person", "enterprise"],
                condition=Q(valid_to__isnull=True),
                name="enterprises_clerk_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}@{self.enterprise_id}"


class BindingRequest(models.Model):
    """Somebody asked to speak for an enterprise; an existing clerk or the desk decides."""

    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="+", verbose_name="区县")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="binding_requests", verbose_name="申请人"
    )
    enterprise = models.ForeignKey(
        Enterprise, on_delete=models.PROTECT, related_name="binding_requests", verbose_name="企业"
    )
    way = models.CharField("确认方式", max_length=12, choices=BindingWay.choices)
    state = models.CharField(
        "状态", max_length=12, choices=BindingState.choices, default=BindingState.REQUESTED
    )
    note = models.CharField("说明", max_length=200, blank=True, default="")
    document_id = models.BigIntegerField("授权书", null=True, blank=True)
    requested_at = models.DateTimeField("申请时间")
    decided_at = models.DateTimeField("决定时间", null=True)
    decided_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name="决定人"
    )
    reason = models.CharField("理由", max_length=200, blank=True, default="")

    class Meta:
        verbose_name = "绑定申请"
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=["person", "enterprise"],
                condition=Q(state="requested"),
                name="enterprises_binding_open_once",
            ),
        ]
        indexes = [models.Index(fields=["district", "state", "-id"], name="enterprises_binding_queue")]

    def __str__(self) -> str:
        return f"{self.person_id}→{self.enterprise_id} {self.state}"
