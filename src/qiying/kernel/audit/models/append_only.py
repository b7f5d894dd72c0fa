"""Models whose rows are only ever added; the database refuses the rest too (`audit.append_only`)."""

from typing import Any, NoReturn, TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model)


class AppendOnlyError(TypeError):
    """Somebody tried to change or delete a row that is a record of what happened."""

    def __init__(self, model: type[models.Model], tried: str) -> None:
        super().__init__(f"{model._meta.label} 只能追加，不能 {tried}：要更正就再记一条")


class AppendOnlyQuerySet(models.QuerySet[M]):
    """A queryset without update and delete."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError(self.model, "update()")

    def delete(self) -> NoReturn:
        raise AppendOnlyError(self.model, "delete()")

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError(self.model, "bulk_update()")

    def update_or_create(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError(self.model, "update_or_create()")


AppendOnlyManager = models.Manager.from_queryset(AppendOnlyQuerySet)


class AppendOnlyModel(models.Model):
    """Base of every insert-only model; also declare its table with `append_only.protect()`."""

    objects = AppendOnlyManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert the row; raise `AppendOnlyError` when it was loaded from the database."""
        if not self._state.adding:
            raise AppendOnlyError(type(self), "save()")
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError(type(self), "delete()")
