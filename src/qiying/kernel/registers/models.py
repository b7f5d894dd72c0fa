"""What the kit keeps beside the registers' own rows: a person's views of a list, and imports that can be undone."""

from django.db import models

from qiying.kernel.audit.subjects import HasSubject


class SavedList(models.Model):
    """A register's filters under a name, a person's own."""

    person = models.ForeignKey("organisations.Person", models.CASCADE, related_name="+")
    register = models.CharField(max_length=40)
    name = models.CharField("名称", max_length=20)
    query = models.CharField(max_length=500)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["person", "register", "name"], name="register_view_once")
        ]

    def __str__(self) -> str:
        return self.name


class RegisterImport(HasSubject):
    """One file handed in for a register: tried first, written row by row, taken back as a whole."""

    SUBJECT = "register_import"

    class State(models.TextChoices):
        TRIED = "tried", "试算过，没写入"
        DONE = "done", "已写入"
        UNDONE = "undone", "已撤回"

    district = models.ForeignKey("organisations.District", models.PROTECT, related_name="+")
    register = models.CharField(max_length=40)
    file_name = models.CharField("文件名", max_length=128)
    content = models.BinaryField("原来的文件")
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.TRIED)
    rows = models.JSONField("各行", default=list)  # [place, what stands in each field, reasons against it]
    told = models.JSONField("怎么读的", default=dict)
    done = models.JSONField("写了什么", default=list)  # [id of the row, its values before or null]
    made_by = models.ForeignKey("organisations.Person", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = "台账导入"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.file_name
