from django.apps import AppConfig


class IntegrityConfig(AppConfig):
    name = "qiying.capabilities.integrity"
    verbose_name = "廉洁举报"

    def ready(self) -> None:
        """What was sealed is never changed."""
        from qiying.kernel.audit.append_only import protect

        protect("integrity_sealedfile")
