"""Examinations of the machine: Python, folder, settings, keys, clock, fonts, text messages."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator

from qunwen.config.environment import is_demonstration
from qunwen.config.home import home

from .finding import Finding, State

OLDEST_PYTHON = (3, 11)
LITTLE_ROOM = 1 << 30  # one day's photographs of a busy county
NO_ROOM = 100 << 20
BUILT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)  # a clock before the program was written is wrong


def python() -> Iterator[Finding]:
    """The version of Python."""
    version = ".".join(map(str, sys.version_info[:3]))
    good = sys.version_info >= OLDEST_PYTHON
    mend = "" if good else "安装 Python 3.11 或更新的版本"
    yield Finding("python", State.GOOD if good else State.WRONG, "Python", version, mend)


def folder() -> Iterator[Finding]:
    """Whether the folder can be written, and how much room there is."""
    here = home()
    try:
        here.mkdir(parents=True, exist_ok=True, mode=0o750)
        with tempfile.TemporaryFile(dir=here) as probe:
            probe.write(b"0" * 4096)
    except OSError as problem:
        mend = f"改正 {here} 的所有者和权限，或用 QUNWEN_HOME 指定另一个文件夹"
        yield Finding("home", State.WRONG, "数据文件夹", f"{here} 不可写（{problem.strerror}）", mend)
        return
    yield Finding("home", State.GOOD, "数据文件夹", f"{here} 可写")
    free = shutil.disk_usage(here).free
    told = f"剩余 {free / (1 << 30):.1f} GB"
    if free < NO_ROOM:
        yield Finding("disk", State.WRONG, "磁盘空间", told, "立即清理磁盘，否则无法写入")
    elif free < LITTLE_ROOM:
        yield Finding("disk", State.NOTE, "磁盘空间", told, "尽快清理磁盘或换一个大的磁盘")
    else:
        yield Finding("disk", State.GOOD, "磁盘空间", told)


def settings() -> Iterator[Finding]:
    """Production must not run with debugging or demonstration settings."""
    from django.conf import settings as chosen  # noqa: PLC0415  after settings

    production = os.environ.get("QUNWEN_ENV", "production") == "production"
    name = os.environ.get("DJANGO_SETTINGS_MODULE", "")
    if production and (chosen.DEBUG or chosen.QUNWEN_DEMO):
        mend = "去掉 DJANGO_SETTINGS_MODULE，只设 QUNWEN_ENV=production"
        yield Finding("settings", State.WRONG, "运行环境", f"正式环境用了调试或示范设置（{name}）", mend)
    elif chosen.QUNWEN_DEMO or is_demonstration(home()):
        yield Finding("settings", State.NOTE, "运行环境", "示范县，数据不是真实的", "正式使用请另设 QUNWEN_HOME")
    else:
        yield Finding("settings", State.GOOD, "运行环境", name)
    url = chosen.QUNWEN_PUBLIC_URL
    if production and url.startswith("http://") and not any(one in url for one in ("127.0.0.1", "localhost")):
        mend = "用反向代理提供 HTTPS，并把 QUNWEN_PUBLIC_URL 改成 https:// 开头"
        yield Finding("https", State.WRONG, "网址", f"{url} 没有加密", mend)
    else:
        yield Finding("https", State.GOOD, "网址", url)


def keys() -> Iterator[Finding]:
    """Keys are readable by their owner only."""
    where = home() / "keys"
    loose = [
        path.relative_to(home()).as_posix()
        for path in ([where, *sorted(where.rglob("*"))] if where.exists() else [])
        if stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    if loose:
        mend = f"chmod -R go-rwx {where}"
        yield Finding("keys", State.WRONG, "密钥", f"别的用户也能读：{'、'.join(loose)}", mend)
    else:
        yield Finding("keys", State.GOOD, "密钥", "只有所有者能读")


def clock() -> Iterator[Finding]:
    """The zone must be the county's and the clock plausible: not before what the folder already holds."""
    from django.conf import settings as chosen  # noqa: PLC0415  after settings

    from qunwen.base.scope import clock as house  # noqa: PLC0415  after settings

    now = house.now()
    if chosen.TIME_ZONE != "Asia/Shanghai":
        yield Finding("zone", State.WRONG, "时区", chosen.TIME_ZONE, "TIME_ZONE 应为 Asia/Shanghai")
    files = [path.stat().st_mtime for path in home().glob("*.sqlite3*")]
    ahead = max(files, default=0) - now.timestamp()
    told = f"{house.local(now):%Y-%m-%d %H:%M:%S}（北京时间）"
    if now < BUILT or ahead > 3600:
        yield Finding("clock", State.WRONG, "时钟", f"{told} 早于已有数据", "校准系统时钟，启用 NTP")
    else:
        yield Finding("clock", State.GOOD, "时钟", told)


def fonts() -> Iterator[Finding]:
    """A Chinese font on the server for charts in papers; the letters of a .docx come from the reader's machine."""
    from qunwen.base.papers import typefaces  # noqa: PLC0415  after settings

    found = typefaces.find_chinese_font()
    if found is None:
        mend = "安装一种中文字体（Debian：apt install fonts-noto-cjk）"
        yield Finding("fonts", State.NOTE, "公文字体", "服务器上没有中文字体，公文里的图表文字无法显示", mend)
    else:
        yield Finding("fonts", State.GOOD, "公文字体", found[0])


def sms() -> Iterator[Finding]:
    """Text messages of a real installation go through a real gateway."""
    from django.conf import settings as chosen  # noqa: PLC0415  after settings
    from django.utils.module_loading import import_string  # noqa: PLC0415  after settings

    gateway = chosen.QUNWEN_SMS_GATEWAY
    try:
        import_string(gateway)
    except ImportError as problem:
        yield Finding("sms", State.WRONG, "短信通道", f"{gateway} 无法载入：{problem}", "改正 QUNWEN_SMS_GATEWAY")
        return
    if gateway.endswith("OutboxGateway") and not chosen.QUNWEN_DEMO:
        mend = "向短信服务商申请接口后设置 QUNWEN_SMS_GATEWAY，否则居民收不到验证码"
        yield Finding("sms", State.NOTE, "短信通道", "短信只存在系统里，不会发出", mend)
    else:
        yield Finding("sms", State.GOOD, "短信通道", gateway.rpartition(".")[2])
