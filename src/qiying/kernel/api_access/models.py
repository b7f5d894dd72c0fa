"""Tokens of other programs and the answers already given to them."""

from django.conf import settings
from django.db import models


class ApiToken(models.Model):
    """A bearer token that lets a program act as one person; only its hash is kept."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens")
    name = models.CharField("用途", max_length=80)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_on = models.DateField(null=True)

    class Meta:
        verbose_name = "接口令牌"

    def __str__(self) -> str:
        return f"token:{self.pk}"


class IdempotencyRecord(models.Model):
    """The answer to one request that carried an idempotency key; a repeat gets it again."""

    person_id = models.BigIntegerField()
    key = models.CharField(max_length=200)
    route = models.CharField(max_length=200)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    response = models.TextField(default="")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "幂等记录"
        constraints = (
            models.UniqueConstraint(fields=["person_id", "key"], name="idempotency_one_answer_per_key"),
        )
        indexes = (models.Index(fields=["created_at"], name="idempotency_by_age"),)

    def __str__(self) -> str:
        return f"{self.route} {self.key}"
