from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("policies", "0003_unread_parts_of_a_pasted_text")]

    operations = [migrations.RenameField("ledgerposting", "fen", "amount")]
