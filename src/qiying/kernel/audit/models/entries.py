"""Acts that belong to no case, and the chain the worker puts them on afterwards."""

from django.db import models
from django.db.models.functions import Now

from qiying.kernel.audit.models.append_only import AppendOnlyModel


class AuditEntry(AppendOnlyModel):
    """One act outside any case: an admin edit, an import, a reveal, an impersonation, an erasure."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    actor_person_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200, blank=True)
    on_behalf = models.CharField(max_length=200, blank=True)
    action = models.CharField(max_length=64)
    subject = models.CharField(max_length=80, blank=True)
    district_id = models.BigIntegerField(null=True)
    data = models.TextField()
    hash = models.CharField(max_length=64)
    algorithm = models.CharField(max_length=16)

    is_elsewhere = False  # true of rows made up from acts that another table keeps, such as acts on cases

    class Meta(AppendOnlyModel.Meta):
        indexes = [
            models.Index(fields=["district_id", "id"], name="audit_entry_district"),
            models.Index(fields=["action", "id"], name="audit_entry_action"),
            models.Index(fields=["subject", "id"], name="audit_entry_subject"),
            models.Index(fields=["at"], name="audit_entry_at"),
        ]


class AuditLink(AppendOnlyModel):
    """One entry's place on the chain `audit`; written by the worker, so writers never wait for each other."""

    seq = models.BigIntegerField(primary_key=True)
    entry_id = models.BigIntegerField(unique=True)
    linked_at = models.DateTimeField()
    prev_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)
    algorithm = models.CharField(max_length=16)

    class Meta(AppendOnlyModel.Meta):
        pass
