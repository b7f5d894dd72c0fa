"""Pages; addresses are listed here."""

from django.urls import path

from qiying.capabilities.policies.views.numbers import page

urlpatterns = [
    path("policy-numbers/", page.numbers, name="numbers"),
    path("policy-numbers/rows/", page.rows, name="numbers_rows"),
]
