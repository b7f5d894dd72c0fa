"""Where oversight stands in the navigation and on homes."""

from qiying.capabilities.oversight.selectors.basis import article_choices, citations_of
from qiying.capabilities.oversight.services.keeping import cite
from qiying.kernel.organisations.offers import offer_nav, provide

READERS = (
    "congress",
    "deputy",
    "procurator",
    "supervisor",
    "district_leader",
    "discipline",
    "leader",
    "liaison",
    "handler",
)
offer_nav("oversight_bases", "监督依据", "oversight:bases", READERS, 60, group="watch")
offer_nav("oversight_lists", "督办清单", "oversight:lists", READERS, 61, group="watch")
offer_nav("oversight_checks", "执法检查", "oversight:checks", READERS, 62, group="watch", first=("congress",))
offer_nav("oversight_findings", "问题清单", "oversight:findings", READERS, 63, group="watch")
offer_nav("oversight_reports", "听取报告", "oversight:reports", READERS, 64, group="watch")
offer_nav("oversight_joints", "联合监督", "oversight:joints", ("congress", "procurator"), 65, group="watch")
provide("cite_articles", cite)
provide("articles_cited", lambda subject: [str(c.article) for c in citations_of(subject)])
provide("article_choices", article_choices)
