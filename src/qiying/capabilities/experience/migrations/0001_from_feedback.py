"""The tables of experience officers, as feedback made them: nothing in the database changes (decision 23)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0013_days_of_approvals"),
        ("feedback", "0003_experience_officers"),
        ("forms", "0002_forms_open_to_all"),
        ("organisations", "0004_settings_of_units"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="ExperienceOfficer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("background", models.CharField(max_length=60, verbose_name="身份")),
                        (
                            "per_quarter",
                            models.PositiveSmallIntegerField(default=2, verbose_name="每季度几次"),
                        ),
                        ("valid_from", models.DateField(verbose_name="从哪天起")),
                        ("valid_to", models.DateField(null=True, verbose_name="到哪天止")),
                        (
                            "ended_reason",
                            models.CharField(default="", max_length=200, verbose_name="为什么结束"),
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
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="谁",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "feedback_experienceofficer",
                        "verbose_name": "体验官",
                        "ordering": ("person__name", "id"),
                    },
                ),
                migrations.CreateModel(
                    name="ExperienceScript",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=60, verbose_name="事项")),
                        ("steps", models.TextField(verbose_name="步骤")),
                        ("guide_url", models.URLField(blank=True, verbose_name="办事指南")),
                        (
                            "workdays",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="指南写几个工作日"
                            ),
                        ),
                        (
                            "papers",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="指南写几份材料"
                            ),
                        ),
                        (
                            "trips",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="指南写跑几趟"
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="在用")),
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
                            "form",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="forms.form",
                                verbose_name="记录表",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="organisations.unit",
                                verbose_name="办事单位",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "feedback_experiencescript",
                        "verbose_name": "体验脚本",
                        "ordering": ("name", "id"),
                    },
                ),
                migrations.CreateModel(
                    name="ExperienceTask",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("due_on", models.DateField(verbose_name="最晚哪天")),
                        ("minutes", models.PositiveIntegerField(null=True, verbose_name="一共多少分钟")),
                        ("done_at", models.DateTimeField(null=True, verbose_name="做完的时间")),
                        ("done_on", models.DateField(null=True, verbose_name="做完的日子")),
                        (
                            "officer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tasks",
                                to="experience.experienceofficer",
                                verbose_name="体验官",
                            ),
                        ),
                        (
                            "response",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="forms.response",
                                verbose_name="记录",
                            ),
                        ),
                        (
                            "retest_of",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="retests",
                                to="experience.experiencetask",
                                verbose_name="复测哪次",
                            ),
                        ),
                        (
                            "script",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tasks",
                                to="experience.experiencescript",
                                verbose_name="脚本",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "feedback_experiencetask",
                        "verbose_name": "体验任务",
                        "ordering": ("due_on", "id"),
                    },
                ),
                migrations.CreateModel(
                    name="ExperienceFinding",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("step", models.CharField(max_length=60, verbose_name="哪一步")),
                        ("text", models.CharField(max_length=2000, verbose_name="碰到什么")),
                        (
                            "case",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="cases.case",
                                verbose_name="办件",
                            ),
                        ),
                        (
                            "task",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="findings",
                                to="experience.experiencetask",
                                verbose_name="任务",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "feedback_experiencefinding",
                        "verbose_name": "体验发现",
                        "ordering": ("id",),
                    },
                ),
                migrations.CreateModel(
                    name="Improvement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("text", models.CharField(max_length=1000, verbose_name="改了什么")),
                        (
                            "outcome",
                            models.CharField(
                                choices=[
                                    ("waiting", "等复测"),
                                    ("holds", "复测通过"),
                                    ("fails", "复测没通过"),
                                ],
                                default="waiting",
                                max_length=10,
                                verbose_name="复测",
                            ),
                        ),
                        ("made_by_name", models.CharField(max_length=64, verbose_name="谁记的")),
                        ("made_at", models.DateTimeField(verbose_name="时间")),
                        (
                            "retest",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="improvement",
                                to="experience.experiencetask",
                                verbose_name="复测",
                            ),
                        ),
                        (
                            "script",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="improvements",
                                to="experience.experiencescript",
                                verbose_name="脚本",
                            ),
                        ),
                        (
                            "task",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="improvements",
                                to="experience.experiencetask",
                                verbose_name="哪次体验",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "feedback_improvement",
                        "verbose_name": "流程改进",
                        "ordering": ("-id",),
                    },
                ),
                migrations.AddConstraint(
                    model_name="experienceofficer",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("valid_to__isnull", True)),
                        fields=("district", "person"),
                        name="feedback_officer_once",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="experiencescript",
                    constraint=models.UniqueConstraint(
                        fields=("district", "name"), name="feedback_script_once"
                    ),
                ),
                migrations.AddIndex(
                    model_name="experiencetask",
                    index=models.Index(
                        condition=models.Q(("done_at__isnull", True)),
                        fields=["officer", "due_on"],
                        name="feedback_to_walk",
                    ),
                ),
            ]
        )
    ]
