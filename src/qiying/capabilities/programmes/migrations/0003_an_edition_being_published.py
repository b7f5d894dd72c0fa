"""An edition that the worker is putting in force."""

from django.db import migrations, models

STATES = [("draft", "草稿"), ("publishing", "正在发布"), ("published", "现行"), ("replaced", "被替换")]


class Migration(migrations.Migration):
    dependencies = [("programmes", "0002_programmes_in_editions")]
    operations = [
        migrations.AlterField(
            "edition", "state", models.CharField(choices=STATES, default="draft", max_length=10)
        ),
    ]
