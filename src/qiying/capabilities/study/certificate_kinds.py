"""The certificate of a year's training hours."""

from qiying.kernel.documents.certificates import CertificateKind, declare_certificate

declare_certificate(
    CertificateKind(
        code="service_training",
        label="服务干部培训合格证",
        title="涉企服务干部培训合格证",
        number_prefix="PX",
        statement="{holder}在 {年度} 参加涉企服务培训 {学时}，达到当年规定的 {规定学时}，特发此证。",
    )
)
