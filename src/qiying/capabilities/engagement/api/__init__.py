"""Engagement over HTTP."""

from ninja import Router

from qiying.capabilities.engagement.api import visits

router = Router(tags=["走访"])
router.add_router("", visits.router)
