"""What a reservation holds is kept exactly, so that PostgreSQL itself can refuse two at once; who reserves, seasons, offers."""

import django.db.models.deletion
import qunwen.base.scope.ids
import qunwen.base.scope.tables
from django.db import migrations, models


def fill(apps, schema_editor):
    # Buffers of those days are in the slots, which go on holding them.
    rows = apps.get_model("rooms", "Reservation").objects.using(schema_editor.connection.alias)
    rows.update(held_from=models.F("starts_at"), held_until=models.F("ends_at"))


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0001_initial'),
        ('places', '0003_dissolve'),
        ('rooms', '0001_initial'),
        ('venues', '0002_days_counted'),
    ]

    operations = [
        migrations.AddField(
            model_name='blackout',
            name='lifted_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='恢复时间'),
        ),
        migrations.AddField(
            model_name='reservation',
            name='code',
            field=models.CharField(blank=True, editable=False, max_length=6, verbose_name='签到码'),
        ),
        migrations.AddField(
            model_name='reservation',
            name='held_from',
            field=models.DateTimeField(editable=False, null=True, verbose_name='占用自'),
        ),
        migrations.AddField(
            model_name='reservation',
            name='held_until',
            field=models.DateTimeField(editable=False, null=True, verbose_name='占用至'),
        ),
        migrations.AddField(
            model_name='reservation',
            name='moved_to',
            field=qunwen.base.scope.tables.CountyForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='moved_from', to='rooms.reservation', verbose_name='改到'),
        ),
        migrations.AddField(
            model_name='reservation',
            name='people',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='人数'),
        ),
        migrations.AddField(
            model_name='reservation',
            name='resident',
            field=qunwen.base.scope.tables.CountyForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='room_reservations', to='people.resident', verbose_name='居民'),
        ),
        migrations.AddField(
            model_name='reservation',
            name='use',
            field=models.CharField(choices=[('lesson', '艺校课程'), ('rehearsal', '团队排练'), ('show', '演出和展览'), ('event', '公益活动'), ('meeting', '会议议事'), ('study', '学习交流'), ('other', '其他')], default='other', max_length=10, verbose_name='用途类别'),
        ),
        migrations.AddField(
            model_name='resource',
            name='ahead_days',
            field=models.PositiveSmallIntegerField(default=30, verbose_name='最多提前（天）'),
        ),
        migrations.AddField(
            model_name='resource',
            name='door_check',
            field=models.BooleanField(default=False, verbose_name='门口签到'),
        ),
        migrations.AddField(
            model_name='resource',
            name='door_number',
            field=models.PositiveSmallIntegerField(default=1, editable=False, verbose_name='门口屏编号'),
        ),
        migrations.AddField(
            model_name='resource',
            name='longest_minutes',
            field=models.PositiveSmallIntegerField(default=180, verbose_name='一次最长（分钟）'),
        ),
        migrations.AddField(
            model_name='resource',
            name='offers_ahead',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='自动提供空闲时段（提前天数）'),
        ),
        migrations.AddField(
            model_name='resource',
            name='open_to',
            field=models.CharField(choices=[('staff', '只由工作人员预约'), ('teams', '登记的文艺团队'), ('residents', '居民和文艺团队')], default='staff', max_length=10, verbose_name='对谁开放'),
        ),
        migrations.AddField(
            model_name='resource',
            name='since',
            field=models.DateField(editable=False, null=True, verbose_name='登记日期'),
        ),
        migrations.AlterField(
            model_name='reservation',
            name='state',
            field=models.CharField(choices=[('asked', '待审批'), ('confirmed', '已预约'), ('used', '已使用'), ('released', '已释放'), ('refused', '未批准'), ('missed', '没有到场'), ('moved', '已改到别处')], editable=False, max_length=10, verbose_name='状态'),
        ),
        migrations.CreateModel(
            name='OfferedHours',
            fields=[
                ('id', models.UUIDField(default=qunwen.base.scope.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('county', models.CharField(editable=False, max_length=6, verbose_name='县级代码')),
                ('starts_at', models.DateTimeField(verbose_name='开始')),
                ('ends_at', models.DateTimeField(verbose_name='结束')),
                ('state', models.CharField(choices=[('open', '可领取'), ('taken', '已领取'), ('withdrawn', '已撤回')], default='open', editable=False, max_length=10, verbose_name='状态')),
                ('by_rule', models.BooleanField(default=False, verbose_name='自动提供')),
                ('offered_at', models.DateTimeField(verbose_name='提供时间')),
                ('place', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.place', verbose_name='所在区划')),
                ('reservation', qunwen.base.scope.tables.CountyForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='taken_from', to='rooms.reservation', verbose_name='预约')),
                ('resource', qunwen.base.scope.tables.CountyForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offered', to='rooms.resource', verbose_name='资源')),
            ],
            options={
                'verbose_name': '空闲时段',
                'verbose_name_plural': '空闲时段',
                'ordering': ['starts_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='PrioritySeason',
            fields=[
                ('id', models.UUIDField(default=qunwen.base.scope.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('county', models.CharField(editable=False, max_length=6, verbose_name='县级代码')),
                ('title', models.CharField(max_length=60, verbose_name='名称')),
                ('starts_on', models.DateField(verbose_name='起')),
                ('ends_on', models.DateField(verbose_name='止')),
                ('kept_for', models.JSONField(default=list, verbose_name='优先留给')),
                ('opens_days_before', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='提前几天对所有人开放')),
                ('ended_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='取消时间')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.place', verbose_name='所在区划')),
                ('resource', qunwen.base.scope.tables.CountyForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='seasons', to='rooms.resource', verbose_name='资源')),
                ('venue', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='venues.venue', verbose_name='阵地')),
            ],
            options={
                'verbose_name': '优先时段',
                'verbose_name_plural': '优先时段',
                'ordering': ['starts_on', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', models.UUIDField(default=qunwen.base.scope.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('county', models.CharField(editable=False, max_length=6, verbose_name='县级代码')),
                ('name', models.CharField(max_length=60, verbose_name='团队名称')),
                ('art', models.CharField(blank=True, max_length=40, verbose_name='门类')),
                ('people', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='人数')),
                ('registered_at', models.DateTimeField(verbose_name='登记时间')),
                ('ended_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='注销时间')),
                ('leader', qunwen.base.scope.tables.CountyForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='led_teams', to='people.resident', verbose_name='负责人')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.place', verbose_name='所在区划')),
            ],
            options={
                'verbose_name': '文艺团队',
                'verbose_name_plural': '文艺团队',
                'ordering': ['name', 'id'],
            },
        ),
        migrations.AddField(
            model_name='reservation',
            name='team',
            field=qunwen.base.scope.tables.CountyForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reservations', to='rooms.team', verbose_name='文艺团队'),
        ),
        migrations.AddIndex(
            model_name='reservation',
            index=models.Index(fields=['county', 'resident', 'starts_at'], name='reservation_of_resident'),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='reservation',
            name='held_from',
            field=models.DateTimeField(editable=False, verbose_name='占用自'),
        ),
        migrations.AlterField(
            model_name='reservation',
            name='held_until',
            field=models.DateTimeField(editable=False, verbose_name='占用至'),
        ),
        migrations.AddConstraint(
            model_name='reservation',
            constraint=models.CheckConstraint(condition=models.Q(('held_from__lte', models.F('starts_at')), ('held_until__gte', models.F('ends_at'))), name='reservation_held_whole'),
        ),
        migrations.AddConstraint(
            model_name='offeredhours',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('county', 'resource', 'starts_at'), name='hours_offered_once'),
        ),
        migrations.AddConstraint(
            model_name='offeredhours',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='offered_hours_order'),
        ),
        migrations.AddConstraint(
            model_name='priorityseason',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='room_season_order'),
        ),
        migrations.AddConstraint(
            model_name='priorityseason',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('resource', None), ('venue__isnull', False)), models.Q(('resource__isnull', False), ('venue', None)), _connector='OR'), name='room_season_of_one'),
        ),
        migrations.AddConstraint(
            model_name='team',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('county', 'name'), name='team_name_once'),
        ),
    ]
