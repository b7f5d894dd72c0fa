"""Pictures of a hidden asker: whoever must not know him finds none of them, in no list and by no address."""

from __future__ import annotations

import pytest

from qiying.capabilities.service_requests.tests.markers import HIDDEN, cast, hidden, worked
from qiying.kernel.documents.models import Document

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
KNOWS = {"clerk", "desk", "supervisor", "callback"}


def test_pictures_of_a_hidden_asker_are_there_for_those_who_know_him_alone(client):
    world = cast()
    case = worked(world, hidden(world), HIDDEN)
    brought = Document.objects.filter(subject=f"case:{case.pk}", name__contains=HIDDEN.word)
    assert brought.count() == 2
    own = Document.objects.get(subject=f"case:{case.pk}", name__startswith="会商照片")
    for who, person in world.people.items():
        client.force_login(person)
        page = client.get(f"/cases/{case.number}/", follow=True).content.decode()
        for document in brought:
            reads = who in KNOWS
            assert client.get(f"/documents/{document.pk}/").status_code == (200 if reads else 404), who
            assert (f"/{document.pk}/" in page and document.name in page) is reads, who
        if who in {"handler", "co_handler", "leader"}:
            assert client.get(f"/documents/{own.pk}/").status_code == 200
