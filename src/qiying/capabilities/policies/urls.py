"""Addresses of the pages of support policies, one module per face."""

from qiying.capabilities.policies.views import applying, calculator, desk, library, money, numbers

app_name = "policies"
urlpatterns = [
    *library.urlpatterns,
    *calculator.urlpatterns,
    *applying.urlpatterns,
    *desk.urlpatterns,
    *money.urlpatterns,
    *numbers.urlpatterns,
]
