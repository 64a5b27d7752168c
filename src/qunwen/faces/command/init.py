"""`qunwen init`: choose a county and its towns and villages are there."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser, Namespace
from typing import Any

from . import start
from .telling import Stop, Teller

USAGE = 2
SHOWN = 30
# By number of the level; the translated labels need settings, which are not chosen yet.
LEVEL_NAMES = ("", "省级", "市级", "县级", "乡级", "村级", "网格")


def arguments(parser: ArgumentParser) -> None:
    """--county, --city or --province, and --json."""
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--county", metavar="名称或代码", help="县（市、区）：龙泉驿区、龙泉驿、510112 或 510112000000")
    which.add_argument("--city", metavar="名称或代码", help="地市：成都市、成都、5101 或 510100")
    which.add_argument("--province", metavar="名称或代码", help="省（自治区、直辖市）：四川省、四川或 51")
    parser.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象，供程序读取")


def run(options: Namespace) -> int:
    """Set up the folder and database, bring in roles and divisions."""
    began = time.monotonic()
    teller = Teller(as_json=options.json)
    division = chosen(options)
    start.prepare()
    start.connect()
    steps = start.migrate(teller)
    facts = load(division.code, teller)
    facts |= {"seconds": round(time.monotonic() - began, 2), "migrations": steps}
    told = f"{facts['towns']} 个乡镇（街道）、{facts['villages']} 个村（社区）"
    teller.say(f"{facts['name']}（{facts['code']}）已装入：{told}，用时 {facts['seconds']} 秒。")
    if not facts["added"]:
        teller.say("区划原已装入，没有改动。")
    teller.result(facts)
    return 0


def load(code: str, teller: Teller) -> dict[str, Any]:
    """Roles and the divisions of `code` into the database; what there is now."""
    from qunwen.base.journal.actors import Actor, ActorKind  # noqa: PLC0415  after settings
    from qunwen.base.places.actions import load_divisions  # noqa: PLC0415  after settings
    from qunwen.base.scope import clock, context  # noqa: PLC0415  after settings
    from qunwen.config.home import home  # noqa: PLC0415  after settings
    from qunwen.faces.portal.front import ensure_county_homes  # noqa: PLC0415  after settings

    by = Actor(kind=ActorKind.COMMAND, id=None, name=start.operator())
    start.bring_roles()
    with context.everything(reason="an installation is set up by its operator"):
        teller.say("装入区划…")
        loaded = load_divisions(root=code, by=by, at=clock.now())
        ensure_county_homes(loaded.code)
    return {
        "ok": True,
        "code": loaded.code,
        "name": loaded.name,
        "counties": loaded.counties,
        "towns": loaded.towns,
        "villages": loaded.villages,
        "added": loaded.added,
        "home": str(home()),
    }


def chosen(options: Namespace) -> Any:
    """The one division meant. Asks on a terminal when there are several; raises Stop otherwise."""
    from qunwen.base.places import divisions  # noqa: PLC0415  help does without it
    from qunwen.base.scope.codes import Level  # noqa: PLC0415  help does without it

    asked = {Level.COUNTY: options.county, Level.CITY: options.city, Level.PROVINCE: options.province}
    level, text = next((level, text) for level, text in asked.items() if text is not None)
    found = divisions.find(text, level)
    if len(found) == 1:
        return found[0]
    if not found:
        raise Stop(f"没有找到{LEVEL_NAMES[level]}区划“{text}”{_meant(text, level)}", code=USAGE)
    matches = [{"code": row.code, "name": divisions.full_name(row.code)} for row in found]
    if options.json or not sys.stdin.isatty():
        listed = "；".join(f"{m['code']} {m['name']}" for m in matches[:SHOWN])
        raise Stop(f"“{text}”有 {len(found)} 个，请改用代码：{listed}", code=USAGE, matches=matches)
    return found[_ask(text, matches)]


def _meant(text: str, level: Any) -> str:
    from qunwen.base.places import divisions  # noqa: PLC0415  as above
    from qunwen.base.scope.codes import LENGTHS, Level  # noqa: PLC0415  as above

    for other, option in ((Level.COUNTY, "--county"), (Level.CITY, "--city"), (Level.PROVINCE, "--province")):
        hit = divisions.find(text, other) if other != level else []
        if hit:
            return f"；“{hit[0].name}”是{LEVEL_NAMES[other]}，请用 {option}。"
    for hit in divisions.elsewhere(text):
        county = hit.code[: LENGTHS[Level.COUNTY]]
        return f"；“{hit.name}”是{LEVEL_NAMES[hit.level]}，属于 {divisions.full_name(county)}（{county}）。"
    return "，请核对名称，或用六位代码。"


def _ask(text: str, matches: list[dict[str, str]]) -> int:
    sys.stdout.write(f"“{text}”有 {len(matches)} 个：\n")
    for number, match in enumerate(matches, 1):
        sys.stdout.write(f"  {number:>3}  {match['code']}  {match['name']}\n")
    while True:
        sys.stdout.write("请输入序号（直接回车则放弃）：")
        sys.stdout.flush()
        answer = sys.stdin.readline().strip()
        if not answer:
            raise Stop("没有选择，未作任何改动。", code=USAGE)
        if answer.isdigit() and 1 <= int(answer) <= len(matches):
            return int(answer) - 1
