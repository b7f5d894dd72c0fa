"""Certificates of approvals: the result of one item, and the package in which a bundle's results are joined."""

from qiying.kernel.documents.certificates import CertificateKind, declare_certificate

declare_certificate(
    CertificateKind(
        "approval_result", "办理结果", "办理结果电子凭证", "XKZ", "{holder}申请的事项，经审查准予，内容如下："
    )
)
declare_certificate(
    CertificateKind(
        "approval_package",
        "一件事结果",
        "一件事办理结果电子凭证",
        "YJZ",
        "{holder}申请的一件事已经办结，各项结果如下：",
    )
)
