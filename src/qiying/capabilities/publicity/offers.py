"""Where publicity stands: the navigation, the enterprise's way in, what waits for reviewers and writers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.urls import reverse

from qiying.capabilities.publicity.models import Article
from qiying.capabilities.publicity.selectors import sent_back, to_review
from qiying.kernel.audit.clock import local_date
from qiying.kernel.organisations.offers import offer_nav, offer_way
from qiying.kernel.organisations.waiting import Item, Source, declare_waiting
from qiying.kernel.permissions.viewer import Viewer

OFFICE = ("desk", "handler", "liaison", "leader", "policy", "supervisor", "district_leader", "discipline")
offer_nav("publicity_articles", "稿件和专栏", "publicity:articles", OFFICE, 70, group="learning")
offer_nav("publicity_columns", "专栏管理", "publicity:columns", ("desk",), 71, group="learning")
offer_nav("publicity_screens", "电子屏", "publicity:screens", ("desk",), 72, group="learning")
offer_nav("publicity_reaches", "宣传登记", "publicity:reaches", OFFICE, 73, group="learning")
offer_nav("publicity", "宣传到达", "publicity:account", OFFICE, 74, group="learning")
offer_way("news", "新闻专栏", "publicity:news", "file", 90, for_all=True)


def _item(words: str) -> Callable[[Article], Item]:
    def item(row: Article) -> Item:
        since = local_date(row.changed_at)
        return Item(
            row.title, reverse("publicity:articles_row", args=[row.pk]), row.unit.label, words, since=since
        )

    return item


def reviewing(viewer: Viewer, today: date) -> Source | None:
    """Return the articles that wait for the viewer's review."""
    if not (viewer.has("publicity.review") or viewer.has("publicity.chief")):
        return None
    url = reverse("publicity:articles") + "?show=review"
    return Source(to_review(viewer), _item("等您审稿"), url, order=("changed_at", "pk"))


def returned(viewer: Viewer, today: date) -> Source | None:
    """Return the viewer's own articles that came back."""
    if not viewer.has("publicity.write"):
        return None
    url = reverse("publicity:articles") + "?show=draft"
    return Source(sent_back(viewer), _item("退改了，改好再送"), url, order=("changed_at", "pk"))


declare_waiting("publicity_review", "等审的稿件", reviewing, order=70)
declare_waiting("publicity_returned", "退改的稿件", returned, order=71)
