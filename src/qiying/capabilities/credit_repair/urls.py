"""Addresses of credit repair."""

from qiying.capabilities.credit_repair.views import mine, registers

app_name = "credit"
urlpatterns = [*mine.urlpatterns, *registers.urlpatterns]
