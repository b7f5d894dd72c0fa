from django.apps import AppConfig


class IntegrityConfig(AppConfig):
    name = "qiying.capabilities.integrity"
    label = "integrity"
    verbose_name = "廉洁举报"

    def ready(self) -> None:
        """What was sealed is never changed; the rules over what is held read on."""
        from qiying.capabilities.integrity import subscriptions
        from qiying.kernel.audit.append_only import protect

        protect("integrity_sealedfile")
        subscriptions.register()
