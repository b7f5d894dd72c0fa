"""Permissions of this app and of `audit`, which lies below and cannot declare its own."""

from qiying.kernel.permissions.registry import declare, grant

declare("permissions.view", "查看权限清单", "看每项权限是什么意思、哪些角色有。")
declare("audit.view", "查看审计记录", "查本区的操作留痕、封存和校验情况，可以导出，不能改。")

for role in ("admin", "supervisor", "discipline", "leader", "liaison", "desk"):
    grant(role, "permissions.view")
for role in ("admin", "supervisor", "discipline"):
    grant(role, "audit.view")
