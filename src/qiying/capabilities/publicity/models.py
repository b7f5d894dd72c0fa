"""Columns, articles with their life, how often each was opened a day, screens, and whom publicity reached."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q

from qiying.kernel.gatherings.models import Gathering
from qiying.kernel.organisations.models import DistrictRow, Person, Unit


class NewsColumn(DistrictRow):
    """A column (专栏) under which articles stand on the public page."""

    SUBJECT = "news_column"
    name = models.CharField("专栏", max_length=40)
    about = models.CharField("写什么", max_length=200)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="主办单位")
    position = models.PositiveSmallIntegerField("排第几", default=10)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = "专栏"
        ordering = ("position", "pk")
        constraints = [models.UniqueConstraint(fields=["district", "name"], name="news_column_once")]

    def __str__(self) -> str:
        return self.name


class Article(DistrictRow):
    """One text: written by one person, passed by another, then public; `lines` is what posters and screens say."""

    SUBJECT = "news_piece"

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        REVIEW = "review", "等审稿"
        PUBLISHED = "published", "已发布"
        WITHDRAWN = "withdrawn", "已撤下"

    title = models.CharField("标题", max_length=80)
    column = models.ForeignKey(
        NewsColumn, models.PROTECT, null=True, blank=True, related_name="articles", verbose_name="专栏"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="供稿单位")
    text = models.TextField("正文", max_length=10_000)
    lines = models.TextField("海报和电子屏上写的话", max_length=600, blank=True)
    source = models.CharField("来源", max_length=120)
    source_url = models.CharField("原文网址", max_length=300, blank=True)
    gathering = models.ForeignKey(
        Gathering, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="写的是哪次活动"
    )
    state = models.CharField("到哪一步", max_length=10, choices=State.choices, default=State.DRAFT)
    written_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reviewed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    said = models.CharField("审稿意见", max_length=300, blank=True)
    returned = models.PositiveSmallIntegerField("退改几次", default=0)
    published_on = models.DateField("哪天发布", null=True)
    changed_at = models.DateTimeField("改动时间")

    class Meta:
        verbose_name = "稿件"
        ordering = ("-changed_at", "-pk")
        indexes = [models.Index(fields=["district", "state", "-published_on"], name="article_public")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="published")
                | Q(published_on__isnull=False, reviewed_by__isnull=False) & ~Q(reviewed_by=F("written_by")),
                name="article_passed_by_another",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def sentences(self) -> list[str]:
        """Return what a poster or a screen says, a sentence each; without any the title."""
        return [line.strip() for line in self.lines.splitlines() if line.strip()] or [self.title]

    @property
    def paragraphs(self) -> list[tuple[str, bool]]:
        """Return the paragraphs of the text, each with whether it is a heading."""
        lines = (line.strip() for line in self.text.splitlines())
        return [(line[2:], True) if line.startswith("# ") else (line, False) for line in lines if line]


class ArticleDay(models.Model):
    """How often an article was opened on a day; nothing is kept of who opened it."""

    article = models.ForeignKey(Article, models.PROTECT, related_name="days")
    on = models.DateField()
    opened = models.PositiveIntegerField(default=0)
    is_counted = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "on"], name="article_day_once")]
        indexes = [models.Index(fields=["on"], condition=Q(is_counted=False), name="article_day_open")]

    def __str__(self) -> str:
        return f"{self.article_id} {self.on} {self.opened}"


class Screen(DistrictRow):
    """An LED screen: lines of so many full-width characters at once, and so many turns in a round."""

    SUBJECT = "led_screen"
    name = models.CharField("哪块屏", max_length=60)
    place = models.CharField("在哪里", max_length=120)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="谁管")
    rows = models.PositiveSmallIntegerField("一屏几行", default=1)
    chars = models.PositiveSmallIntegerField("一行几个字", default=12)
    turns = models.PositiveSmallIntegerField("一轮最多几屏", default=4)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = "电子屏"
        ordering = ("name", "pk")
        constraints = [
            models.UniqueConstraint(fields=["district", "name"], name="led_screen_once"),
            models.CheckConstraint(
                condition=Q(rows__range=(1, 20), chars__range=(2, 60), turns__range=(1, 30)),
                name="led_screen_fits",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.rows} 行 × {self.chars} 字）"


class Reach(DistrictRow):
    """Whom one way of publicity reached, with how that was counted and of how many, where that is known."""

    SUBJECT = "reach"

    class Means(models.TextChoices):
        SCREEN = "screen", "电子屏"
        POSTER = "poster", "海报"
        LECTURE = "lecture", "专题讲座"
        FAIR = "fair", "志愿集市"
        RIGHTS_DAY = "rights_day", "3·15 主题活动"
        CHAMBER = "chamber", "商协会"
        PARTY_DAY = "party_day", "两新主题党日"
        ONLINE = "online", "公众号、视频号"
        PRESS = "press", "报刊、电视"
        OTHER = "other", "别的"

    means = models.CharField("用什么方式", max_length=12, choices=Means.choices)
    about = models.CharField("宣传什么", max_length=120)
    article = models.ForeignKey(
        Article, models.PROTECT, null=True, blank=True, related_name="reached", verbose_name="用的哪篇稿"
    )
    screen = models.ForeignKey(
        Screen, models.PROTECT, null=True, blank=True, related_name="shown", verbose_name="哪块屏"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="谁办的")
    place = models.CharField("在哪里", max_length=120, blank=True)
    on = models.DateField("哪天")
    until = models.DateField("到哪天", null=True, blank=True)
    times = models.PositiveIntegerField("几场、几次", default=1)
    reached = models.PositiveIntegerField("到了多少人次", null=True, blank=True)
    of = models.PositiveIntegerField("一共该到多少", null=True, blank=True)
    how = models.CharField("怎么数出来的", max_length=120)

    class Meta:
        verbose_name = "宣传到达"
        ordering = ("-on", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(of__isnull=True) | Q(reached__isnull=False, reached__lte=F("of")),
                name="reach_within_whole",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_means_display()}：{self.about}"

    def is_shown_on(self, day: date) -> bool:
        return self.on <= day and (self.until is None or day <= self.until)
