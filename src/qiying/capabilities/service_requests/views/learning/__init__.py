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

urlpatterns: list[URLPattern] = [
    path("callback/", call_back.waiting, name="callback"),
    path("callback/follow-ups/", follow_ups.month_list, name="follow_ups"),
    path("callback/follow-ups/<int:follow_up_id>/", follow_ups.record, name="follow_up"),
    path("callback/<str:number>/do/<slug:code>/", call_back.do, name="callback_do"),
    path("reviews/", reviews.month_list, name="reviews"),
    path("reviews/<int:review_id>/", reviews.write, name="review"),
    path("hot/", hot.hot_issues, name="hot_issues"),
    path("hot/<int:issue_id>/", hot.issue, name="hot_issue"),
    path("hot/<int:issue_id>/<slug:step>/", hot.decide, name="hot_decide"),
    path("hot/alike/<str:number>/", hot.alike, name="hot_alike"),
    path("filed/", filed.filed, name="filed"),
    path("filed/<str:number>/", filed.look, name="filed_look"),
    path("best/", best.best_cases, name="best_cases"),
    path("best/choose/<int:review_id>/", best.choose, name="best_choose"),
    path("best/<int:best_id>/", best.edit, name="best_case"),
    path("best/<int:best_id>/<slug:step>/", best.change, name="best_change"),
    path("public/best/", best.public, name="public_best"),
    *answer_templates.urlpatterns,
]
