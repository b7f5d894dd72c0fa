"""What may be done with documents and letters, and which roles may."""

from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, grant

declare("documents.letters", "查看本单位发文登记", "看本单位的发文字号登记簿，可以导出。")
declare("documents.letters_all", "查看全区发文登记", "看本区各单位的发文字号登记簿，可以导出。")
declare("documents.certificates", "查看本单位证照", "看本单位发出的证照登记簿，下载 PDF，可以导出。")
declare("documents.certificates_all", "查看全区证照", "看本区各单位发出的证照登记簿，下载 PDF，可以导出。")
declare("documents.certificates_revoke", "撤销证照", "撤销本单位发出的证照，要写理由，查验的人都看得到。")

for _role in ("desk", "liaison", "handler", "leader"):
    grant(_role, "documents.letters", "documents.certificates")
grant("leader", "documents.certificates_revoke")
for _role in ("supervisor", "admin", "discipline"):
    grant(_role, "documents.letters_all", "documents.certificates_all")
