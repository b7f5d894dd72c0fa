"""The certificate of a registered pledge."""

from qiying.kernel.documents.certificates import CertificateKind, declare_certificate

declare_certificate(
    CertificateKind(
        code="ip_pledge",
        label="质押登记证",
        title="知识产权质押登记证",
        number_prefix="ZYZ",
        statement="{holder}以{权利}（{权利号}）出质，质权人{质权人}，质权自{登记日}设立。",
    )
)
