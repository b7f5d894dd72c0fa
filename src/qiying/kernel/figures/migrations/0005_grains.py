from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0001_units_people_and_sign_in"),
        ("figures", "0004_from_a_figure_to_its_cases"),
    ]
    operations = [
        migrations.RemoveIndex(model_name="figurerollup", name="rollup_month"),
        migrations.AddField(
            model_name="figurerollup", name="grain", field=models.SmallIntegerField(default=0)
        ),
        migrations.AddIndex(
            model_name="figurerollup",
            index=models.Index(
                fields=["district", "procedure", "grain", "month", "measure"], name="rollup_grain"
            ),
        ),
    ]
