"""Who may see which facts of whom, for what, until when; and every look that was taken."""

from datetime import date

from django.db import models

from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.models import District, Person, Unit


class Consent(models.Model):
    """One consent, as it was given; it can only be taken back (个人信息保护法 arts 14, 15; 数据安全法 art. 32).

    `owner` is whose facts they are: `e:12` an enterprise, `p:7` a person, or a capability's subject as `talent:5`.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    owner = models.CharField("谁的数据", max_length=40)
    owner_name = models.CharField("名称", max_length=120)
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, related_name="consents", verbose_name="企业"
    )
    to_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="给谁看")
    purpose = models.CharField("用途", max_length=60)
    facts = models.JSONField("哪些数据")  # codes, in the order they were chosen
    subject = models.CharField("因为什么事", max_length=60, blank=True)
    note = models.CharField("怎么同意的", max_length=200, blank=True)
    given_at = models.DateTimeField("同意时间")
    given_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="谁同意的")
    until = models.DateField("有效期到")  # that day still counts
    revoked_at = models.DateTimeField("撤回时间", null=True)
    revoked_by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", verbose_name="谁撤回的"
    )

    class Meta:
        verbose_name = "数据授权"
        ordering = ("-id",)
        indexes = [
            models.Index(fields=["owner", "-id"], name="consents_of_owner"),
            models.Index(fields=["to_unit", "-id"], name="consents_to_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.owner} → {self.to_unit_id}"

    def standing(self, today: date) -> str:
        """Return `live`, `revoked` or `over` on a day."""
        if self.revoked_at is not None:
            return "revoked"
        return "live" if today <= self.until else "over"


class ConsentLook(models.Model):
    """One look by a consent: who, when, at which facts; the values are not kept. Append only."""

    consent = models.ForeignKey(Consent, models.PROTECT, related_name="looks")
    at = models.DateTimeField("时间")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="谁看的")
    person_name = models.CharField("姓名", max_length=60)
    facts = models.JSONField("看了哪些")

    class Meta:
        verbose_name = "授权查看记录"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.consent_id} {self.person_name}"
