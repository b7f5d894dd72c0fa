from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules


class AuditConfig(AppConfig):
    name = "qiying.kernel.audit"
    verbose_name = "审计"

    def ready(self) -> None:
        """Declare the audit's append-only tables; triggers are made after each migrate."""
        from qiying.kernel.audit import append_only, checks, models  # noqa: F401
        from qiying.kernel.audit.chains import register_chain_source
        from qiying.kernel.audit.linking import AuditChain

        insert_only = (models.AuditEntry, models.AuditLink, models.Seal, models.SealLeaf, models.AnchorRecord)
        for model in insert_only:
            append_only.protect(model._meta.db_table)
        append_only.protect(
            models.PersonalData._meta.db_table,
            allow_update=("value", "salt", "erased_at"),
            only_when=(
                "OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL"
                " AND NEW.value IS NULL AND NEW.salt IS NULL"
            ),
        )
        register_chain_source(AuditChain())
        autodiscover_modules("declared_acts")
        post_migrate.connect(_protect_after_migrate, sender=self)


def _protect_after_migrate(using: str, **kwargs: Any) -> None:
    from qiying.kernel.audit.append_only import protect_all

    protect_all(using)
