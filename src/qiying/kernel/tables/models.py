"""How the tables of one source are to be read: settled once by an officer, used for every later file of it."""

from django.db import models


class TableMapping(models.Model):
    """Headings → fields and words → words we know, for tables with the same headings (`signature`)."""

    district = models.ForeignKey("organisations.District", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    signature = models.CharField(max_length=32)
    name = models.CharField("来源", max_length=200)
    columns = models.JSONField(default=dict)
    values = models.JSONField(default=dict)
    made_by = models.ForeignKey("organisations.Person", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = "读表对应"
        constraints = [
            models.UniqueConstraint(fields=["district", "kind", "signature"], name="table_mapping_once")
        ]
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return self.name
