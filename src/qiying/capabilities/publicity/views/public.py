"""What everybody reads without signing in: news and columns, activities to sign up for, one article."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import path

from qiying.capabilities.publicity import selectors as reads
from qiying.capabilities.publicity import services as writes
from qiying.kernel.organisations.public_pages import public, shown
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.ui.given import whole


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
        "pictures": reads.pictures_of(row),
        "title": row.title,
    }
    return shown(request, "publicity/piece.html", context)


urlpatterns = [path("news/", news, name="news"), path("news/<int:pk>/", piece, name="piece")]
