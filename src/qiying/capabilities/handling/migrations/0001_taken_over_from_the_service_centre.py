"""The tables were made by the service centre and stay as they are; only whose they are changes."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("enterprises", "0005_enterprise_codes"),
        ("organisations", "0004_settings_of_units"),
        ("service_centre", "0004_handling_is_a_folder_of_its_own"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Licence",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=80, verbose_name="证照名称")),
                        ("number", models.CharField(max_length=60, verbose_name="证照编号")),
                        ("issuer", models.CharField(blank=True, max_length=80, verbose_name="发证机关")),
                        ("valid_until", models.DateField(verbose_name="有效期至")),
                        ("how", models.CharField(blank=True, max_length=200, verbose_name="到期前怎么续")),
                        ("is_quiet", models.BooleanField(default=False, verbose_name="不要再提醒")),
                        ("ended_on", models.DateField(null=True, verbose_name="不再有效")),
                        (
                            "district",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="organisations.district",
                                verbose_name="区县",
                            ),
                        ),
                        (
                            "enterprise",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="licences",
                                to="enterprises.enterprise",
                                verbose_name="企业",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "service_centre_licence",
                        "verbose_name": "证照",
                        "ordering": ("valid_until", "pk"),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("ended_on__isnull", True), ("is_quiet", False)),
                                fields=["district", "valid_until"],
                                name="service_centre_runs_out",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("district", "number"), name="service_centre_licence_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Partner",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("valid_from", models.DateField(verbose_name="起")),
                        ("valid_to", models.DateField(null=True, verbose_name="止")),
                        (
                            "ended_reason",
                            models.CharField(blank=True, max_length=200, verbose_name="为什么结束"),
                        ),
                        ("province", models.CharField(max_length=20, verbose_name="省份")),
                        ("county", models.CharField(max_length=40, verbose_name="市县")),
                        ("contact", models.CharField(blank=True, max_length=60, verbose_name="联系人")),
                        ("phone", models.CharField(blank=True, max_length=30, verbose_name="电话")),
                        (
                            "desk",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="organisations.unit",
                                verbose_name="对方窗口",
                            ),
                        ),
                        (
                            "district",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="organisations.district",
                                verbose_name="区县",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "service_centre_partner",
                        "verbose_name": "伙伴地区",
                        "ordering": ("province", "county", "pk"),
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("valid_to__isnull", True)),
                                fields=("district", "province", "county"),
                                name="service_centre_partner_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="service_centre_partner_in_order",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Reminder",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("subject", models.CharField(max_length=40, verbose_name="哪张证")),
                        ("valid_until", models.DateField(verbose_name="有效期至")),
                        ("days", models.PositiveSmallIntegerField(verbose_name="提前几天")),
                        ("told_at", models.DateTimeField(verbose_name="提醒时间")),
                        (
                            "district",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="organisations.district",
                                verbose_name="区县",
                            ),
                        ),
                        (
                            "enterprise",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="enterprises.enterprise",
                                verbose_name="企业",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "service_centre_reminder",
                        "verbose_name": "临期提醒",
                        "ordering": ("-pk",),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("subject", "valid_until", "days"), name="service_centre_told_once"
                            )
                        ],
                    },
                ),
            ],
        ),
    ]
