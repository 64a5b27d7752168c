"""Festivals that the annual plan proposes activities for: solar dates, and lunar ones computed.

Source of the list: the field's customary calendar (元宵, 三八, 五一, 六一, 七一, 八一, 国庆, 中秋, 重阳 …);
the world reading day and the national month of reading belong to the libraries' year.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from lunardate import LunarDate


@dataclass(frozen=True, slots=True)
class Festival:
    """A festival by solar (month, day) or lunar (month, day); `ideas` are customary activities.

    `name` is what an activity keeps, whatever the language of who chose it; `label` is what the reader sees.
    """

    code: str
    name: str
    month: int
    day: int
    lunar: bool = False
    ideas: tuple[tuple[str, str], ...] = ()  # (title, kind)

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return gettext(self.name)

    def on(self, year: int) -> dt.date:
        """The calendar day in a Gregorian year (lunar new year's eve and later lie in that year's cycle)."""
        if not self.lunar:
            return dt.date(year, self.month, self.day)
        if self.month == 12:
            return _new_year(year) - dt.timedelta(days=1 if self.day == 30 else 30 - self.day)
        return LunarDate(year, self.month, self.day).to_solar_date()


def _new_year(year: int) -> dt.date:
    return LunarDate(year, 1, 1).to_solar_date()


FESTIVALS: tuple[Festival, ...] = (
    Festival("new_year", _("元旦"), 1, 1, ideas=(("迎新年群众文艺汇演", "performance"),)),
    Festival("spring", _("春节"), 1, 1, lunar=True, ideas=(("写春联送万福", "folk"), ("新春送戏下乡", "performance"))),
    Festival("lantern", _("元宵节"), 1, 15, lunar=True, ideas=(("闹元宵灯谜会", "folk"),)),
    Festival("women", _("三八妇女节"), 3, 8, ideas=(("三八节女性才艺展示", "performance"),)),
    Festival("qingming", _("清明"), 4, 5, ideas=(("清明诗会", "reading"),)),
    Festival("reading", _("世界读书日"), 4, 23, ideas=(("全民阅读分享会", "reading"),)),
    Festival("labour", _("五一劳动节"), 5, 1, ideas=(("五一劳动者之歌", "performance"),)),
    Festival("youth", _("五四青年节"), 5, 4, ideas=(("青年歌手赛", "contest"),)),
    Festival("children", _("六一儿童节"), 6, 1, ideas=(("六一少儿艺术展演", "performance"),)),
    Festival("dragon_boat", _("端午节"), 5, 5, lunar=True, ideas=(("端午民俗体验", "folk"),)),
    Festival("party", _("七一建党节"), 7, 1, ideas=(("颂歌献给党合唱", "performance"),)),
    Festival("army", _("八一建军节"), 8, 1, ideas=(("双拥慰问演出", "performance"),)),
    Festival("qixi", _("七夕"), 7, 7, lunar=True, ideas=(("七夕传统手工", "education"),)),
    Festival("mid_autumn", _("中秋节"), 8, 15, lunar=True, ideas=(("中秋诵读会", "reading"),)),
    Festival("national", _("国庆节"), 10, 1, ideas=(("迎国庆书画展", "exhibition"), ("国庆广场文艺", "performance"))),
    Festival("double_ninth", _("重阳节"), 9, 9, lunar=True, ideas=(("重阳敬老演出", "performance"),)),
    Festival("constitution", _("国家宪法日"), 12, 4, ideas=(("宪法宣传讲座", "lecture"),)),
)

BY_CODE = {festival.code: festival for festival in FESTIVALS}


def of_year(year: int) -> list[tuple[dt.date, Festival]]:
    """The festivals of a calendar year in order of their days."""
    return sorted(((festival.on(year), festival) for festival in FESTIVALS), key=lambda pair: (pair[0], pair[1].code))


def of_month(year: int, month: int) -> list[tuple[dt.date, Festival]]:
    """The festivals that fall into one month."""
    return [pair for pair in of_year(year) if pair[0].month == month]
