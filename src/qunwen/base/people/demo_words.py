"""Names and posts of the demonstration county."""

from __future__ import annotations

from .enums import UnitKind

SURNAMES = (
    "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊"
    "金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
GIVEN = "伟强磊军洋勇杰涛明超刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林欢佳阳建国志文博德成安泽恩昊"
FEMALE = "芳娜敏静丽艳娟霞秀兰英玲桂珍萍红玉梅琴燕雪倩婷颖慧蓉莉琳洁云蕾欣怡佳雨涵梦瑶思琪"
# Easy to read out and to type.
PASSWORD_WORDS = (
    "taohua",
    "pipa",
    "putao",
    "yinxing",
    "denglong",
    "jianzhi",
    "qingshan",
    "donghu",
    "shuxiang",
    "huagu",
)

# kind of unit -> (post, role) of those who work there, besides the demonstration's accounts
COUNTY_POSTS: dict[str, tuple[tuple[str, str], ...]] = {
    UnitKind.BUREAU: (
        ("分管副局长", "county_officer"),
        ("公共服务科科员", "county_officer"),
        ("公共服务科科员", "reviewer"),
        ("文艺科科员", "reviewer"),
    ),
    UnitKind.LIBRARY: (
        ("馆长", "venue_staff"),
        ("阅读推广部主任", "venue_staff"),
        ("流通部馆员", "venue_staff"),
        ("少儿部馆员", "venue_staff"),
    ),
    UnitKind.CULTURAL_CENTRE: (
        ("馆长", "venue_staff"),
        ("活动部主任", "venue_staff"),
        ("辅导部干部", "venue_staff"),
        ("非遗部干部", "venue_staff"),
    ),
    UnitKind.MUSEUM: (("馆长", "venue_staff"), ("社会教育部主任", "venue_staff")),
    UnitKind.ART_SCHOOL: (("校长", "venue_staff"), ("教务员", "venue_staff")),
    UnitKind.STATION: (("站长", "town_station"), ("文化干事", "town_station"), ("文化干事", "town_station")),
    UnitKind.VILLAGE_ROOM: (("文化管理员", "village_worker"),),
}
