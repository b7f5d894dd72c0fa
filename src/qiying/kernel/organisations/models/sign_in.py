"""Rows the sign-in pages keep: counted attempts, SMS codes, and looking through another person's eyes."""

from django.db import models

from qiying.kernel.organisations.models.people import Person


class Attempt(models.Model):
    """One counted attempt; kept in the database so that every web process counts together."""

    scope = models.CharField(max_length=24)
    key = models.CharField(max_length=64)  # keyed digest, never the login, phone or address itself
    at = models.DateTimeField()

    class Meta:
        verbose_name = "尝试"
        indexes = [
            models.Index(fields=["scope", "key", "at"], name="organisations_attempt_key"),
            models.Index(fields=["at"], name="organisations_attempt_at"),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.at}"


class PhoneCode(models.Model):
    """A six-digit code sent by SMS; only keyed digests of phone and code are stored."""

    purpose = models.CharField(max_length=16)
    phone_digest = models.CharField(max_length=64)
    code_digest = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries_left = models.PositiveSmallIntegerField(default=5)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "短信验证码"
        indexes = [
            models.Index(fields=["phone_digest", "purpose", "-id"], name="organisations_phonecode_phone")
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.sent_at}"


class Impersonation(models.Model):
    """A supporter looked at the product as another person would, read-only, for a stated reason."""

    actor = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name="查看人")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name="被查看人")
    reason = models.CharField("事由", max_length=200)
    started_at = models.DateTimeField("开始")
    ended_at = models.DateTimeField("结束", null=True)

    class Meta:
        verbose_name = "代看记录"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.actor_id}→{self.person_id}"
