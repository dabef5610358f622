from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("billing", "0001_initial"),
    ]

    operations = [
        migrations.AddField(model, name, field, preserve_default=False)
        for model in ("creditnoteline", "invoiceline")
        for name, field in (
            ("net", models.BigIntegerField(default=0)),
            ("plan", models.CharField(default="", max_length=40)),
            ("product", models.CharField(default="", max_length=40)),
        )
    ]
