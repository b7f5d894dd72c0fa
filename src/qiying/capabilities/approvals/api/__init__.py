"""The service catalogue and applications over HTTP."""

from ninja import Router

from qiying.capabilities.approvals.api import applications, catalogue

router = Router(tags=["审批办事"])
router.add_router("", catalogue.router)
router.add_router("", applications.router)
