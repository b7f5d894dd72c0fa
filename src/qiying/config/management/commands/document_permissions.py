"""`qiying document_permissions FILE`: roles and permissions as a page, from what the code declares."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from qiying.kernel.permissions.registry import all_permissions, all_roles, permissions_of


def permissions_page() -> str:
    """Return the page: every role, every permission with what it allows and who has it."""
    lines = [
        "# 角色与权限",
        "",
        "由 `qiying document_permissions` 按代码里的声明生成，请勿手改。",
        "",
        "## 角色",
        "",
    ]
    lines += ["| 角色 | 编码 | 做什么 |", "| --- | --- | --- |"]
    lines += [f"| {role.label} | `{role.code}` | {role.description} |" for role in all_roles()]
    lines += ["", "## 权限", "", "| 权限 | 编码 | 允许什么 | 哪些角色有 |", "| --- | --- | --- | --- |"]
    for permission in all_permissions():
        holders = [role.label for role in all_roles() if permission.code in permissions_of(role.code)]
        who = "、".join(holders) or "无"
        lines.append(f"| {permission.label} | `{permission.code}` | {permission.description} | {who} |")
    return "\n".join(lines) + "\n"


class Command(BaseCommand):
    help = "生成角色与权限的文档；--check 只核对是否过期"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="docs/permissions.md")
        parser.add_argument("--check", action="store_true", help="只核对，过期则失败")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        page = permissions_page()
        if options["check"]:
            if not path.is_file() or path.read_text() != page:
                raise CommandError(f"{path} 过期了：运行 make docs")
            return
        path.write_text(page)
        self.stdout.write(f"已写出 {path}")
