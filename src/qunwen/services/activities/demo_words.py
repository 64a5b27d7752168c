"""What the demonstration county holds: ideas by level, reasons, outlets, brands."""

from __future__ import annotations

from typing import NamedTuple

from .enums import Audience, BrandKind, Kind, MediaLevel

# Crowds by (child, youth, adult, elder), in parts of a hundred.
MIXED, OLD, YOUNG, GROWN = (15, 6, 52, 27), (4, 1, 30, 65), (62, 12, 22, 4), (6, 6, 70, 18)


class Idea(NamedTuple):
    """A customary activity: how it is called, for whom, how many come (middle), when and how long."""

    title: str
    kind: str
    crowd: int
    ages: tuple[int, int, int, int] = MIXED
    hours: tuple[int, ...] = (9, 14, 19)
    minutes: int = 120
    air: bool = False
    book: float = 0.0  # how often one has to sign up
    weeks: int = 0  # held weekly so many times
    audience: str = Audience.ALL
    summary: str = ""
    room: str = ""  # kind of room it is held in
    months: tuple[int, ...] = ()  # of the year; () for all


I = Idea  # noqa: E741  a long table of them
VILLAGE: tuple[Idea, ...] = (
    I(
        "{p}坝坝电影夜",
        Kind.FILM,
        55,
        MIXED,
        (19, 20),
        110,
        air=True,
        summary="自带小板凳，放映两部公益电影。",
        months=(4, 5, 6, 7, 8, 9, 10),
    ),
    I("{p}广场舞交流展示", Kind.FITNESS, 42, OLD, (9, 19), 90, air=True, summary="社区舞队同台，欢迎邻居加入。"),
    I("{p}读书会：好书大家读", Kind.READING, 20, GROWN, (14, 19), 90, summary="每月共读一本书，书由农家书屋提供。"),
    I(
        "{p}亲子绘本阅读",
        Kind.READING,
        24,
        YOUNG,
        (10, 15),
        60,
        audience=Audience.CHILDREN,
        summary="志愿者老师带领，适合 4–10 岁。",
    ),
    I("{p}书法体验课", Kind.EDUCATION, 18, MIXED, (9, 14), 90, book=0.12, summary="提供纸笔，零基础可学。"),
    I(
        "{p}老年合唱队排练",
        Kind.TRAINING,
        26,
        OLD,
        (9, 14),
        120,
        weeks=3,
        audience=Audience.ELDERS,
        summary="欢迎退休居民加入。",
    ),
    I("{p}健康养生讲座", Kind.LECTURE, 34, OLD, (9, 15), 90, summary="请来社区卫生服务中心的医生。"),
    I("{p}防诈骗宣讲与小品演出", Kind.PERFORMANCE, 60, MIXED, (9, 19), 90, summary="民警讲案例，舞队演小品。"),
    I("{p}邻里节暨百家宴", Kind.FOLK, 120, MIXED, (10, 17), 180, air=True, summary="每家一道菜，边吃边看演出。"),
    I(
        "{p}儿童暑期画画班",
        Kind.EDUCATION,
        22,
        YOUNG,
        (9, 15),
        90,
        book=0.2,
        weeks=3,
        audience=Audience.CHILDREN,
        summary="志愿者美术老师授课，材料免费。",
        months=(7, 8),
    ),
    I("{p}象棋友谊赛", Kind.CONTEST, 20, OLD, (9, 14), 180, summary="分老年组和少年组。"),
    I("{p}太极拳晨练", Kind.FITNESS, 28, OLD, (7, 8), 60, air=True, weeks=3, summary="辅导员现场教学。"),
    I(
        "送文化下乡走进{p}",
        Kind.PERFORMANCE,
        150,
        MIXED,
        (15, 19),
        120,
        air=True,
        summary="区文化馆小分队送来歌舞、曲艺。",
    ),
    I("{p}图片展：我们的村庄", Kind.EXHIBITION, 48, MIXED, (9,), 420, summary="老照片里的家乡变化。"),
    I(
        "{p}留守儿童课业辅导与阅读",
        Kind.VOLUNTEER,
        16,
        YOUNG,
        (14, 16),
        120,
        audience=Audience.LEFT_BEHIND,
        summary="大学生志愿者陪伴阅读。",
    ),
    I("{p}剪纸体验", Kind.EDUCATION, 20, MIXED, (9, 14), 90, book=0.15, summary="请非遗传承人手把手教。"),
    I("{p}川剧座唱", Kind.PERFORMANCE, 36, OLD, (14,), 150, summary="票友自乐，欢迎来听。"),
    I(
        "{p}手机课堂：老年人学用智能手机",
        Kind.EDUCATION,
        22,
        OLD,
        (9, 14),
        90,
        audience=Audience.ELDERS,
        summary="挂号、缴费、视频通话，一对一教。",
    ),
)
TOWN: tuple[Idea, ...] = (
    I(
        "{p}群众文艺汇演",
        Kind.PERFORMANCE,
        240,
        MIXED,
        (15, 19),
        120,
        air=True,
        summary="各村（社区）舞队、合唱队同台。",
        room="outdoor",
    ),
    I("{p}全民阅读推广活动", Kind.READING, 60, MIXED, (9, 14), 120, summary="朗读、换书、亲子共读。", room="reading"),
    I(
        "{p}舞蹈队骨干培训",
        Kind.TRAINING,
        28,
        GROWN,
        (9, 14),
        120,
        book=0.5,
        weeks=3,
        summary="区文化馆老师授课。",
        room="dance",
    ),
    I("{p}书画作品展", Kind.EXHIBITION, 90, GROWN, (9,), 480, summary="展出辖区居民书画 60 余件。", room="lecture"),
    I(
        "{p}客家文化讲座",
        Kind.LECTURE,
        52,
        GROWN,
        (14, 19),
        90,
        book=0.5,
        summary="客家迁徙与方言的故事。",
        room="lecture",
    ),
    I(
        "{p}少儿舞蹈公益课",
        Kind.TRAINING,
        30,
        YOUNG,
        (10, 15),
        90,
        book=0.6,
        weeks=3,
        audience=Audience.CHILDREN,
        summary="6–12 岁，每周一次。",
        room="dance",
    ),
    I(
        "{p}广场舞大赛",
        Kind.CONTEST,
        220,
        GROWN,
        (15, 19),
        180,
        air=True,
        summary="十支队伍角逐，现场打分。",
        room="outdoor",
    ),
    I("{p}家风故事分享会", Kind.LECTURE, 45, GROWN, (14,), 90, summary="讲家训、说家风。", room="lecture"),
    I(
        "{p}老年书法班",
        Kind.TRAINING,
        24,
        OLD,
        (9,),
        90,
        book=0.4,
        weeks=3,
        audience=Audience.ELDERS,
        summary="由浅入深学隶书。",
        room="art",
    ),
    I(
        "{p}公益电影放映周",
        Kind.FILM,
        110,
        MIXED,
        (19,),
        120,
        air=True,
        summary="每晚一部，风雨改期。",
        room="outdoor",
        months=(5, 6, 7, 8, 9),
    ),
)
COUNTY: tuple[Idea, ...] = (
    I(
        "东安讲坛",
        Kind.LECTURE,
        95,
        GROWN,
        (14, 19),
        120,
        book=0.9,
        summary="每月一讲，名家谈历史、文学与生活。",
        room="lecture",
    ),
    I(
        "“驿都悦读”读书分享会",
        Kind.READING,
        45,
        GROWN,
        (14, 19),
        100,
        book=0.7,
        summary="与作者面对面。",
        room="lecture",
    ),
    I(
        "周末亲子故事会",
        Kind.READING,
        48,
        YOUNG,
        (10, 15),
        60,
        book=0.8,
        audience=Audience.CHILDREN,
        summary="馆员姐姐讲绘本，做手工。",
        room="children",
    ),
    I(
        "公益艺术培训：成人声乐",
        Kind.TRAINING,
        28,
        GROWN,
        (9, 19),
        90,
        book=0.9,
        weeks=4,
        summary="从发声到合唱。",
        room="music",
    ),
    I(
        "公益艺术培训：少儿书画",
        Kind.TRAINING,
        30,
        YOUNG,
        (10, 15),
        90,
        book=0.9,
        weeks=4,
        audience=Audience.CHILDREN,
        summary="每班 30 人，免费提供材料。",
        room="art",
    ),
    I(
        "公益艺术培训：中老年舞蹈",
        Kind.TRAINING,
        34,
        OLD,
        (9,),
        90,
        book=0.8,
        weeks=4,
        audience=Audience.ELDERS,
        summary="民族舞基础，设敬老名额。",
        room="dance",
    ),
    I(
        "周末小剧场",
        Kind.PERFORMANCE,
        180,
        MIXED,
        (19,),
        110,
        book=0.8,
        summary="曲艺、话剧、民乐轮番登台，免费领票。",
        room="stage",
    ),
    I(
        "驿都百姓大舞台",
        Kind.PERFORMANCE,
        520,
        MIXED,
        (19,),
        120,
        air=True,
        summary="每月一台，村（社区）节目轮流上。",
        room="outdoor",
    ),
    I(
        "龙泉驿区摄影书画联展",
        Kind.EXHIBITION,
        260,
        GROWN,
        (9,),
        480,
        summary="展出全区作者作品 120 件。",
        room="exhibition",
    ),
    I(
        "非遗进校园体验课",
        Kind.EDUCATION,
        70,
        YOUNG,
        (14,),
        90,
        audience=Audience.CHILDREN,
        summary="舞龙、剪纸、客家山歌。",
        room="lecture",
    ),
    I(
        "文化志愿者培训",
        Kind.VOLUNTEER,
        55,
        GROWN,
        (9, 14),
        180,
        book=0.6,
        summary="新招募志愿者岗前培训。",
        room="lecture",
    ),
    I(
        "电子阅览室老年课堂",
        Kind.EDUCATION,
        30,
        OLD,
        (9,),
        90,
        book=0.6,
        audience=Audience.ELDERS,
        summary="学会网上看书、看戏。",
        room="e_reading",
    ),
)

