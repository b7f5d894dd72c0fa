from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("figures", "0003_transaction_number")]
    operations = [
        migrations.AddIndex(
            model_name="figuredelta",
            index=models.Index(fields=["month", "measure"], name="delta_month"),
        ),
    ]
