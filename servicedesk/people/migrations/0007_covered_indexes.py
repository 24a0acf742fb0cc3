import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from servicedesk.lib.online_index import AlterFieldIndexOnline, TextIndexOnline


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("people", "0006_one_name"),
    ]

    operations = [
        AlterFieldIndexOnline(
            model_name='absence',
            name='user',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='absences', to=settings.AUTH_USER_MODEL, verbose_name='person'),
        ),
        AlterFieldIndexOnline(
            model_name='groupmembership',
            name='group',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='group_memberships', to='people.group'),
        ),
        AlterFieldIndexOnline(
            model_name='membership',
            name='client',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='people.client'),
        ),
        TextIndexOnline(table='people_user', column='full_name', name='user_name_words'),
        TextIndexOnline(table='people_client', column='name', name='client_name_words'),
    ]
