"""Addresses of feedback, one module per face."""

from qiying.capabilities.feedback.views import cards, ratings

app_name = "feedback"
urlpatterns = [*ratings.urlpatterns, *cards.urlpatterns]
