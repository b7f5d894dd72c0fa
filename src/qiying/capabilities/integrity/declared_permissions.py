"""Who opens sealed reports, keeps their key and publishes the lists."""

from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, grant

declare("integrity.reports", "办密封举报", "看得到举报的件数和期限；内容要用本单位的口令才打得开。")
declare("integrity.key", "设密封钥匙", "设本单位收举报的钥匙和口令，收好恢复码。")
declare("integrity.lists", "发布清单", "发布十必办、十不准和三个承诺的新版。")
grant(
    "discipline",
    "integrity.reports",
    "integrity.key",
    "integrity.lists",
)
