from django.db import migrations, models

KINDS = [
    ("government", "区县"),
    ("department", "政府部门"),
    ("town", "镇街"),
    ("section", "科室"),
    ("office", "专门办公室"),
    ("party", "党委部门"),
    ("congress", "人大机构"),
    ("discipline", "纪检监察"),
    ("court", "法院"),
    ("procuratorate", "检察院"),
    ("group", "群团组织"),
    ("association", "商会协会"),
    ("institute", "院所高校"),
    ("bank", "银行"),
    ("mediator", "调解机构"),
    ("agency", "中介机构"),
    ("public_service", "公用事业单位"),
]


class Migration(migrations.Migration):
    dependencies = [("engagement", "0005_visits_have_a_folder_of_their_own")]

    operations = [
        migrations.AlterField(
            "pointkind", "owner_kind", models.CharField("主管单位的类别", max_length=16, choices=KINDS)
        ),
    ]
