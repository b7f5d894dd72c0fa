from django.apps import AppConfig


class ConsentsConfig(AppConfig):
    name = "qiying.kernel.consents"
    verbose_name = "数据授权"

    def ready(self) -> None:
        """Consents can only end, and looks are never taken back."""
        from qiying.kernel.audit.append_only import protect

        once = "OLD.revoked_at IS NULL"
        protect("consents_consent", ("revoked_at", "revoked_by_id"), only_when=once)
        protect("consents_consentlook")
