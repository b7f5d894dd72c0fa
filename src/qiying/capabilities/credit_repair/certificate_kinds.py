"""The proof of repair, shown when bidding."""

from qiying.kernel.documents.certificates import CertificateKind, declare_certificate

declare_certificate(
    CertificateKind(
        code="credit_repair",
        label="修复证明",
        title="信用修复证明",
        number_prefix="XYXF",
        statement="{holder}的失信信息（{文书号}）已由{认定单位}准予修复，各处停止公示，停止共享和使用。特此证明。",
    )
)
