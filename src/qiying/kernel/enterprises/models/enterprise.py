"""The register of enterprises and how to reach them."""

from django.db import models
from django.db.models import Q

from qiying.kernel.audit.subjects import HasSubject
from qiying.kernel.organisations.models import District, Person, Unit


class BodyKind(models.TextChoices):
    """What the body is in law; GB 32100-2015 position 2 for the registered ones."""

    ENTERPRISE = "enterprise", "企业"
    INDIVIDUAL = "individual", "个体工商户"
    COOPERATIVE = "cooperative", "农民专业合作社"
    SOCIAL = "social", "社会组织"
    INSTITUTION = "institution", "机关事业单位"
    NATURAL_PERSON = "natural_person", "个人"
    OTHER = "other", "其他"


class SizeClass(models.TextChoices):
    """Size class of 工信部联企业〔2011〕300号; empty text means not yet known."""

    LARGE = "large", "大型"
    MEDIUM = "medium", "中型"
    SMALL = "small", "小型"
    MICRO = "micro", "微型"


class EnterpriseStatus(models.TextChoices):
    ACTIVE = "active", "存续"
    PREPARING = "preparing", "筹建"
    CANCELLED = "cancelled", "注销"


class CodeLevel(models.TextChoices):
    """What the check of the credit code said; a warning is kept and shown, an error is never stored."""

    MISSING = "missing", "没有代码"
    VALID = "valid", "校验通过"
    WARNING = "warning", "待核对"


class Tag(models.Model):
    """A word officials file enterprises under, as in 规上工业 or 外资."""

    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="+", verbose_name="区县")
    name = models.CharField("标签", max_length=32)

    class Meta:
        verbose_name = "标签"
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=["district", "name"], name="enterprises_tag_once")]

    def __str__(self) -> str:
        return self.name


class Enterprise(HasSubject):
    """One body the office serves; its code may be missing (in preparation, a person)."""

    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="enterprises", verbose_name="区县"
    )
    name = models.CharField("名称", max_length=128)
    short_name = models.CharField("简称", max_length=64, blank=True, default="")
    credit_code = models.CharField("统一社会信用代码", max_length=18, null=True, blank=True, unique=True)
    code_level = models.CharField(
        "代码校验", max_length=8, choices=CodeLevel.choices, default=CodeLevel.MISSING, editable=False
    )
    body_kind = models.CharField(
        "主体类型", max_length=16, choices=BodyKind.choices, default=BodyKind.ENTERPRISE
    )
    industry = models.CharField("行业代码", max_length=8, blank=True, default="")  # GB/T 4754-2017
    size_class = models.CharField(
        "规模", max_length=8, choices=SizeClass.choices, blank=True, default="", editable=False
    )
    size_class_period = models.CharField(
        "规模所依据的时期", max_length=8, blank=True, default="", editable=False
    )
    region_unit = models.ForeignKey(
        Unit,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="enterprises",
        verbose_name="所在镇街",
    )
    address = models.CharField("地址", max_length=200, blank=True, default="")
    legal_representative = models.CharField("法定代表人", max_length=64, blank=True, default="")
    established_on = models.DateField("成立日期", null=True, blank=True)
    status = models.CharField(
        "状态", max_length=12, choices=EnterpriseStatus.choices, default=EnterpriseStatus.ACTIVE
    )
    tags = models.ManyToManyField(Tag, blank=True, related_name="enterprises", verbose_name="标签")
    created_at = models.DateTimeField("建档时间")
    created_source = models.CharField("建档来源", max_length=32, blank=True, default="")
    import_batch = models.CharField("导入批次", max_length=32, blank=True, default="", db_index=True)

    class Meta:
        verbose_name = "企业"
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(credit_code__isnull=True) | ~Q(credit_code=""),
                name="enterprises_enterprise_code_null_not_empty",
            ),
        ]
        indexes = [
            models.Index(fields=["district", "name"], name="enterprises_name"),
            models.Index(fields=["district", "region_unit"], name="enterprises_region"),
            models.Index(fields=["district", "size_class"], name="enterprises_size"),
            models.Index(fields=["district", "industry"], name="enterprises_industry"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        return self.short_name or self.name

    @property
    def key(self) -> str:
        """Return the party key of this enterprise."""
        return f"e:{self.pk}"


class EnterpriseContact(models.Model):
    """Somebody to call at an enterprise; the phone is shown masked until revealed by an act."""

    enterprise = models.ForeignKey(
        Enterprise, on_delete=models.PROTECT, related_name="contacts", verbose_name="企业"
    )
    name = models.CharField("姓名", max_length=64)
    phone = models.CharField("电话", max_length=32, blank=True, default="")
    title = models.CharField("职务", max_length=64, blank=True, default="")
    is_primary = models.BooleanField("首选联系人", default=False)
    added_at = models.DateTimeField("登记时间")
    added_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name="登记人"
    )
    ended_on = models.DateField("停用日期", null=True, blank=True)

    class Meta:
        verbose_name = "联系人"
        ordering = ("-is_primary", "id")

    def __str__(self) -> str:
        return self.name
