"""Acts on files, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act

declare_act("document_download", "下载了文件", document="文件编号", commitment="指纹")
