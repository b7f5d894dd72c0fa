"""Who posts, reviews, organises sessions and looks on."""

from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, grant

SPEAKERS = ("handler", "liaison", "leader", "bank", "associate", "utility_handler", "utility_head")
"""Who speaks for a unit here: a body that is no government's by the roles for such."""
declare(
    "matchmaking.take_part",
    "参加链链看",
    "看本区展示中的供需，替企业或者本单位发布、对接、签意向；别人的联系方式双方愿意才看得到。",
)
declare("matchmaking.review", "审核供需", "审核别人发布的供需，核对意向落地，看本区全部对接和意向。")
declare("matchmaking.watch", "看链链看全部", "看本区全部供需、对接和意向，不能改。")
declare("matchmaking.organise", "办对接专场", "办政企、企企、企社专场。")
declare("matchmaking.chains", "维护产业链", "登记本区产业链的环节。")

for _role in ("clerk", *SPEAKERS, "desk"):
    grant(_role, "matchmaking.take_part")
for _role in ("supervisor", "district_leader", "discipline"):
    grant(_role, "matchmaking.take_part", "matchmaking.watch")
grant("desk", "matchmaking.review", "matchmaking.watch", "matchmaking.organise", "matchmaking.chains")
for _role in ("liaison", "leader", "associate"):
    grant(_role, "matchmaking.organise")
