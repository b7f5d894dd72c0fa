"""Acts of publicity, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act

for _code, _label in {
    "keep": "登记宣传",
    "submit": "送审",
    "publish": "审过，发布",
    "return": "退改",
    "withdraw": "撤下",
    "picture": "放照片",
    "poster": "下载海报、屏幕文字",
}.items():
    declare_act(f"publicity.{_code}", _label, what="什么", said="意见", name="文件", form="样式")
