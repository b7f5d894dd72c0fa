"""Addresses of guidance."""

from qiying.capabilities.prevention.views import experts

app_name = "prevention"
urlpatterns = experts.urlpatterns
