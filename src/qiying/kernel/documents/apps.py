from django.apps import AppConfig

from qiying.kernel.audit.append_only import protect


class DocumentsConfig(AppConfig):
    name = "qiying.kernel.documents"
    verbose_name = "文件"

    def ready(self) -> None:
        from qiying.kernel.documents import authorisations, checks, register_rules  # noqa: F401

        protect(
            "documents_certificate",
            allow_update=("revoked_at", "revoked_by_id", "revoked_reason", "replaced_by_id"),
        )
        register_rules.register()
        authorisations.register()
