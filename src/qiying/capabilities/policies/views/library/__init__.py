"""Pages of the library: search, one policy, my policies, what I am told of."""

from django.urls import URLPattern, path

from qiying.capabilities.policies.views.library import following, mine, pages, policy

urlpatterns: list[URLPattern] = [
    path("policies/", pages.library, name="library"),
    path("policies/p/<slug:code>/", policy.policy, name="policy"),
    path("policies/p/<slug:code>/print/", policy.paper, name="policy_print"),
    path("policies/p/<slug:code>/follow/", following.follow, name="follow"),
    path("policies/follow/", following.follow_theme, name="follow_theme"),
    path("policies/follow/<int:subscription_id>/end/", following.unfollow, name="unfollow"),
    path("policies/mine/", mine.mine, name="mine"),
    path("policies/mine/tell/", mine.tell, name="tell"),
    path("policies/mine/facts/<str:name>/", mine.fact, name="fact"),
    path("policies/preferences/", following.preferences, name="preferences"),
]
