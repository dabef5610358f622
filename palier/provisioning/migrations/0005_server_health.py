import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("provisioning", "0004_compared"),
    ]

    operations = [
        migrations.AddField("server", "by_hand", models.BooleanField(default=False)),
        migrations.AddField("server", "sealed", models.JSONField(default=dict)),
        migrations.CreateModel(
            name="ServerHealth",
            fields=[
                (
                    "server",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="health",
                        serialize=False,
                        to="provisioning.server",
                    ),
                ),
                ("checked_at", models.DateTimeField()),
                ("problem", models.CharField(blank=True, max_length=20)),
                ("since", models.DateTimeField()),
                ("version", models.CharField(blank=True, max_length=120)),
                ("latency_ms", models.PositiveIntegerField(null=True)),
                ("last_error", models.CharField(blank=True, max_length=400)),
                ("last_error_at", models.DateTimeField(null=True)),
                ("plans", models.JSONField(null=True)),
                ("plans_at", models.DateTimeField(null=True)),
                ("shown", models.TextField(blank=True)),
            ],
        ),
    ]
