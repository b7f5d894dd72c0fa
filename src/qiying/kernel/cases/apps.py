from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CasesConfig(AppConfig):
    name = "qiying.kernel.cases"
    verbose_name = "办件"

    def ready(self) -> None:
        """Find every procedure file, protect the event chain, seal it, and check the machines."""
        from qiying.kernel.audit.append_only import protect
        from qiying.kernel.cases import (
            acts_of_people,
            certificates,
            chain_source,
            checks,
            document_rules,
            kernel_tasks,
        )

        protect("cases_caseevent")
        protect("figures_figuredelta")
        chain_source.register()
        checks.register()
        document_rules.register()
        certificates.register()
        kernel_tasks.register()
        autodiscover_modules("declared_permissions")  # procedures may name roles of any capability
        autodiscover_modules("declared_parameters")
        for name in checks.procedure_modules():
            import_module(name)
        acts_of_people.register()
