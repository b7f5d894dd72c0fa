"""Pages of the calculator: for anybody, shared by link, at the counter."""

from django.urls import URLPattern, path

from qiying.capabilities.policies.views.calculator import asking, counter, results

urlpatterns: list[URLPattern] = [
    path("policies/calculator/", asking.calculator, name="calculator"),
    path("policies/calculator/ask/", asking.ask, name="calculator_ask"),
    path("policies/calculator/carry/", asking.carry, name="calculator_carry"),
    path("policies/calculator/result/", results.result, name="calculator_result"),
    path("policies/calculator/print/", results.paper, name="calculator_print"),
    path("policies/calculator/share/", results.share, name="calculator_share"),
    path("policies/shared/<str:token>/", results.shared, name="shared"),
    path("policies/shared/<str:token>/go-on/", results.take_over, name="shared_go_on"),
    path("policies/counter/", counter.counter, name="counter"),
    path("policies/counter/start/", counter.start, name="counter_start"),
    path("policies/counter/ask/", counter.ask, name="counter_ask"),
    path("policies/counter/result/", counter.result, name="counter_result"),
    path("policies/counter/print/", counter.paper, name="counter_print"),
    path("policies/counter/end/", counter.end, name="counter_end"),
]
