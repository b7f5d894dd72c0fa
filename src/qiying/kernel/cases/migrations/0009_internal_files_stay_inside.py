"""Files of acts that offices do among themselves were open to every party; they become the offices' own."""

import json

from django.db import migrations

AMONG_OFFICES = ("meet", "co_answer", "explain")


def files_close(apps, schema_editor):
    """Close the files of meetings and joint opinions, and of explanations nobody agreed to."""
    CaseEvent = apps.get_model("cases", "CaseEvent")
    Document = apps.get_model("documents", "Document")
    rows = CaseEvent.objects.filter(action__in=AMONG_OFFICES, data__contains='"documents"')
    for event in rows.select_related("case").iterator():
        if event.action == "explain" and event.case.outcome == "explained":
            continue
        ids = json.loads(event.data).get("input", {}).get("documents", [])
        subject = f"case:{event.case_id}"
        Document.objects.filter(pk__in=ids, subject=subject, audience="all").update(audience="internal")


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0008_speakers_named"),
        ("documents", "0001_documents_keys_and_letter_numbers"),
    ]

    operations = [migrations.RunPython(files_close, migrations.RunPython.noop)]
