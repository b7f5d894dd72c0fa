"""Registers of publicity: articles with their life, columns, screens, whom publicity reached."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Sum

from qiying.capabilities.publicity import selectors as reads
from qiying.capabilities.publicity import services as writes
from qiying.capabilities.publicity.models import Article, ArticleDay, NewsColumn, Reach, Screen
from qiying.kernel.gatherings.models import Gathering
from qiying.kernel.organisations.listing import Column, Filter, choice, search, state_tabs
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.selectors import in_force, unit_choices
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers import kept
from qiying.kernel.registers.register import Act, Panel
from qiying.kernel.registers.rows import row_form
from qiying.kernel.registers.terms import TERM_TABS
from qiying.kernel.registers.views import register_urls

State = Article.State
VIEW = ("publicity.view",)


class SaidForm(forms.Form):
    """What a reviewer says."""

    said = forms.CharField(
        label="审稿意见", min_length=2, max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class PhotoForm(forms.Form):
    """A picture of an article."""

    file = forms.FileField(label="照片", help_text="手机拍的就行，公开时不带拍摄地点")


def _own_units(viewer: Viewer, today: Any) -> list[tuple[int, str]]:
    return [(pk, words) for pk, words in unit_choices(viewer.district_id or 0) if pk in viewer.unit_ids]


def _columns(viewer: Viewer, today: Any) -> list[tuple[int, str]]:
    rows = NewsColumn.objects.filter(in_force(today), district_id=viewer.district_id or 0)
    return [(row.pk, row.name) for row in rows]


def _held(viewer: Viewer, today: Any) -> list[tuple[int, str]]:
    rows = Gathering.objects.filter(unit_id__in=viewer.unit_ids, on__lte=today).order_by("-on")[:50]
    return [(row.pk, f"{row.on:%-m月%-d日} {row.title}") for row in rows]


def _published(viewer: Viewer, today: Any) -> list[tuple[int, str]]:
    return [(row.pk, row.title) for row in reads.articles_public(viewer.district_id or 0)[:200]]


def _screens(viewer: Viewer, today: Any) -> list[tuple[int, str]]:
    rows = Screen.objects.filter(in_force(today), district_id=viewer.district_id or 0)
    return [(row.pk, str(row)) for row in rows]


OFFERS = {
    "unit": _own_units,
    "column": _columns,
    "gathering": _held,
    "article": _published,
    "screen": _screens,
}
ARTICLE = ("title", "column", "unit", "text", "lines", "source", "source_url", "gathering")
HINTS = {
    "text": "空一行就是一段；一行以“# ”开头是小标题",
    "lines": "一行一句：海报和电子屏都从这里排；不写就用标题",
    "source": "谁写的、从哪里来，如：区营商办供稿；转载写原来的媒体和日期",
}


def _keep(actor: Viewer, row: Any, data: dict[str, Any], now: datetime) -> str:
    writes.row_keep(actor=actor, model=Article, row=row, values=data, names=ARTICLE, now=now)
    return "存好了。"


def _act(do: Callable[..., Any], words: str) -> Callable[..., str]:
    def run(actor: Viewer, row: Any, data: dict[str, Any], now: datetime) -> str:
        do(actor=actor, row=row, now=now, **data)
        return words

    return run


def _mine(viewer: Viewer, row: Article) -> bool:
    return row.state == State.DRAFT and reads.may_write(viewer, row)


def _to_review(*states: str) -> Callable[[Viewer, Article], bool]:
    return lambda viewer, row: row.state in states and reads.may_review(viewer, row)


def _about(request: ViewerRequest, row: Article) -> dict[str, Any]:
    opened = row.days.aggregate(all=Sum("opened"))["all"] or 0
    return {
        "row": row,
        "pictures": reads.pictures_of(row),
        "opened": opened,
        "may_add": _mine(request.viewer, row),
        "photo_form": PhotoForm(),
    }


def _cut(request: ViewerRequest, row: Article) -> dict[str, Any]:
    return {"row": row, "screens": reads.screens_of(row, request.today), "sentences": row.sentences}


def _opened(request: ViewerRequest, rows: Any) -> None:
    found = (
        ArticleDay.objects.filter(article__in=[r.pk for r in rows])
        .values("article")
        .annotate(n=Sum("opened"))
    )
    counts = {one["article"]: one["n"] for one in found}
    for row in rows:
        row.opened = counts.get(row.pk, 0)


ARTICLES = kept.kept_register(
    "publicity", "articles", "稿件", Article,
    ["title", "column", "unit", Column("谁写的", lambda a: a.written_by.name if a.written_by else ""),
     Column("谁审的", lambda a: a.reviewed_by.name if a.reviewed_by else ""), "state", "published_on",
     Column("打开", lambda a: a.opened, numeric=True), Column("退改几次", lambda a: a.returned, in_page=False),
     Column("来源", lambda a: a.source, in_page=False), Column("原文网址", lambda a: a.source_url, in_page=False)],
    keep=writes.row_keep, fields=ARTICLE, offers=OFFERS, hints=HINTS, new_label="写一篇",
    rows=lambda viewer, today: reads.articles_visible_to(viewer),
    listing={
        "filters": [
            search("标题、正文", "title", "text"),
            Filter("column", "专栏", lambda rows, v: rows.filter(column__name=v)),
        ],
        "prepare": _opened,
        "tabs": state_tabs(
            ("published", "已发布", "还没有发布的", "写一篇，送审，由另一个人审过就公开。"),
            ("review", "等审稿", "没有等审的", "送审的在这里，本单位领导或者总编来审。"),
            ("draft", "草稿", "没有草稿", "本单位写的、退改的在这里。"),
            ("withdrawn", "已撤下", "没有撤下的", ""),
        ),
    },
    sees=VIEW, opens=VIEW, edits=("publicity.write",), edits_apart=True, may_change=False, imports=False,
    home=lambda a: f"show={a.state}",
    panels=(Panel("publicity/_article.html", _about), Panel("publicity/_screens.html", _cut)),
    acts=(
        Act("edit", "改", _keep, form=row_form(Article, *ARTICLE, offers=OFFERS, hints=HINTS), submit="存好",
            applies=lambda viewer, a: a.state == State.DRAFT and writes.may_keep(viewer, a)),
        Act("submit", "送审", _act(writes.article_submit, "送去审了。"), applies=_mine),
        Act("publish", "审过，发布", _act(writes.article_publish, "发布了，公开页上看得到。"), form=SaidForm,
            applies=_to_review("review"), needs=("publicity.review", "publicity.chief")),
        Act("return", "退改", _act(writes.article_return, "退回去改了。"), form=SaidForm,
            applies=_to_review("review"), needs=("publicity.review", "publicity.chief")),
        Act("withdraw", "撤下", _act(writes.article_withdraw, "撤下了，公开页上看不到了。"), form=SaidForm,
            applies=_to_review("published"), needs=("publicity.review", "publicity.chief"), is_serious=True),
    ),
)  # fmt: skip
COLUMNS = kept.kept_register(
    "publicity", "columns", "专栏", NewsColumn, ["name", "about", "unit", "position", "valid_from", "valid_to"],
    keep=writes.row_keep, fields=("name", "about", "unit", "position", "valid_from", "valid_to"), unique="name",
    listing={"tabs": TERM_TABS, "empty_title": "还没有专栏", "empty_text": "登记一个，写稿时就能选。"},
    sees=VIEW, opens=VIEW, edits=("publicity.chief",), edits_apart=True, related=("unit",),
)  # fmt: skip
SCREENS = kept.kept_register(
    "publicity", "screens", "电子屏", Screen,
    ["name", "place", "unit", "rows", "chars", "turns", "valid_from", "valid_to"],
    keep=writes.row_keep, unique="name",
    fields=("name", "place", "unit", "rows", "chars", "turns", "valid_from", "valid_to"),
    hints={"chars": "一个汉字算一个字，数字和字母算半个"},
    listing={"tabs": TERM_TABS, "empty_title": "还没有电子屏", "empty_text": "登记一块，每篇稿就排好这块屏上怎么放。"},
    sees=VIEW, opens=VIEW, edits=("publicity.chief",), edits_apart=True, related=("unit",),
)  # fmt: skip
REACH = kept.kept_register(
    "publicity", "reaches", "宣传到达", Reach,
    ["about", "means", "unit", "place", "on", "until", "times", "reached", "of", "how",
     Column("用的哪篇稿", lambda r: r.article.title if r.article else "", in_page=False)],
    keep=writes.row_keep, offers=OFFERS, related=("unit", "article", "screen"),
    fields=("about", "means", "unit", "article", "screen", "place", "on", "until", "times", "reached", "of", "how"),
    hints={"how": "如：公众号后台的阅读数、签到表、领了几张海报", "of": "知道才填，如园区一共几家；不知道就空着"},
    listing={
        "filters": [
            search("宣传什么", "about"),
            choice("means", "方式", Reach.Means.choices),
        ],
        "empty_title": "还没有登记", "empty_text": "放了屏、贴了海报、办了讲座就登记：到了多少，怎么数出来的。",
    },
    sees=VIEW, opens=VIEW, edits=("publicity.write",), edits_apart=True,
    may_touch=lambda viewer, row: row.unit_id in viewer.unit_ids,
)  # fmt: skip


urlpatterns = [
    *register_urls(ARTICLES, "publicity/articles/"),
    *register_urls(COLUMNS, "publicity/columns/"),
    *register_urls(SCREENS, "publicity/screens/"),
    *register_urls(REACH, "publicity/reaches/"),
]
