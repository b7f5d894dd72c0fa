from django.apps import AppConfig


class IntegrityConfig(AppConfig):
    name = "qiying.capabilities.integrity"
    label = "integrity"
    verbose_name = "廉洁举报"

    def ready(self) -> None:
        """What was sealed is never changed: a row tells of a report by what it holds, not by who looks."""
        from qiying.kernel.audit.append_only import protect

        protect("integrity_sealedfile")
