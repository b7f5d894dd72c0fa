"""Addresses of study."""

from qiying.capabilities.study.views import exams, plans, reports, training

app_name = "study"
urlpatterns = [*plans.urlpatterns, *exams.urlpatterns, *reports.urlpatterns, *training.urlpatterns]
