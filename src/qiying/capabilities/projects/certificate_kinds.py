"""The certificate of an approval of a project, issued on the day it turns valid."""

from qiying.kernel.documents.certificates import CertificateKind, declare_certificate

declare_certificate(
    CertificateKind(
        code="project_approval",
        label="项目批文",
        title="项目审批结果电子凭证",
        number_prefix="XPW",
        statement="{holder}的项目审批已经生效，内容如下：",
    )
)
