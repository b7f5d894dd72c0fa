"""Pages after an answer: call-back, reviews, hot issues, filed cases, best cases, answer templates."""

from django.urls import URLPattern, path

from qiying.capabilities.service_requests.views.learning import (
    answer_templates,
    best,
    call_back,
    filed,
    follow_ups,
    hot,
    reviews,
)
from qiying.kernel.registers.views import list_urls, register_urls

urlpatterns: list[URLPattern] = [
    *register_urls(follow_ups.FOLLOW_UPS, "callback/follow-ups/"),
    path("callback/<str:number>/do/<slug:code>/", call_back.do, name="callback_do"),
    *list_urls(call_back.CALL_BACK, "callback/"),
    *register_urls(reviews.REVIEWS, "reviews/"),
    path("hot/alike/<str:number>/", hot.alike, name="hot_alike"),
    *register_urls(hot.HOT_ISSUES, "hot/"),
    *register_urls(filed.FILED_CASES, "filed/", key="str"),
    *register_urls(best.CANDIDATES, "best/choose/"),
    *register_urls(best.BEST_CASES, "best/"),
    path("public/best/", best.public, name="public_best"),
    *answer_templates.urlpatterns,
]
