"""Addresses of feedback, one module per face."""

from qiying.capabilities.feedback.views import cards, ratings, surveys, surveys_answering

app_name = "feedback"
urlpatterns = [
    *ratings.urlpatterns,
    *cards.urlpatterns,
    *surveys.urlpatterns,
    *surveys_answering.urlpatterns,
]
