"""What may be done with notices, and which roles may."""

from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, grant

declare("notices.deliveries", "查看外发情况", "看本区邮件、短信、接口发没发出去，没发出的可以再发。")
declare("notices.endpoints", "管理外发地址", "设置把哪些通知推给外部接口和群机器人，密钥只能改不能看。")

grant("admin", "notices.deliveries", "notices.endpoints")
grant("supervisor", "notices.deliveries")
