import django.utils.timezone
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial")]

    operations = [
        migrations.AddField(
            "notice",
            "overdue_at",
            models.DateTimeField(default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.RemoveIndex("notice", "notices_notice_due"),
        migrations.AddIndex(
            "notice",
            models.Index(
                fields=["overdue_at"], condition=Q(state__in=["queued", "sending"]), name="notices_notice_due"
            ),
        ),
    ]
