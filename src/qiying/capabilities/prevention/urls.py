"""Addresses of guidance."""

from qiying.capabilities.prevention.views import assessing, experts

app_name = "prevention"
urlpatterns = [*assessing.urlpatterns, *experts.urlpatterns]
