from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0001_initial"),
    ]

    operations = [
        migrations.AddField("plan", "unknown_since", models.DateTimeField(null=True)),
    ]
