"""Who reads deliberations, who keeps them, who writes opinions, who answers; nobody of them changes a case."""

from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, declare_role, grant

# Declared with the same words by oversight: whichever is loaded first.
declare_role("congress", "人大机关工作人员", "登记和交办监督事项、代表建议，听进展、审结果，不办理政府的事。")
declare("deliberations.view", "看人大审议", "看审议、整改清单、测评、质询和监督主题，只看不改。")
declare("deliberations.keep", "管人大审议", "办审议、专题询问和视察，并意见、交办、听进展、测评、登记质询。")
declare("deliberations.opine", "写审议意见", "代表在线上写审议意见，看得到别的代表写的。")
declare("deliberations.answer", "报告审议意见办理情况", "替本单位报告审议意见办理情况，答复质询。")
for _role in ("supervisor", "district_leader", "discipline", "deputy", "congress"):
    grant(_role, "deliberations.view")
for _role in ("liaison", "handler", "leader"):
    grant(_role, "deliberations.answer")
grant("deputy", "deliberations.opine")
grant("congress", "deliberations.keep", "gatherings.view")
