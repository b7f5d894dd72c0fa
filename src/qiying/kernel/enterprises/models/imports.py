"""One table somebody handed in: tried first, written afterwards in steps that can be left."""

from django.db import models

from qiying.kernel.audit.subjects import HasSubject
from qiying.kernel.organisations.models import District, Person


class ImportState(models.TextChoices):
    CHECKED = "checked", "已试算"
    RUNNING = "running", "正在写入"
    DONE = "done", "写完了"
    DROPPED = "dropped", "没有写入"


class EnterpriseImport(HasSubject):
    """The rows as read, what is wrong with each, and how far the writing has come."""

    SUBJECT = "import"
    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="+", verbose_name="区县")
    file_name = models.CharField("文件名", max_length=128)
    heads = models.JSONField("表头")
    fields = models.JSONField(
        "各列是什么", default=list
    )  # in the order of the heads, "" for one not imported
    words = models.JSONField("词的对应", default=dict)
    rows = models.JSONField("各行")  # cells as text, in the order of the heads
    places = models.JSONField("各行在哪", default=list)  # in the order of the rows, as 10月 第 3 行
    content = models.BinaryField("原来的文件", default=b"")  # kept until the rows are written or given up
    missing = models.JSONField("还不知道的列", default=list)
    first_row = models.PositiveIntegerField("第一行的行号")
    problems = models.JSONField("问题", default=dict)  # place of the row → reasons
    remarks = models.JSONField("提醒", default=list)
    state = models.CharField("状态", max_length=8, choices=ImportState.choices, default=ImportState.CHECKED)
    done_rows = models.PositiveIntegerField("已写行数", default=0)
    created_count = models.PositiveIntegerField("新建", default=0)
    updated_count = models.PositiveIntegerField("补充", default=0)
    created_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name="导入人"
    )
    created_at = models.DateTimeField("上传时间")

    class Meta:
        verbose_name = "企业导入"
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.file_name

    def place(self, index: int) -> str:
        """Return where a row stood; batches from before places were kept know the number only."""
        return str(self.places[index]) if index < len(self.places) else str(self.first_row + index)

    @property
    def batch(self) -> str:
        """Return the word enterprises made by this import carry."""
        return f"import-{self.pk}"
