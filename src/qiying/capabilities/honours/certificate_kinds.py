"""The certificate of a clean firm, valid until it is examined again."""

from qiying.kernel.documents.certificates import CertificateKind, declare_certificate

declare_certificate(
    CertificateKind(
        code="clean_firm",
        label="清廉民企星级",
        title="区级星级清廉民企证书",
        number_prefix="QLMQ",
        statement="{holder}经自评、核对、评定，评为{年度}年度{星级}清廉民企。",
    )
)
