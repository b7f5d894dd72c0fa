"""Documents, the keys that open them, and the register of letter numbers."""

from django.db import models
from django.db.models import F, Q

from qiying.kernel.audit.subjects import HasSubject
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.models import District, Person, Unit


class DocumentKind(models.TextChoices):
    """What a document is to the procedure; it decides which files and sizes are taken."""

    MATERIAL = "material", "材料"
    EVIDENCE = "evidence", "办理凭据"
    PHOTO = "photo", "照片"
    VOICE = "voice", "录音"
    AUTHORISATION = "authorisation", "授权书"
    LETTER = "letter", "信函"
    CERTIFICATE = "certificate", "证照"
    EXPORT = "export", "导出文件"
    LEDGER = "ledger", "导入台账"


class Audience(models.TextChoices):
    """Who among those that see the subject may see the document."""

    PARTIES = "all", "各方可见"
    OFFICE = "internal", "政府内部可见"
    RESTRICTED = "restricted", "限定人员可见"


class Document(models.Model):
    """One stored file; the content lies encrypted in the blob store under a random name."""

    district = models.ForeignKey(
        District, null=True, on_delete=models.PROTECT, related_name="+", verbose_name="区县"
    )
    subject = models.CharField("所属", max_length=120, db_index=True)
    kind = models.CharField("类别", max_length=16, choices=DocumentKind.choices)
    audience = models.CharField("可见范围", max_length=12, choices=Audience.choices, default=Audience.PARTIES)
    name = models.CharField("文件名", max_length=160)
    media_type = models.CharField("格式", max_length=100)
    size = models.PositiveBigIntegerField("字节数")
    blob_name = models.CharField("存储名", max_length=64, unique=True)
    # Salted, so that equal files cannot be recognised; the salt lies with the key and dies with it.
    commitment = models.CharField("内容承诺值", max_length=80)
    # A plain id: what an enterprise gave once is found again whatever it was given for.
    enterprise_id = models.BigIntegerField("企业", null=True)
    uploaded_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name="上传人"
    )
    uploaded_by_name = models.CharField("上传人姓名", max_length=64, default="")
    uploaded_at = models.DateTimeField("上传时间")
    attached_at = models.DateTimeField("归入时间", null=True)
    erased_at = models.DateTimeField("删除内容的时间", null=True)
    erased_reason = models.CharField("删除理由", max_length=200, default="")

    class Meta:
        verbose_name = "文件"
        ordering = ("id",)
        indexes = [
            models.Index(
                fields=["enterprise_id", "-id"],
                condition=Q(enterprise_id__isnull=False),
                name="documents_of_enterprise",
            ),
            models.Index(
                fields=["uploaded_at"], condition=Q(attached_at__isnull=True), name="documents_drafts"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_draft(self) -> bool:
        return self.attached_at is None

    @property
    def is_image(self) -> bool:
        """Tell whether a preview can be drawn."""
        return self.media_type in {"image/jpeg", "image/png", "image/webp"} and self.erased_at is None

    @property
    def is_pdf(self) -> bool:
        """Tell whether its pages can be drawn."""
        return self.media_type == "application/pdf" and self.erased_at is None

    @property
    def size_text(self) -> str:
        """Return the size for people: 812 KB, 3.4 MB."""
        if self.size < 1024 * 1000:
            return f"{max(1, round(self.size / 1024))} KB"
        return f"{self.size / 1024 / 1024:.1f} MB"


class DocumentKey(models.Model):
    """The key of one document; deleting the row makes every copy and backup of the blob unreadable."""

    document = models.OneToOneField(
        Document, primary_key=True, on_delete=models.CASCADE, related_name="key", verbose_name="文件"
    )
    algorithm = models.CharField("算法", max_length=16)
    key = models.BinaryField("密钥")
    salt = models.BinaryField("承诺盐")

    class Meta:
        verbose_name = "文件密钥"

    def __str__(self) -> str:
        return f"{self.document_id} {self.algorithm}"


class LetterNumber(models.Model):
    """One taken 发文字号, as in 营商交〔2026〕412 号; numbers of a unit, word and year have no gaps."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="发文单位")
    word = models.CharField("机关代字", max_length=16)
    year = models.PositiveSmallIntegerField("年份")
    number = models.PositiveIntegerField("序号")
    subject = models.CharField("所属", max_length=120, default="")
    title = models.CharField("标题", max_length=200, default="")
    taken_at = models.DateTimeField("取号时间", null=True)
    taken_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name="取号人"
    )
    voided_at = models.DateTimeField("作废时间", null=True)
    voided_reason = models.CharField("作废理由", max_length=200, default="")

    class Meta:
        verbose_name = "发文字号"
        ordering = ("-year", "word", "-number")
        constraints = [
            models.UniqueConstraint(fields=["unit", "word", "year", "number"], name="documents_letter_once"),
        ]

    def __str__(self) -> str:
        return f"{self.word}〔{self.year}〕{self.number} 号"


class LetterCounter(models.Model):
    """The last number of a unit, word and year: the one row that takers of a number wait for."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="发文单位")
    word = models.CharField("机关代字", max_length=16)
    year = models.PositiveSmallIntegerField("年份")
    last = models.PositiveIntegerField("最后序号")

    class Meta:
        verbose_name = "字号计数"
        constraints = [
            models.UniqueConstraint(fields=["unit", "word", "year"], name="documents_counter_once"),
        ]

    def __str__(self) -> str:
        return f"{self.word}〔{self.year}〕{self.last}"


class Certificate(HasSubject):
    """One issued certificate; what it says is never changed: it ends by revocation or by its next version."""

    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="+", verbose_name="区县")
    kind = models.CharField("种类", max_length=40)
    title = models.CharField("名称", max_length=80)
    number = models.CharField("编号", max_length=40)
    version = models.PositiveSmallIntegerField("版本", default=1)
    # Drawn by lot, so that neither can be made from a number: the address of the page, and what is typed by hand.
    token = models.CharField("查验地址", max_length=32, unique=True)
    check_code = models.CharField("校验码", max_length=8)
    holder = models.CharField("持有人", max_length=128)
    enterprise = models.ForeignKey(
        Enterprise, null=True, on_delete=models.PROTECT, related_name="certificates", verbose_name="企业"
    )
    case_id = models.BigIntegerField("办件", null=True, db_index=True)
    # Pairs: PostgreSQL would put the labels of an object in an order of its own.
    fields = models.JSONField("内容", default=list)
    unit = models.ForeignKey(
        Unit, null=True, on_delete=models.PROTECT, related_name="+", verbose_name="发证单位"
    )
    issuer = models.CharField("发证单位名称", max_length=128)
    issued_at = models.DateTimeField("发证时间")
    issued_on = models.DateField("发证日期")
    valid_until = models.DateField("有效期至", null=True)
    issued_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name="经办人"
    )
    revoked_at = models.DateTimeField("撤销时间", null=True)
    revoked_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name="撤销人"
    )
    revoked_reason = models.CharField("撤销理由", max_length=200, default="")
    replaced_by = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="replaces", verbose_name="换发的新证"
    )

    class Meta:
        verbose_name = "证照"
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=["district", "number", "version"], name="documents_certificate_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("issued_on")),
                name="documents_certificate_days_in_order",
            ),
        ]
        indexes = [models.Index(fields=["district", "-id"], name="documents_certificates")]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"


class CertificateCounter(models.Model):
    """The last number of a prefix and year in a district."""

    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="+", verbose_name="区县")
    prefix = models.CharField("字头", max_length=16)
    year = models.PositiveSmallIntegerField("年份")
    last = models.PositiveIntegerField("最后序号")

    class Meta:
        verbose_name = "证照编号计数"
        constraints = [
            models.UniqueConstraint(
                fields=["district", "prefix", "year"], name="documents_certificate_counter_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}-{self.year} {self.last}"
