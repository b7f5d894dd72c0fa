"""Feedback over HTTP."""

from ninja import Router

from qiying.capabilities.feedback.api import ratings, surveys

router = Router(tags=["评价与反馈"])
for part in (ratings, surveys):
    router.add_router("", part.router)
