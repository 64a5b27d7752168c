"""The demonstration county's front page and announcements, published and still under review."""

from __future__ import annotations

import datetime as dt

from wagtail.models import Page, PageLogEntry, Site, TaskState, WorkflowState

from qunwen.base.people.models import User
from qunwen.base.places.demo import Chance, Making
from qunwen.base.reviews.demo_hours import last_office
from qunwen.base.reviews.publishing import ensure_workflow

from .enums import PageKind
from .front import ensure_county_home
from .models import Announcement, CountyHome

PHONE = "028-84800000"
# days ago, kind, title, unit, summary, paragraphs; {n} is the county
WRITTEN: tuple[tuple[int, str, str, str, str, str], ...] = (
    (2, PageKind.NOTICE, "图书馆年度图书清点闭馆公告", "图书馆", "清点期间总馆闭馆两天，各分馆和自助图书馆照常开放。",
     "为做好年度图书清点，总馆将闭馆两天。期间到期的图书自动顺延，不计逾期。各镇（街道）分馆、24小时自助图书馆照常开放。"),
    (6, PageKind.NEWS, "百姓大舞台走进十陵，二十三个节目全是居民自己排的", "文化馆", "从客家山歌到街舞，台上台下都是邻居。",
     "昨晚的百姓大舞台搬到了十陵街道文化广场。二十三个节目全部由各村（社区）文艺队自编自演，最小的演员六岁，最大的八十一岁。"),
    (11, PageKind.NOTICE, "冬季开放时间调整", "文化体育和旅游局", "村（社区）文化活动室晚间开放到 20:00。",
     "自本月起实行冬季开放时间：综合文化站晚间开放到 20:30，村（社区）综合性文化服务中心开放到 20:00，节假日不变。"),
    (18, PageKind.NEWS, "公益艺术培训秋季班结课，三百余名学员领到结业证", "文化馆", "声乐、书画、舞蹈三个门类，全部免费。",
     "秋季班开设声乐、少儿书画、中老年舞蹈三个门类，采用线上报名与敬老名额相结合的办法，候补学员依次递补。"),
    (27, PageKind.GUIDE, "没有智能手机，怎样报名参加活动", "文化体育和旅游局", "到村（社区）活动室找文化管理员代办，或打电话。",
     "带上身份证或户口簿，到就近的村（社区）综合性文化服务中心，由文化管理员代为报名，会打印一张纸质票。也可以拨打服务电话，由工作人员登记。每场活动都留有敬老名额。"),
    (40, PageKind.NEWS, "重阳敬老演出季，四十场演出送到家门口", "文化馆", "演出队走遍十个镇（街道）。",
     "演出季期间，文化馆小分队与各镇文艺队联合送戏四十场，行动不便的老人由志愿者接送。"),
    (58, PageKind.NOTICE, "国庆期间文化场馆开放安排", "文化体育和旅游局", "图书馆、文化馆、博物馆照常开放。",
     "国庆期间区图书馆、文化馆、博物馆照常开放，时间为 9:00 至 17:00。人多时请听从现场引导。"),
    (83, PageKind.GUIDE, "候补名额是怎样递补的", "文化体育和旅游局", "先到先得，按顺序通知，两小时内确认。",
     "满员后可以进入候补。有人取消时，系统按候补顺序通知最先放得下的一家，请在两小时内确认，逾期让给下一位。"),
    (120, PageKind.NEWS, "农家书屋换新书，二十四个村一次流转三千册", "图书馆", "下次流转在三个月以后。",
     "本次流转覆盖二十四个村的农家书屋，以少儿、农技、养生类图书为主。想看什么书，可以告诉文化管理员。"),
    (165, PageKind.NOTICE, "暴雨天气户外活动取消和改期的说明", "文化体育和旅游局", "报了名的居民会收到通知，名额保留。",
     "遇暴雨、高温预警，户外活动一律取消或改期。改期的活动名额保留，取消的活动会逐一通知。"),
    (230, PageKind.NEWS, "世界读书日：一百二十四个村（社区）同读一本书", "图书馆", "共读、换书、朗读，持续一周。",
     "从早上九点到晚上九点，各村（社区）接力朗读。朗读录音将在图书馆展出。"),
    (300, PageKind.NEWS, "闹元宵：猜灯谜、看龙灯，三天两万人次", "文化馆", "东安湖畔的灯会持续到正月十七。",
     "灯谜由居民投稿，猜中的可以领一盏自己做的灯笼。"),
)  # fmt: skip
WAITING = (
    ("元旦迎新音乐会免费领票公告", "领票时间和办法，每户限领三张。"),
    ("文化志愿者新春招募启事", "招募讲解、秩序、摄影志愿者一百名。"),
)


