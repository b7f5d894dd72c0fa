"""The register of experts."""

from __future__ import annotations

from qiying.capabilities.prevention.models import Expert
from qiying.capabilities.prevention.services.experts import FIELDS, GUIDE, expert_end, expert_save
from qiying.kernel.registers.kept import kept_register
from qiying.kernel.registers.views import register_urls

EXPERTS = kept_register(
    "prevention", "experts", "合规专家", Expert, ("name", "unit", "sectors", "title"), code="compliance_experts",
    keep=expert_save, ends=expert_end, fields=FIELDS, found=("name", "sectors", "title"), related=("unit",),
    listing={"empty_title": "还没有专家", "empty_text": "协会、部门、律所的专家，企业可以约上门。"},
    sees=("prevention.view",), edits=(GUIDE,), unique="name",
    links=(("bookings.offer", "bookings:places", "可以预约的时间"),),
)  # fmt: skip
urlpatterns = register_urls(EXPERTS, "guidance/experts/")
