from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "qiying.kernel.documents"
    label = "documents"
    verbose_name = "文件"

    def ready(self) -> None:
        from qiying.kernel.documents import authorisations, checks, register_rules  # noqa: F401

        register_rules.register()
        authorisations.register()
