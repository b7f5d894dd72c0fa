"""Acts on the register of enterprises, as the audit page names them."""

from collections.abc import Collection

from qiying.kernel.audit.acts import (
    declare_act,
    declare_rows,
    declare_subjects,
    declare_values,
    subject_label,
)
from qiying.kernel.enterprises.indicators import indicator_word
from qiying.kernel.enterprises.models import Enterprise

declare_subjects(enterprise_import="企业导入")


def _firms(ids: Collection[int]) -> dict[int, str]:
    return {e.pk: e.label for e in Enterprise.objects.filter(pk__in=ids).only("name", "short_name")}


declare_rows(enterprise=_firms, clerk=None, contact=None, **{"import": None})
declare_act("enterprises.binding_request", "申请代表企业", way="谁来审", desk="窗口", clerk="现任专员")
declare_act("enterprises.binding_decide", "审了代表企业的申请", is_approved="同意", reason="理由或依据")
declare_act("enterprises.binding_withdraw", "撤回了代表企业的申请")
declare_act("enterprises.clerk_founding", "申请设立的人成了企业专员", clerk="专员编号")
declare_act("enterprises.binding_end", "解除了企业专员", clerk="专员编号")
declare_act("enterprises.contact_add", "加了企业联系人", contact="联系人编号")
declare_act("enterprises.contact_end", "停用了企业联系人")
declare_act(
    "enterprises.enterprise_create",
    "登记了企业",
    credit_code="信用代码",
    official="工作人员登记",
    batch="整批受理",
)
declare_values(
    "enterprises.enterprise_create", lambda source: subject_label(source) if ":" in source else source
)
declare_act("enterprises.enterprise_update", "改了企业信息")
declare_act(
    "enterprises.facts_record", "记了企业的数", facts="哪些数", indicator="指标", period="哪一期", id="编号"
)
declare_values("enterprises.facts_record", indicator_word)
declare_act("enterprises.facts_derive", "测算了企业的数", note="怎么来的", period="哪一期", count="多少条")
declare_act("enterprises.import_tried", "试导了企业表格", with_problems="有问题的行", **{"import": "编号"})
declare_act("enterprises.import_done", "导入了企业表格", **{"import": "编号"})
declare_act("enterprises.import_dropped", "放弃了企业表格的导入", **{"import": "编号"})
declare_act("enterprises.code_activate", "开通了企业码")
declare_act("enterprises.code_refused", "扫的企业码没认", why="为什么", use="扫来做什么")
