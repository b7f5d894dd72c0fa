"""What may be done with the enterprise register, and which roles may."""

from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, grant

declare("enterprises.view", "查看企业", "看本区企业名册、企业事实和联系人（号码打码），可以导出。")
declare("enterprises.edit", "登记企业", "建企业档案，改基本信息，登记事实和联系人。")
declare("enterprises.import", "批量导入企业", "用表格批量导入企业，先试算再写入；还要有登记企业的权限。")
declare("enterprises.reveal", "查看完整号码", "点开联系人的完整号码，每点一次留一条痕。")
declare(
    "enterprises.figures", "查看经营数据", "直接看营业收入、税金等经营数据；没有这项权限的要写明理由点开。"
)
declare("enterprises.scan", "扫企业码", "扫或输企业出示的企业码，看这家企业；每次都记下，企业查得到。")
declare("bindings.decide", "核对企业专员", "核对授权书，同意或不同意某人代表企业，解除已有的绑定。")

for _role in ("desk", "liaison", "handler", "leader", "supervisor", "callback", "district_leader", "policy"):
    grant(_role, "enterprises.view")
for _role in ("desk", "liaison", "handler", "leader", "supervisor"):
    grant(_role, "enterprises.scan")
grant("desk", "enterprises.edit", "enterprises.import", "enterprises.reveal", "bindings.decide")
grant("liaison", "enterprises.reveal")
grant("handler", "enterprises.reveal")
grant("utility_handler", "enterprises.reveal")
grant("utility_head", "enterprises.reveal")
grant("callback", "enterprises.reveal")
grant("policy", "enterprises.edit", "enterprises.import", "enterprises.figures")
grant("admin", "enterprises.view")
