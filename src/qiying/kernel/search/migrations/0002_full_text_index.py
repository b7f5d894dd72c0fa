from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SQLITE_CREATE = "CREATE VIRTUAL TABLE search_fts USING fts5(tokens, tokenize='ascii', detail='none', columnsize=0, prefix='1')"
POSTGRES_CREATE = (
    "ALTER TABLE search_searchentry ADD COLUMN tokens tsvector",
    "CREATE INDEX search_tokens ON search_searchentry USING gin (tokens)",
)


def create_index(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "sqlite":
        editor.execute(SQLITE_CREATE)
    else:
        for statement in POSTGRES_CREATE:
            editor.execute(statement)


def drop_index(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "sqlite":
        editor.execute("DROP TABLE search_fts")
    else:
        editor.execute("ALTER TABLE search_searchentry DROP COLUMN tokens")


class Migration(migrations.Migration):
    dependencies = [("search", "0001_search_entries")]
    operations = [migrations.RunPython(create_index, drop_index, hints={"makes_tables": True})]
