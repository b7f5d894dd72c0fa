"""Who mediates, who keeps the registers of bodies and mediators, who reads the figures of the years."""

from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, declare_role, grant

declare_role("mediator", "调解员", "主持双方选定他的调解，只看自己的件。", is_alone=True, is_outside=True)
declare_role(
    "mediation_staff",
    "调解组织工作人员",
    "替调解组织收件、指定调解员、归档，管本组织的调解员；看不到区里的台账。",
    is_outside=True,
    acts_as=("handler", "liaison", "leader"),
)
declare("mediation.view", "看调解台账", "看自己参与的调解件，看本区的调解组织、调解员和历年数。")
declare("mediation.bodies", "管调解组织", "登记本区的调解组织、调解员和历年数。")
declare("mediation.mediators", "管本组织的调解员", "登记本调解组织的调解员和历年数。")
for _role in ("handler", "liaison", "leader"):
    grant(_role, "mediation.view", "mediation.mediators")
grant("mediator", "mediation.view", "bookings.receive")
grant("mediation_staff", "mediation.view", "mediation.mediators", "bookings.receive", "bookings.offer")
grant("mediation_staff", "enterprises.reveal")
grant("law_watcher", "mediation.view", "mediation.bodies")
for _role in ("supervisor", "district_leader", "discipline"):
    grant(_role, "mediation.view")
