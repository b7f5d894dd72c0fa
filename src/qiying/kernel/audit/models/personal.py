"""Values the law may want erased, kept apart from the records that mention them."""

from django.db import models


class PersonalData(models.Model):
    """One value with its salt; erasure empties both and keeps the commitment, which proves what was there.

    The database allows no other change and no delete.
    """

    ref = models.CharField(max_length=32, primary_key=True)
    salt = models.CharField(max_length=32, null=True)
    value = models.TextField(null=True)
    commitment = models.CharField(max_length=64)
    algorithm = models.CharField(max_length=16)
    stored_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="audit_personal_whole_or_erased",
                condition=(
                    models.Q(erased_at__isnull=True, value__isnull=False, salt__isnull=False)
                    | models.Q(erased_at__isnull=False, value__isnull=True, salt__isnull=True)
                ),
            )
        ]
        indexes = [
            models.Index(
                fields=["erased_at"],
                name="audit_personal_erased",
                condition=models.Q(erased_at__isnull=False),
            )
        ]
