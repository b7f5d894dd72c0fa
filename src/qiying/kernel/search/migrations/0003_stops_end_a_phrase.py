from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from qiying.kernel.search import index


def write_anew(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    index.rebuild()


class Migration(migrations.Migration):
    dependencies = [("search", "0002_full_text_index")]
    operations = [migrations.RunPython(write_anew, migrations.RunPython.noop)]
