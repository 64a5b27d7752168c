"""Words of venues."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.codes import Codes


class VenueKind(models.TextChoices):
    """What sort of facility a venue is (阵地类别)."""

    LIBRARY = "library", _("图书馆")
    CULTURAL_CENTRE = "cultural_centre", _("文化馆")
    MUSEUM = "museum", _("博物馆")
    ART_GALLERY = "art_gallery", _("美术馆")
    STATION = "station", _("综合文化站")
    VILLAGE_ROOM = "village_room", _("村（社区）综合性文化服务中心")
    HALL = "hall", _("文化礼堂")
    SQUARE = "square", _("文化广场")
    FARM_BOOKROOM = "farm_bookroom", _("农家书屋")
    E_READING = "e_reading", _("电子阅览室")
    SELF_SERVICE = "self_service", _("24小时自助图书馆")
    MOBILE_POINT = "mobile_point", _("流动服务点")
    VEHICLE = "vehicle", _("流动文化服务车")
    ART_SCHOOL = "art_school", _("艺术学校教学点")
    THEATRE = "theatre", _("剧场（影院）")
    OTHER = "other", _("其他阵地")


class Accessibility(models.TextChoices):
    """What makes a venue usable for everybody."""

    RAMP = "ramp", _("坡道")
    LIFT = "lift", _("无障碍电梯")
    TOILET = "toilet", _("无障碍卫生间")
    PARKING = "parking", _("无障碍车位")
    BRAILLE = "braille", _("盲文或语音导览")
    HEARING = "hearing", _("助听设备")
    NURSING = "nursing", _("母婴室")
    READING_GLASSES = "reading_glasses", _("老花镜")


class RoomKind(models.TextChoices):
    """What a room is for."""

    STAGE = "stage", _("舞台（剧场）")
    LECTURE = "lecture", _("讲堂（多功能厅）")
    DANCE = "dance", _("舞蹈室")
    MUSIC = "music", _("音乐室")
    ART = "art", _("书画室")
    READING = "reading", _("阅览室")
    E_READING = "e_reading", _("电子阅览室")
    EXHIBITION = "exhibition", _("展厅")
    CHILDREN = "children", _("儿童活动室")
    MEETING = "meeting", _("会议室")
    OUTDOOR = "outdoor", _("室外场地")
    OTHER = "other", _("其他")


class Entry(Codes):
    """What the journal says of venues."""

    VENUE_REGISTERED = "venues.venue.registered", _("登记阵地")
    VENUE_CHANGED = "venues.venue.changed", _("修改阵地信息")
    VENUE_RETIRED = "venues.venue.retired", _("停用阵地")
    ROOM_ADDED = "venues.room.added", _("新增房间")
    ROOM_CHANGED = "venues.room.changed", _("修改房间")
    HOURS_SET = "venues.hours.set", _("设定开放时间")
    CLOSURE_ANNOUNCED = "venues.closure.announced", _("公告临时闭馆")
    CLOSURE_WITHDRAWN = "venues.closure.withdrawn", _("撤回闭馆公告")
    DAYS_COUNTED = "venues.days.counted", _("核计开放天数")
