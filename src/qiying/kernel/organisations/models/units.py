"""Districts and the tree of units in them."""

from django.db import models
from django.db.models import Q

from qiying.kernel.audit.subjects import HasSubject


class District(models.Model):
    """One 区县; every row that belongs to one carries it."""

    code = models.CharField("区划代码", max_length=32, unique=True)
    name = models.CharField("名称", max_length=64)
    settings = models.JSONField("本区设置", default=dict, blank=True)
    is_demo = models.BooleanField("演示", default=False)

    class Meta:
        verbose_name = "区县"
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name


class DistrictRow(HasSubject):
    """A row of one district, called by its subject."""

    district_id: int
    district = models.ForeignKey(District, models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class UnitKind(models.TextChoices):
    """What a unit is; sections and offices stand below the others."""

    GOVERNMENT = "government", "区县"
    DEPARTMENT = "department", "政府部门"
    TOWN = "town", "镇街"
    SECTION = "section", "科室"
    OFFICE = "office", "专门办公室"
    PARTY = "party", "党委部门"
    CONGRESS = "congress", "人大机构"
    DISCIPLINE = "discipline", "纪检监察"
    COURT = "court", "法院"
    PROCURATORATE = "procuratorate", "检察院"
    GROUP = "group", "群团组织"
    ASSOCIATION = "association", "商会协会"
    INSTITUTE = "institute", "院所高校"
    BANK = "bank", "银行"
    MEDIATOR = "mediator", "调解机构"
    AGENCY = "agency", "中介机构"
    PUBLIC_SERVICE = "public_service", "公用事业单位"


OUTSIDE_KINDS = frozenset(
    {
        UnitKind.ASSOCIATION,
        UnitKind.INSTITUTE,
        UnitKind.BANK,
        UnitKind.MEDIATOR,
        UnitKind.AGENCY,
        UnitKind.PUBLIC_SERVICE,
    }
)
"""Bodies that are no government's: their people have no office's role, so that the district's lists are not theirs."""


class Unit(HasSubject):
    """A node of the tree; `path` holds the ids from the root, as in `/1/5/12/`."""

    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="units", verbose_name="区县"
    )
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        verbose_name="上级单位",
    )
    path = models.CharField("路径", max_length=255, db_index=True, default="", editable=False)
    name = models.CharField("名称", max_length=128)
    short_name = models.CharField("简称", max_length=32, blank=True, default="")
    kind = models.CharField("类别", max_length=24, choices=UnitKind.choices, default=UnitKind.DEPARTMENT)
    code = models.CharField("单位编码", max_length=32, blank=True, default="")
    credit_code = models.CharField("统一社会信用代码", max_length=18, blank=True, default="")
    letter_word = models.CharField("发文字号用字", max_length=16, blank=True, default="")
    functions = models.JSONField("承担的职能", default=list, blank=True)
    phone = models.CharField("办公电话", max_length=32, blank=True, default="")
    address = models.CharField("办公地址", max_length=128, blank=True, default="")
    hours = models.CharField("对外办公时间", max_length=64, blank=True, default="")
    sort_order = models.PositiveIntegerField("排序", default=100)
    settings = models.JSONField("本单位设置", default=dict, blank=True)
    is_active = models.BooleanField("在用", default=True)
    closed_on = models.DateField("撤销日期", null=True, blank=True)

    class Meta:
        verbose_name = "单位"
        ordering = ("sort_order", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["district", "code"], condition=~Q(code=""), name="organisations_unit_code_once"
            ),
            models.UniqueConstraint(
                fields=["district", "parent", "name"],
                condition=Q(is_active=True, parent__isnull=False),
                name="organisations_unit_name_once",
            ),
        ]
        indexes = [models.Index(fields=["district", "is_active", "kind"], name="organisations_unit_kind")]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        return self.short_name or self.name

    @property
    def ancestor_ids(self) -> list[int]:
        """Return the ids above this unit, root first."""
        return [int(part) for part in self.path.strip("/").split("/")[:-1] if part]

    @property
    def depth(self) -> int:
        return max(self.path.count("/") - 2, 0)
