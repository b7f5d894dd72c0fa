"""Acts of this capability that belong to no case, as the audit page names them."""

from qiying.capabilities.service_requests import acts_learning  # noqa: F401
from qiying.kernel.audit.acts import declare_act

declare_act("double_dismissed", "判断两件不是一件事", case="本件", other="那件")
declare_act("channel_saved", "改了渠道", code="渠道", before="原来", after="现在")
declare_act("category_saved", "改了类别", code="类别", before="原来", after="现在")
declare_act("replies_exported", "导出了回复表", channel="渠道", rows="条数", numbers="来件")
declare_act("reply_given", "登记已回复来源", intake="来件", way="方式", note="说明")
