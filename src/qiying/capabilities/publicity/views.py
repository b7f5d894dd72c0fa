"""Registers of publicity, posters and screen texts of an article, the yearly account, and what everybody reads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q, Sum
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from qiying.capabilities.publicity import selectors as reads
from qiying.capabilities.publicity import services as writes
from qiying.capabilities.publicity.models import Article, ArticleDay, NewsColumn, Reach, Screen
from qiying.kernel.audit.services import record_act
from qiying.kernel.documents.letter_pdf import qr_svg, template_pdf
from qiying.kernel.documents.pdf_drawing import pdf_page_png
from qiying.kernel.gatherings.models import Gathering
from qiying.kernel.organisations.listing import Column, Filter, state_tabs, xlsx_response
from qiying.kernel.organisations.pages import page, visible_with
from qiying.kernel.organisations.public_pages import public, shown
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.selectors import in_force, unit_choices
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers import kept
from qiying.kernel.registers.register import Act, Panel
from qiying.kernel.registers.rows import row_form
from qiying.kernel.registers.terms import TERM_TABS
from qiying.kernel.registers.views import register_urls
from qiying.kernel.tables.workbooks import Sheet, workbook_bytes
from qiying.ui.given import whole

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
    return [(row.pk, f"{row.on:%m月%d日} {row.title}") for row in rows]


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
        "paragraphs": paragraphs(row.text),
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
            Filter("q", "标题、正文", lambda rows, v: rows.filter(Q(title__icontains=v) | Q(text__icontains=v))),
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
            Filter("q", "宣传什么", lambda rows, v: rows.filter(about__icontains=v)),
            Filter("means", "方式", lambda rows, v: rows.filter(means=v), Reach.Means.choices),
        ],
        "empty_title": "还没有登记", "empty_text": "放了屏、贴了海报、办了讲座就登记：到了多少，怎么数出来的。",
    },
    sees=VIEW, opens=VIEW, edits=("publicity.write",), edits_apart=True,
    may_touch=lambda viewer, row: row.unit_id in viewer.unit_ids,
)  # fmt: skip


# --- of one article ----------------------------------------------------------------------------------
def paragraphs(text: str) -> list[tuple[str, bool]]:
    """Return the paragraphs of a text, each with whether it is a heading."""
    lines = (line.strip() for line in text.splitlines())
    return [(line[2:], True) if line.startswith("# ") else (line, False) for line in lines if line]


@require_POST
@visible_with("publicity.write")
def picture(request: ViewerRequest, pk: int) -> HttpResponse:
    """Put a photo to a draft."""
    row = fetch_or_404(reads.articles_visible_to(request.viewer), pk=pk)
    form = PhotoForm(request.POST, request.FILES)
    try:
        if not form.is_valid():
            raise GuardFailed(["请选一张照片"])
        file = form.cleaned_data["file"]
        writes.picture_add(
            actor=request.viewer, row=row, name=file.name, content=file.read(), now=request.now
        )
        messages.success(request, "照片放上了。")
    except (GuardFailed, ActionNotAvailable) as refused:
        messages.warning(request, "；".join(getattr(refused, "reasons", None) or [refused.message]))
    return HttpResponseRedirect(ARTICLES.row_url(row))


def _poster(request: ViewerRequest, row: Article) -> bytes:
    url = request.build_absolute_uri(reverse("publicity:piece", args=[row.pk]))
    return template_pdf(
        "publicity/poster.html", {"row": row, "sentences": row.sentences, "qr": qr_svg(url), "url": url}
    )


def _leds(request: ViewerRequest, row: Article) -> bytes:
    found = reads.screens_of(row, request.today)
    parts = [f"【{s}】{s.place}\n{'；'.join(cut.faults)}\n{cut.text}" for s, cut in found]
    return ("\ufeff" + "\n\n----\n\n".join(parts)).replace("\n", "\r\n").encode()


FORMS: dict[str, tuple[str, Callable[[ViewerRequest, Article], bytes]]] = {
    "poster.pdf": ("application/pdf", _poster),
    "poster.png": ("image/png", lambda request, row: pdf_page_png(_poster(request, row))),
    "screens.txt": ("text/plain; charset=utf-8", _leds),
}


@require_GET
@visible_with("publicity.view")
def made(request: ViewerRequest, pk: int, form: str) -> HttpResponse:
    """Hand out a poster or the screens' texts of an article that somebody else has passed."""
    rows = reads.articles_visible_to(request.viewer).filter(state=State.PUBLISHED)
    row = fetch_or_404(rows, pk=pk)
    media_type, draw = FORMS[form]
    body = draw(request, row)
    writes.note(request.viewer, "poster", row, request.now, form=form)
    response = HttpResponse(body, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(
        True, f"{row.title}.{form.rpartition('.')[2]}"
    )
    return response


# --- the account -------------------------------------------------------------------------------------
HEADS = ("分组", "哪一项", "篇、场、块、次", "人次", "分子", "分母", "没有分母的笔数")


@require_GET
@visible_with("publicity.view")
def account(request: ViewerRequest) -> HttpResponse:
    """Show or export the year's reach, each line with its whole or saying that it has none."""
    district_id = request.viewer.district_id or 0
    year = whole(request.GET.get("year"), most=9998) or request.today.year
    lines = reads.account(district_id, year, request.today)
    if request.GET.get("export") == "xlsx":
        columns: list[Column[Any]] = [Column(h) for h in HEADS]
        rows = [[x.group, x.label, x.times, x.reached, x.part, x.whole or "没有", x.without] for x in lines]
        record_act(
            actor=request.viewer, action="list_export", subject="list:publicity", data={}, at=request.now
        )
        return xlsx_response(
            workbook_bytes([Sheet(f"{year}年宣传", columns, rows)]), f"{year}年宣传到达.xlsx"
        )
    years = [(y, y == year) for y in range(request.today.year, request.today.year - 4, -1)]
    return page(
        request, "publicity/account.html", {"lines": lines, "year": year, "years": years, "title": "宣传到达"}
    )


# --- for everybody -----------------------------------------------------------------------------------
@public
def news(request: ViewerRequest, district_id: int) -> HttpResponse:
    """List what is public, by column, with the activities one may sign up for."""
    columns = list(reads.columns_public(district_id, request.today))
    current = next((c for c in columns if c.pk == whole(request.GET.get("column"))), None)
    rows = reads.articles_public(district_id)
    rows = rows.filter(column=current) if current else rows
    context = {
        "columns": columns,
        "current": current,
        "rows": rows[:60],
        "activities": [] if current else reads.activities_open(request.viewer, district_id, request.today),
        "title": current.name if current else "新闻和专栏",
    }
    return shown(request, "publicity/news.html", context)


@public
def piece(request: ViewerRequest, district_id: int, pk: int) -> HttpResponse:
    """Show one article with where it comes from; that it was opened is counted, not by whom."""
    row = fetch_or_404(reads.articles_public(district_id), pk=pk)
    writes.opened(row=row, today=request.today)
    context = {
        "row": row,
        "paragraphs": paragraphs(row.text),
        "pictures": reads.pictures_of(row),
        "title": row.title,
    }
    return shown(request, "publicity/piece.html", context)


urlpatterns = [
    path("news/", news, name="news"),
    path("news/<int:pk>/", piece, name="piece"),
    path("publicity/", account, name="account"),
    path("publicity/articles/<int:pk>/picture/", picture, name="picture"),
    *(
        path(f"publicity/articles/<int:pk>/{form}", made, {"form": form}, name=form.replace(".", "_"))
        for form in FORMS
    ),
    *register_urls(ARTICLES, "publicity/articles/"),
    *register_urls(COLUMNS, "publicity/columns/"),
    *register_urls(SCREENS, "publicity/screens/"),
    *register_urls(REACH, "publicity/reaches/"),
]
