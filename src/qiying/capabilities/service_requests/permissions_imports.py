"""What importing needs."""

from qiying.kernel.permissions.registry import declare, grant

declare("service_requests.import", "导入台账", "把问题台账表格导成办件，看每行为什么没导入，整批撤回。")
grant("desk", "service_requests.import")
grant("admin", "service_requests.import")
