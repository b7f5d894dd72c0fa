"""One row per findable thing; the index beside it is made per database by a migration."""

from django.db import models


class Level(models.TextChoices):
    """Who may find an entry at all; which single ones a person sees is decided by the kind's owner."""

    OPEN = "open", "公开"
    INTERNAL = "internal", "内部"
    RESTRICTED = "restricted", "限制"
    SEALED = "sealed", "密封"


class SearchEntry(models.Model):
    """The text of one object: as written (for excerpts) and reduced (for exact comparison)."""

    kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    # A plain id: the search index must outlive and never block anything of the apps around it.
    district_id = models.BigIntegerField()
    level = models.CharField(max_length=12, choices=Level.choices, default=Level.INTERNAL)
    text = models.TextField()
    plain = models.TextField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="one_entry_per_object")]
        indexes = [models.Index(fields=["kind", "district_id", "id"], name="search_newest")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.object_id}"
