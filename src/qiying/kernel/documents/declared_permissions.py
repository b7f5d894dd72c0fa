"""What may be done with documents and letters, and which roles may."""

from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, grant

declare("documents.letters", "查看本单位发文登记", "看本单位的发文字号登记簿，可以导出。")
declare("documents.letters_all", "查看全区发文登记", "看本区各单位的发文字号登记簿，可以导出。")

for _role in ("desk", "liaison", "handler", "leader"):
    grant(_role, "documents.letters")
for _role in ("supervisor", "admin", "discipline"):
    grant(_role, "documents.letters_all")
