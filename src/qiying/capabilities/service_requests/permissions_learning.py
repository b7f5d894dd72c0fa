"""What may be done after a case ends: calling back, reviewing, hot issues, filed cases, best cases, templates."""

from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, grant

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
