"""Tables of the organisation, and the guard that lets an edition be closed once and never changed."""

import django.contrib.auth.models
import django.contrib.auth.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from headrope.journal.guards import append_only


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="Unit",
            fields=[
                ("id", models.PositiveIntegerField(primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=40, unique=True)),
            ],
            options={
                "db_table": "unit",
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "A user with that username already exists."},
                        help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                        max_length=150,
                        unique=True,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="username",
                    ),
                ),
                ("first_name", models.CharField(blank=True, max_length=150, verbose_name="first name")),
                ("last_name", models.CharField(blank=True, max_length=150, verbose_name="last name")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="email address")),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                ("date_joined", models.DateTimeField(default=django.utils.timezone.now, verbose_name="date joined")),
                ("name", models.CharField(blank=True, max_length=120)),
                ("name_zh", models.CharField(blank=True, max_length=120)),
                (
                    "language",
                    models.CharField(blank=True, choices=[("en", "English"), ("zh-hans", "中文")], max_length=10),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "db_table": "user",
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"),
                        condition=models.Q(("email", ""), _negated=True),
                        name="user_mail_once",
                        violation_error_message="Another account has this mail address.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("language__in", ("", "en", "zh-hans"))), name="user_language_known"
                    ),
                ],
            },
            managers=[
                ("objects", django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name="Mandate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("group_office", "group office"),
                            ("clerk", "unit clerk"),
                            ("head", "unit head"),
                            ("leader", "leader"),
                            ("supervision", "supervision office"),
                            ("finance", "finance"),
                            ("viewer", "viewer"),
                            ("administrator", "administrator"),
                        ],
                        max_length=20,
                    ),
                ),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField()),
                (
                    "delegated_from",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delegated",
                        to="org.mandate",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mandates",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.unit"),
                ),
            ],
            options={
                "db_table": "mandate",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("user"),
                        models.F("role"),
                        models.F("unit"),
                        models.F("valid_from"),
                        condition=models.Q(("delegated_from", None)),
                        name="mandate_once",
                    ),
                    models.UniqueConstraint(
                        models.F("user"),
                        models.F("unit"),
                        models.F("valid_from"),
                        models.F("delegated_from"),
                        condition=models.Q(("delegated_from", None), _negated=True),
                        name="delegated_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("valid_from__lte", models.F("valid_to"))), name="mandate_ends_after_start"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                [
                                    "group_office",
                                    "clerk",
                                    "head",
                                    "leader",
                                    "supervision",
                                    "finance",
                                    "viewer",
                                    "administrator",
                                ],
                            )
                        ),
                        name="mandate_role_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitEdition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField()),
                ("seq_from", models.BigIntegerField()),
                ("seq_to", models.BigIntegerField(null=True)),
                ("kind", models.CharField(max_length=20)),
                ("name", models.CharField(max_length=1000)),
                ("name_zh", models.CharField(blank=True, max_length=1000)),
                ("method", models.CharField(default="full", max_length=20)),
                (
                    "parent",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.unit"
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.unit"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="editions", to="org.unit"
                    ),
                ),
            ],
            options={
                "db_table": "unit_edition",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("unit"),
                        models.F("valid_from"),
                        condition=models.Q(("seq_to", None)),
                        name="unit_edition_one_per_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("valid_from__lt", models.F("valid_to"))),
                        name="unit_edition_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("seq_to", None), ("seq_to__gt", models.F("seq_from")), _connector="OR"),
                        name="unit_edition_closed_after_opened",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Holding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField()),
                ("seq_from", models.BigIntegerField()),
                ("seq_to", models.BigIntegerField(null=True)),
                ("num", models.BigIntegerField()),
                ("den", models.BigIntegerField()),
                (
                    "held",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.unit"),
                ),
                (
                    "owner",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.unit"),
                ),
            ],
            options={
                "db_table": "holding",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("owner"),
                        models.F("held"),
                        models.F("valid_from"),
                        condition=models.Q(("seq_to", None)),
                        name="holding_one_per_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("num__gt", 0), ("num__lte", models.F("den"))), name="holding_is_a_share"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("owner", models.F("held")), _negated=True), name="holding_not_of_itself"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("valid_from__lt", models.F("valid_to"))), name="holding_ends_after_start"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("seq_to", None), ("seq_to__gt", models.F("seq_from")), _connector="OR"),
                        name="holding_closed_after_opened",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SegmentMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField()),
                ("seq_from", models.BigIntegerField()),
                ("seq_to", models.BigIntegerField(null=True)),
                (
                    "segment",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.unit"),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.unit"),
                ),
            ],
            options={
                "db_table": "segment_member",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("segment"),
                        models.F("unit"),
                        models.F("valid_from"),
                        condition=models.Q(("seq_to", None)),
                        name="segment_member_one_per_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("valid_from__lt", models.F("valid_to"))),
                        name="segment_member_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("seq_to", None), ("seq_to__gt", models.F("seq_from")), _connector="OR"),
                        name="segment_member_closed_after_opened",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Body",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("name_zh", models.CharField(blank=True, max_length=200)),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.unit"),
                ),
            ],
            options={
                "db_table": "body",
            },
        ),
        migrations.CreateModel(
            name="FailedSignIns",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("hour", models.DateTimeField()),
                ("count", models.PositiveIntegerField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "failed_sign_ins",
                "constraints": [
                    models.UniqueConstraint(models.F("user"), models.F("hour"), name="failed_sign_ins_once_an_hour")
                ],
            },
        ),
        migrations.CreateModel(
            name="Party",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("name_zh", models.CharField(blank=True, max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("government", "government"),
                            ("regulator", "regulator"),
                            ("owner", "owner"),
                            ("customer", "customer"),
                            ("supplier", "supplier"),
                            ("partner", "partner"),
                            ("bank", "bank"),
                            ("auditor", "auditor"),
                            ("other", "other"),
                        ],
                        max_length=20,
                    ),
                ),
            ],
            options={
                "db_table": "party",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "government",
                                    "regulator",
                                    "owner",
                                    "customer",
                                    "supplier",
                                    "partner",
                                    "bank",
                                    "auditor",
                                    "other",
                                ],
                            )
                        ),
                        name="party_kind_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("name_zh", models.CharField(blank=True, max_length=120)),
                (
                    "user",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="person",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "person",
            },
        ),
        migrations.CreateModel(
            name="BodyMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(blank=True, max_length=200)),
                ("role_zh", models.CharField(blank=True, max_length=200)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField()),
                ("seq_from", models.BigIntegerField()),
                ("seq_to", models.BigIntegerField(null=True)),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="members", to="org.body"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.person"),
                ),
            ],
            options={
                "db_table": "body_member",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("body"),
                        models.F("person"),
                        models.F("valid_from"),
                        condition=models.Q(("seq_to", None)),
                        name="body_member_one_per_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("valid_from__lt", models.F("valid_to"))),
                        name="body_member_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("seq_to", None), ("seq_to__gt", models.F("seq_from")), _connector="OR"),
                        name="body_member_closed_after_opened",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=200)),
                ("title_zh", models.CharField(blank=True, max_length=200)),
                ("rank", models.PositiveSmallIntegerField(null=True)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField()),
                ("seq_from", models.BigIntegerField()),
                ("seq_to", models.BigIntegerField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="posts", to="org.person"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.unit"),
                ),
            ],
            options={
                "db_table": "post",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("person"),
                        models.F("unit"),
                        models.F("title"),
                        models.F("valid_from"),
                        condition=models.Q(("seq_to", None)),
                        name="post_one_per_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rank", None), ("rank__gt", 0), _connector="OR"), name="post_rank_from_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("valid_from__lt", models.F("valid_to"))), name="post_ends_after_start"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("seq_to", None), ("seq_to__gt", models.F("seq_from")), _connector="OR"),
                        name="post_closed_after_opened",
                    ),
                ],
            },
        ),
        append_only("unit"),
        append_only(
            "unit_edition", "id unit_id valid_from valid_to seq_from parent_id kind name name_zh method successor_id"
        ),
        append_only("holding", "id owner_id held_id valid_from valid_to seq_from num den"),
        append_only("segment_member", "id segment_id unit_id valid_from valid_to seq_from"),
        append_only("post", "id person_id unit_id title title_zh rank valid_from valid_to seq_from"),
        append_only("body_member", "id body_id person_id role role_zh valid_from valid_to seq_from"),
        migrations.AddIndex(
            model_name="user",
            index=models.Index(condition=models.Q(("is_active", False)), fields=["id"], name="user_closed"),
        ),
        migrations.AddIndex(
            model_name="mandate",
            index=models.Index(fields=["valid_to", "valid_from"], name="mandate_days"),
        ),
    ]
