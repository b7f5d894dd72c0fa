from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                ("object_id", models.BigIntegerField()),
                ("district_id", models.BigIntegerField()),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("open", "公开"),
                            ("internal", "内部"),
                            ("restricted", "限制"),
                            ("sealed", "密封"),
                        ],
                        default="internal",
                        max_length=12,
                    ),
                ),
                ("text", models.TextField()),
                ("plain", models.TextField()),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["kind", "district_id", "id"], name="search_newest")],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "object_id"), name="one_entry_per_object"),
                ],
            },
        ),
    ]
