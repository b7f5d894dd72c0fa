"""Who sees measures, bids and the analysis of complaints, and who keeps them; rows decide by unit."""

from qiying.kernel.organisations.functions import declare_function
from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, declare_role, grant

declare_function("law_watch", "行政执法监督")
declare_function("fair_competition", "公平竞争审查")
declare_function("ip_desk", "知识产权一件事受理")
declare_function("ip_court", "知识产权司法保护（法院）")
declare_function("ip_procurator", "知识产权检察保护")
declare_function("ip_enforcement", "知识产权行政执法")
declare_function("ip_services", "知识产权服务")
declare_function("bidding_watch", "招投标监督")
declare_role(
    "bid_agent",
    "招标代理",
    "招标代理机构的人：初查自己代理的招标文件，看不到投标。",
    is_outside=True,
)
declare("legal.fair", "看公平竞争审查台账", "看本区政策措施的公平竞争审查和出台、废止。")
declare("legal.issue", "登记出台和废止", "审查通过以后登记本单位政策措施的出台、废止。")
declare("legal.bidding", "看招投标台账", "看代理机构、制度清理和本单位的招标项目；监督单位看全区的。")
declare(
    "legal.bidding_keep", "管招投标台账", "登记本单位的招标项目和投标；监督单位管代理机构、制度清理和线索。"
)
declare("legal.first_check", "初查招标文件", "替代理机构初查招标文件。")
declare("legal.manual", "管知识产权手册", "编发手册，看谁读过、帮了谁。")
declare("legal.analysis", "看执法堵点分析", "看每月按种类的执法堵点，看不到是谁反映的。")
for _role in ("handler", "liaison", "leader", "policy"):
    grant(_role, "legal.fair", "legal.bidding")
for _role in ("liaison", "leader", "policy"):
    grant(_role, "legal.issue")
for _role in ("handler", "liaison", "leader"):
    grant(_role, "legal.bidding_keep", "legal.manual")
for _role in ("supervisor", "district_leader", "discipline"):
    grant(_role, "legal.fair", "legal.bidding", "legal.analysis")
grant("bid_agent", "legal.bidding", "legal.first_check")
