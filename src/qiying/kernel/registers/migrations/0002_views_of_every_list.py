"""Views of the case lists stand beside those of registers, and a person's preferences say of which lists he has some."""

from django.db import migrations


def gather(apps, schema_editor):
    saved = apps.get_model("registers", "SavedList").objects
    for view in apps.get_model("cases", "SavedView").objects.order_by("id"):
        saved.get_or_create(
            person_id=view.person_id,
            register=f"cases.{view.page}",
            name=view.name,
            defaults={"query": view.query},
        )
    kept: dict[int, list[str]] = {}
    for person_id, register in saved.order_by("register").values_list("person_id", "register").distinct():
        kept.setdefault(person_id, []).append(register)
    people = apps.get_model("organisations", "Person").objects
    for person in people.filter(pk__in=kept):
        person.prefs = {**person.prefs, "views": kept[person.pk]}
        person.save(update_fields=["prefs"])


def part(apps, schema_editor):
    saved = apps.get_model("registers", "SavedList").objects
    views = apps.get_model("cases", "SavedView").objects
    for view in saved.filter(register__startswith="cases."):
        page = view.register.partition(".")[2]
        views.get_or_create(
            person_id=view.person_id, page=page, name=view.name, defaults={"query": view.query}
        )
        view.delete()


class Migration(migrations.Migration):
    dependencies = [("registers", "0001_saved_lists_and_imports"), ("cases", "0003_saved_views")]

    operations = [migrations.RunPython(gather, part)]
