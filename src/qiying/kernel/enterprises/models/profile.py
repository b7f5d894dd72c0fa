"""What is known of each enterprise now, kept beside the append-only facts so that one read tells it all."""

from django.db import models

from qiying.kernel.enterprises.models.enterprise import Enterprise


class EnterpriseProfile(models.Model):
    """Current facts of one enterprise; derived, written in the transaction of the facts, rebuilt at any time."""

    enterprise = models.OneToOneField(
        Enterprise, on_delete=models.CASCADE, primary_key=True, related_name="profile", verbose_name="企业"
    )
    form = models.CharField(max_length=16)  # of the indicators both texts were made with
    values = models.TextField(default="{}")  # JSON: the engine's name → value as the engine stores it
    facts = models.TextField(default="{}")  # JSON: the register's code → [value, period, source, recorded at]
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = "企业画像"

    def __str__(self) -> str:
        return str(self.enterprise_id)


class ProfileChange(models.Model):
    """Something about an enterprise changed and nobody has looked since; who looked deletes exactly what he read.

    Rows instead of a running number: a number given to a slow transaction is passed over by a reader, a row is not.
    """

    enterprise_id = models.BigIntegerField()
    district_id = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["district_id", "id"], name="enterprises_profile_change")]

    def __str__(self) -> str:
        return str(self.enterprise_id)
