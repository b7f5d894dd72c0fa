"""The service centre over HTTP."""

from ninja import Router

router = Router(tags=["服务中心"])
