"""What may be done with service requests beside the acts of a case, and which roles may."""

from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, grant

declare("service_requests.desk", "在受理台研判", "看本区的来件，受理定级、交办、合并、拆分，登记线下来件。")
declare(
    "service_requests.channels", "管理渠道", "加渠道，改渠道的责任单位、交件要求、回复方式，停用或启用渠道。"
)
declare(
    "service_requests.categories", "管理类别", "加类别，改类别的名称、通常归口单位和关键词，停用或启用类别。"
)
declare(
    "service_requests.replies", "给来源回复", "看还没回复的来件，导出回复表，登记已经当面、电话或书面回复。"
)
declare("service_requests.view_channels", "查看渠道", "看各渠道这个月来了多少件，哪些迟交、哪些沉默。")

grant("desk", "service_requests.desk", "service_requests.replies", "service_requests.view_channels")
grant("desk", "service_requests.categories")
grant("admin", "service_requests.channels", "service_requests.categories", "service_requests.view_channels")
for _role in ("supervisor", "district_leader"):
    grant(_role, "service_requests.view_channels")

declare("service_requests.import", "导入台账", "把问题台账表格导成办件，看每行为什么没导入，整批撤回。")
grant("desk", "service_requests.import")
grant("admin", "service_requests.import")

# --- after a case ended ----------------------------------------------------------------------
declare("service_requests.callback", "看回访台", "看等企业评价的答复、每月回访名单和结果，可以导出。")
declare(
    "service_requests.follow_up",
    "登记回访",
    "登记回访结果；企业说没解决的，当场重办。承办过的人不能回访那一件。",
)
declare("service_requests.reviews", "看复盘", "看每月复盘清单和写好的复盘，可以导出。")
declare("service_requests.review_write", "写复盘", "写原因、教训和措施；没承办过的人还可以推荐为最佳案例。")
declare("service_requests.hot", "看热点", "看同类问题聚成的热点、由谁牵头、怎么解决。")
declare(
    "service_requests.hot_decide",
    "认定热点",
    "认定热点成不成立，定牵头单位和措施，转为政策或改革任务，登记结果。",
)
declare("service_requests.filed", "看解释存档", "看已解释存档的件、卡在什么上和信访编号，可以导出。")
declare("service_requests.filed_look", "复查解释存档", "登记卡住的事变了没有；变了由督查重办。")
declare("service_requests.best", "看最佳案例", "看推荐的和入选的最佳案例。")
declare("service_requests.best_choose", "评选最佳案例", "从推荐的复盘里选、排名次、写故事、公开。")
declare("service_requests.answer_templates", "管理答复模板", "写、改、停用本单位的答复模板。")

_VIEW = ("callback", "reviews", "hot", "filed", "best")


def _grant(role: str, *names: str) -> None:
    grant(role, *(f"service_requests.{n}" for n in names))


_grant("callback", "callback", "follow_up", "reviews", "hot", "filed", "best")
_grant("desk", *_VIEW, "review_write", "hot_decide", "filed_look")
_grant("supervisor", *_VIEW, "follow_up", "review_write", "hot_decide", "filed_look", "best_choose")
_grant("district_leader", "reviews", "hot", "filed", "best")
_grant("policy", "hot", "best")
for _role in ("leader", "liaison"):
    _grant(_role, "reviews", "review_write", "hot", "best", "answer_templates")
_grant("handler", "best")
for _role in ("utility_handler", "utility_head"):
    _grant(_role, "reviews", "review_write", "hot", "answer_templates")
