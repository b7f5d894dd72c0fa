"""What oversight stands on: regulations and decisions article by article, and what cites an article."""

from django.db import models

from qiying.kernel.organisations.models import DistrictRow, Person, Unit


class Basis(DistrictRow):
    """A regulation or decision, in force from a day."""

    class Kind(models.TextChoices):
        LAW = "law", "法律、行政法规"
        REGULATION = "regulation", "地方性法规"
        DECISION = "decision", "人大决定、决议"
        OTHER = "other", "其他文件"

    name = models.CharField("名称", max_length=80)
    kind = models.CharField("种类", max_length=12, choices=Kind.choices, default=Kind.REGULATION)
    issuer = models.CharField("谁定的", max_length=60)
    adopted_on = models.DateField("通过日期", null=True)
    valid_from = models.DateField("施行日期")
    valid_to = models.DateField("废止日期", null=True)
    source = models.CharField("出处", max_length=120, blank=True)

    cited = 0
    articles_cited = 0
    """Counted where lists ask for it."""

    class Meta:
        verbose_name = "监督依据"
        ordering = ("-valid_from", "-id")
        constraints = [models.UniqueConstraint(fields=["district", "name"], name="oversight_basis_once")]

    def __str__(self) -> str:
        return self.name


class Article(DistrictRow):
    """One article as it reads from a day to a day; an amended one ends and begins anew."""

    basis = models.ForeignKey(Basis, models.PROTECT, related_name="articles", verbose_name="依据")
    no = models.PositiveSmallIntegerField("第几条")
    text = models.TextField("条文", max_length=2000)
    duty = models.CharField("要做到什么", max_length=200)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name="责任单位")
    due_on = models.DateField("哪天以前", null=True)
    valid_from = models.DateField("从哪天起")
    valid_to = models.DateField("到哪天止", null=True)

    cited = 0
    """Counted where lists ask for it."""

    class Meta:
        verbose_name = "条款"
        ordering = ("basis", "no", "-valid_from")
        constraints = [
            models.UniqueConstraint(fields=["basis", "no", "valid_from"], name="oversight_article_once")
        ]

    def __str__(self) -> str:
        return f"{self.basis.name}第{self.no}条"


class Citation(models.Model):
    """Something that cites an article: `subject` is what (`finding:12`, `case:RW…`), `label` is said of it."""

    article = models.ForeignKey(Article, models.PROTECT, related_name="citations")
    subject = models.CharField(max_length=60, db_index=True)
    label = models.CharField(max_length=120)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at", "-id")
        constraints = [models.UniqueConstraint(fields=["article", "subject"], name="oversight_citation_once")]

    def __str__(self) -> str:
        return self.label
