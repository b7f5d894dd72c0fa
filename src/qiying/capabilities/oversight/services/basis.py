"""Keeping the basis of oversight, and citing it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from qiying.capabilities.oversight.models import Article, Basis, Citation
from qiying.capabilities.oversight.services.noting import Values, filled, kept, noted
from qiying.kernel.permissions.viewer import Viewer


@transaction.atomic
def basis_save(*, actor: Viewer, row: Basis | None, values: Values, now: datetime) -> Basis:
    """Enter a regulation or decision, or change what is said of it."""
    names = ("name", "kind", "issuer", "adopted_on", "valid_from", "valid_to", "source")
    made, fields = filled(Basis, row, actor, values, *names, unique="name")
    if made.adopted_on and made.adopted_on > made.valid_from:
        fields["valid_from"] = ["施行不会早于通过"]
    kept(made, fields)
    noted(actor, "basis_save", made, now, name=made.name, valid_from=made.valid_from.isoformat())
    return made


@transaction.atomic
def article_save(*, actor: Viewer, row: Article | None, values: Values, now: datetime) -> Article:
    """Enter an article with its duty; one in force again from a later day ends the former."""
    names = ("basis", "no", "text", "duty", "unit", "due_on", "valid_from", "valid_to")
    made, fields = filled(Article, row, actor, values, *names)
    if not fields and made.valid_from < made.basis.valid_from:
        fields["valid_from"] = [f"{made.basis.name} {made.basis.valid_from}才施行"]
    same = Article.objects.filter(basis_id=made.basis_id, no=made.no).exclude(pk=made.pk or 0)
    if not fields and same.filter(valid_from=made.valid_from).exists():
        fields["no"] = [f"第{made.no}条从这一天起的条文已经有了"]
    kept(made, fields)
    for old in same.filter(valid_from__lt=made.valid_from, valid_to=None):
        old.valid_to = made.valid_from - timedelta(days=1)
        old.save(update_fields=["valid_to"])
    noted(actor, "article_save", made, now, article=str(made), duty=made.duty)
    return made


def cite(
    *, actor: Viewer, articles: Iterable[int], subject: str, label: str, now: datetime
) -> list[Citation]:
    """Say that something cites articles, in the caller's transaction; said twice it stands once."""
    own = Article.objects.filter(pk__in=list(articles), district_id=actor.district_id or 0)
    told = {"label": label[:120], "person_id": actor.person_id, "at": now}
    return [
        Citation.objects.get_or_create(article=article, subject=subject, defaults=told)[0] for article in own
    ]
