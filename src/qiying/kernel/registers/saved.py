"""A person's own views of lists: filters under a name.

Which lists he keeps views of stands in his preferences, so that a list reads views only where there are any.
"""

from __future__ import annotations

from django.db import transaction

from qiying.kernel.organisations.models import Person
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.models import SavedList

MAX_VIEWS = 20


def saved_views(viewer: Viewer, page: str) -> list[SavedList]:
    """Return the viewer's views of a list, oldest first; no statement where he keeps none."""
    if viewer.person_id is None or page not in viewer.keeps_views:
        return []
    return list(SavedList.objects.filter(person_id=viewer.person_id, register=page))


@transaction.atomic
def view_keep(viewer: Viewer, page: str, name: str, query: str) -> bool:
    """Keep filters of a list under a name, the same name again replaces them; false where that is one too many."""
    if viewer.person_id is None:
        return False
    person = Person.objects.select_for_update().get(pk=viewer.person_id)
    mine = SavedList.objects.filter(person=person, register=page)
    if mine.exclude(name=name[:20]).count() >= MAX_VIEWS:
        return False
    mine.update_or_create(person=person, register=page, name=name[:20], defaults={"query": query[:500]})
    _tell(person)
    return True


@transaction.atomic
def view_forget(viewer: Viewer, page: str, view_id: int) -> str | None:
    """Forget one of the viewer's own views of a list and return its name; None where it is not there."""
    mine = SavedList.objects.filter(person_id=viewer.person_id or 0, register=page)
    view = mine.filter(pk=view_id).first()
    if view is None:
        return None
    person = Person.objects.select_for_update().get(pk=view.person_id)
    view.delete()
    _tell(person)
    return view.name


def _tell(person: Person) -> None:
    pages = SavedList.objects.filter(person=person).order_by("register").values_list("register", flat=True)
    person.prefs = {**person.prefs, "views": list(dict.fromkeys(pages))}
    person.save(update_fields=["prefs"])
