from django.apps import AppConfig

from qiying.kernel.audit.append_only import protect


class EnterprisesConfig(AppConfig):
    name = "qiying.kernel.enterprises"

    def ready(self) -> None:
        """Facts are corrected by appending; the database refuses anything else."""
        from qiying.kernel.enterprises.decision_facts import register_indicators

        protect("enterprises_enterprisefact")
        protect("enterprises_codelook")
        register_indicators()
