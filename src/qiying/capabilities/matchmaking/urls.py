"""Addresses of matchmaking."""

from qiying.capabilities.matchmaking.views import intents, postings, room

app_name = "matchmaking"
urlpatterns = [*room.urlpatterns, *postings.urlpatterns, *intents.urlpatterns]
