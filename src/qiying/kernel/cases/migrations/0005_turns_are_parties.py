from django.db import migrations

NAMES = (("unit", "lead"), ("enterprise", "asker"))
"""Whose turn a case is was one of six words of the kernel; it is a party of its procedure now."""


def forward(apps, schema_editor):
    cases = apps.get_model("cases", "Case").objects
    for old, new in NAMES:
        cases.filter(turn=old).update(turn=new)


def back(apps, schema_editor):
    cases = apps.get_model("cases", "Case").objects
    for old, new in NAMES:
        cases.filter(turn=new).update(turn=old)


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_open_cases_by_enterprise")]
    operations = [migrations.RunPython(forward, back)]