def make_pages(*, making: Making) -> dict[str, int]:
    """The county's front page with its announcements; two more wait in the three reviews. Returns how many."""
    county = making.places[making.county]
    home = ensure_county_home(county)
    home.responsible_unit = f"{county.name}文化体育和旅游局"
    home.phone = PHONE
    home.greeting = "这是示范县：数据由程序生成，不是真实的活动。"
    home.save_revision().publish()
    home.refresh_from_db()
    Site.objects.filter(is_default_site=True).update(root_page=home, site_name=county.name)
    chance = making.draw("announcements")
    for number, (days, kind, title, unit, intro, body) in enumerate(WRITTEN):
        page = _announcement(making, number, (kind, title, unit, intro, body))
        home.add_child(instance=page)
        page.save_revision().publish()
        when = last_office(making.now - dt.timedelta(days=days, minutes=37 * number), chance)
        Announcement.objects.filter(pk=page.pk).update(first_published_at=when, last_published_at=when)
        _date_back(page, when)
    _send_to_review(making, home, chance)
    return {"announcements": len(WRITTEN), "announcements_waiting": len(WAITING)}


def _announcement(
    making: Making, number: int, said: tuple[str, str, str, str, str], *, live: bool = True
) -> Announcement:
    kind, title, unit, intro, body = said
    county = making.places[making.county]
    return Announcement(
        title=title,
        slug=f"demo-{number}",
        kind=kind,
        place=county,
        unit_name=f"{county.name}{unit}",
        intro=intro,
        body=f"<p>{body}</p><p>咨询电话：{PHONE}。</p>",
        live=live,
    )


def _date_back(page: Page, when: dt.datetime) -> None:
    """Wagtail dates what it does by the clock; of a demonstration it happened before."""
    Page.objects.filter(pk=page.pk).update(latest_revision_created_at=when)
    page.revisions.update(created_at=when)
    PageLogEntry.objects.filter(page=page.pk).update(timestamp=when)
    states = WorkflowState.objects.for_instance(page)
    TaskState.objects.filter(workflow_state__in=states).update(started_at=when)
    TaskState.objects.filter(workflow_state__in=states, finished_at__isnull=False).update(finished_at=when)
    states.update(created_at=when)


def _send_to_review(making: Making, home: CountyHome, chance: Chance) -> None:
    """One page waits for the first review, one for the second."""
    author = User.objects.get(username="wenhuaguan")
    reviewer = User.objects.get(username="shenhe")
    workflow = ensure_workflow()
    for number, (title, intro) in enumerate(WAITING, len(WRITTEN)):
        page = _announcement(making, number, (PageKind.NOTICE, title, "文化馆", intro, intro), live=False)
        page.owner = author
        home.add_child(instance=page)
        page.save_revision(user=author)
        workflow.start(page, author)
        if number > len(WRITTEN):
            task_state = Page.objects.get(pk=page.pk).current_workflow_task_state
            task_state.task.specific.on_action(task_state, reviewer, "approve")
        _date_back(page, last_office(making.now - dt.timedelta(hours=20 * (number - len(WRITTEN)) + 3), chance))
