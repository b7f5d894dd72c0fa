"""Acts on files, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act, declare_values
from qiying.kernel.documents.certificates import certificate_word

declare_act("document_download", "下载了文件", document="文件编号", commitment="指纹")

declare_act(
    "documents.certificate_issue", "发了证照", kind="种类", number="编号", version="版本", holder="持有人"
)
declare_values("documents.certificate_issue", certificate_word)
declare_act("documents.certificate_revoked", "撤销了证照", number="编号", version="版本", reason="理由")
declare_act("documents.certificate_replaced", "换发了证照", number="编号", version="版本", reason="理由")
