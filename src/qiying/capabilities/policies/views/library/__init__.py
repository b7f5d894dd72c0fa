"""Pages of the library: search, one policy, my policies, what I am told of."""

from django.urls import URLPattern, path

from qiying.capabilities.policies.views.library import mine, pages, policy, preferences

urlpatterns: list[URLPattern] = [
    path("policies/", pages.library, name="library"),
    path("policies/p/<slug:code>/", policy.policy, name="policy"),
    path("policies/p/<slug:code>/print/", policy.paper, name="policy_print"),
    path("policies/p/<slug:code>/follow/", policy.follow, name="follow"),
    path("policies/follow/", policy.follow_theme, name="follow_theme"),
    path("policies/follow/<int:subscription_id>/end/", policy.unfollow, name="unfollow"),
    path("policies/mine/", mine.mine, name="mine"),
    path("policies/mine/tell/", mine.tell, name="tell"),
    path("policies/mine/facts/<str:name>/", mine.fact, name="fact"),
    path("policies/preferences/", preferences.preferences, name="preferences"),
]