CANCELLED_BECAUSE = (
    "暴雨红色预警，为安全取消",
    "场地临时用于应急演练",
    "主讲老师生病，无法到场",
    "高温天气，户外活动取消",
    "报名人数太少，与下月合并举办",
)
POSTPONED_BECAUSE = ("连日下雨，改到天晴后", "与全区重大活动时间冲突", "舞台设备检修", "演出队伍日程调整")
RETURNED_BECAUSE = (
    {"summary": "介绍太笼统，请写清给谁看、要带什么。"},
    {"title": "活动名称请写全，不要只写“文艺活动”。"},
    {"where": "请写明具体地点，户外活动写明雨天怎么办。"},
    {"contact_phone": "请留一个能打通的咨询电话。"},
)
SENT_BACK_BECAUSE = (
    "照片看不出是本次活动，请补一张有会标或人群的。",
    "人数与照片对不上，请核对后再报。",
    "没有照片，请补传至少一张。",
)
LATE_NOTE = "补录：当时网络不通，事后登记。"
NOTES = (
    "现场秩序良好，居民反响热烈。",
    "比预计来得多，椅子不够，下次多准备。",
    "下雨，人比平时少。",
    "结束后清扫了场地。",
    "有居民建议多办晚上场。",
    "",
)
OUTLETS: tuple[tuple[str, str], ...] = (
    ("龙泉驿区融媒体中心", MediaLevel.COUNTY), ("文旅龙泉驿公众号", MediaLevel.OWN), ("成都日报", MediaLevel.CITY),
    ("四川日报", MediaLevel.PROVINCE), ("川观新闻", MediaLevel.PROVINCE), ("中国文化报", MediaLevel.CENTRAL),
)  # fmt: skip
OUTLET_WEIGHTS = (40, 38, 10, 5, 5, 2)
COUNTY_BRANDS = (
    ("驿都百姓大舞台", BrandKind.COUNTY), ("东安讲坛", BrandKind.COUNTY), ("周末小剧场", BrandKind.SERIES),
    ("公益艺术培训", BrandKind.SERIES), ("驿都悦读", BrandKind.COUNTY),
)  # fmt: skip
TOWN_BRANDS = (
    "客家山歌会",
    "桃花诗会",
    "汽车城工友艺术节",
    "百姓戏台",
    "邻里音乐会",
    "枇杷节文艺周",
    "书香街镇",
    "龙舞新春",
    "葡萄架下读书会",
    "银杏艺术季",
)
PARTNERS_OUT = ("温江区文化馆", "青白江区洛水艺术团", "简阳市文化馆", "重庆市大足区文化馆")
PARTNERS_IN = ("成都市文化馆", "四川省川剧院", "成都市图书馆", "资阳市雁江区文艺志愿队")
