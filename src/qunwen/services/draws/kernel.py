#!/usr/bin/env python3
"""The kernel of a public draw, and the script with which anybody re-computes one (verify_draw.py).

Standard library only, integers only, no clock, no network. The platform imports this very file; the county publishes it.

    python3 verify_draw.py result.json [--hash PUBLISHED] [--list FROZEN.json] [--json]

How it is decided
1. Every application of the frozen list has a leaf, SHA-256 of its canonical JSON. The hash of the list is SHA-256 of
   the head (rules, options) and of all leaves in order. It was published before the seed existed.
2. The lot of an application is the least of its tickets, SHA-256(seed, list hash, id) read as an integer. Who holds w
   tickets of a total of W is first with probability w/W. Ties go by id. First-timers stand before the others where
   the rules say so.
3. Each applicant proposes to the wishes in their order. An option gives its kept places to the first by lot of the
   group (or village) they are kept for, one application at most one place, and every other place, kept ones
   that nobody claims among them, to the first by lot of all. Who is turned away goes on to the next wish
   (applicant-proposing deferred acceptance, Gale and Shapley 1962). Without kept places it is serial dictatorship by lot.

Why honesty is best: this choice of an option is substitutable and obeys the law of aggregate demand, hence proposing is
strategy-proof for the applicants (Hatfield and Milgrom 2005, theorem 11; for places with priorities of their own
Kominers and Soenmez 2016): no other list of wishes ever gets anybody a place they like better.
"""

from __future__ import annotations

import hashlib
import json
import math
import sys
import unicodedata
from typing import Any

FORMAT = "qunwen-draw/1"
STEP = 4  # a credit of 4 doubles the tickets
SHARE = 15  # tickets of one quarter; 60 tickets divide by one to six applications without remainder
MOST_CREDIT = 4
SEPARATORS = " \t\r\n,;|+-/.:，、；：。"
LEAST = {"digits": 6, "dice": 8, "hex": 16}  # at least a million outcomes
HEAD_KEYS = ("format", "draw", "rules", "options")


def canonical(value: Any) -> str:
    """The one JSON text of a value: keys in order, no spaces, characters as they are."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha(text: str) -> str:
    """SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def leaf_of(entry: dict[str, Any]) -> str:
    """The fingerprint of one application of the list."""
    return sha(canonical({key: value for key, value in entry.items() if key != "leaf"}))


def list_hash(file: dict[str, Any], leaves: list[str] | None = None) -> str:
    """The hash that is published: of the head and of all leaves, in the order of the list."""
    if leaves is None:
        leaves = [leaf_of(entry) for entry in file["applications"]]
    head = sha(canonical({key: file[key] for key in HEAD_KEYS}))
    return sha("\n".join([head, *leaves]))


def normal_seed(text: str, form: str, length: int) -> str:
    """The seed in the one spelling that the rules allow, so that nobody chooses among spellings.

    digits: so many decimal digits; dice: so many throws, 1 to 6; hex: so many hexadecimal digits (a beacon).
    Separators are dropped. Raises ValueError with a sentence.
    """
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    plain = "".join(one for one in plain if one not in SEPARATORS)
    allowed = {"digits": "0123456789", "dice": "123456", "hex": "0123456789abcdef"}[form]
    wrong = sorted({one for one in plain if one not in allowed})
    if wrong:
        raise ValueError(f"种子里有不允许的字符：{' '.join(wrong)}")
    if len(plain) != length:
        raise ValueError(f"种子应为 {length} 位，现在是 {len(plain)} 位")
    return plain


def tickets_of(entry: dict[str, Any], rules: dict[str, Any]) -> int:
    """Tickets before they are reduced: 60 for one application, more after bad luck, 1/n for n applications at once."""
    credit = min(entry["credit"], MOST_CREDIT) if rules["luck"] else 0
    share = max(1, entry["n"]) if rules["share"] else 1
    return max(1, SHARE * (STEP + credit) // share)


def tickets(entries: list[dict[str, Any]], rules: dict[str, Any]) -> dict[str, int]:
    """Tickets of every application, reduced by what they all have in common (equals hold one each)."""
    found = {entry["id"]: tickets_of(entry, rules) for entry in entries}
    common = math.gcd(*found.values()) if found else 1
    return {key: number // common for key, number in found.items()}


def lot(seed: str, published: str, key: str, number: int) -> int:
    """The least of an application's tickets as an integer below 2 to the 256th."""
    texts = (f"{seed}\n{published}\n{key}" + (f"\n{ticket}" if ticket else "") for ticket in range(number))
    return min(int.from_bytes(hashlib.sha256(text.encode("ascii")).digest(), "big") for text in texts)


def order_of(entries: list[dict[str, Any]], rules: dict[str, Any], seed: str, published: str) -> list[str]:
    """The ids of all applications, the first by lot first."""
    held = tickets(entries, rules)
    tier = {entry["id"]: entry["won"] if rules["first_timers"] else 0 for entry in entries}
    return sorted(held, key=lambda key: (tier[key], lot(seed, published, key, held[key]), key))


def choose(option: dict[str, Any], candidates: list[dict[str, Any]]) -> dict[str, str]:
    """Whom an option takes of those who ask, given first by lot first: id -> by which rule.

    Kept places first, then the others; a kept place that nobody claims is a place like any other.
    """
    taken: dict[str, str] = {}
    for word, field in (("kept", "groups"), ("floor", "village")):
        for key, number in option[f"{word}s" if word == "floor" else word]:
            left = number
            for one in candidates:
                if left == 0:
                    break
                belongs = key in one["groups"] if field == "groups" else one["village"] == key
                if belongs and one["id"] not in taken:
                    taken[one["id"]] = f"{word}:{key}"
                    left -= 1
    for one in candidates:
        if len(taken) >= option["seats"]:
            break
        taken.setdefault(one["id"], "open")
    return taken


class Allocation:
    """Who holds a place of what, and how far down their wishes everybody has come. Wishes may be added and settled anew."""

    def __init__(self, entries: list[dict[str, Any]], options: list[dict[str, Any]], order: list[str]) -> None:
        self.entries = {entry["id"]: entry for entry in entries}
        self.options = {option["id"]: option for option in options}
        self.rank = {key: number for number, key in enumerate(order, 1)}
        self.wishes = {entry["id"]: list(entry["wishes"]) for entry in entries}
        self.next = dict.fromkeys(self.entries, 0)
        self.held: dict[str, dict[str, str]] = {key: {} for key in self.options}
        self.settle(list(order))

    def settle(self, asking: list[str]) -> None:
        """Rounds of proposals until nobody who is turned away has a wish left. The order of asking does not matter."""
        while asking:
            proposals: dict[str, list[str]] = {}
            for key in asking:
                wishes = self.wishes[key]
                if self.next[key] < len(wishes):
                    proposals.setdefault(wishes[self.next[key]], []).append(key)
                    self.next[key] += 1
            asking = []
            for where, new in proposals.items():
                everybody = sorted([*self.held[where], *new], key=self.rank.__getitem__)
                taken = choose(self.options[where], [self.entries[key] for key in everybody])
                self.held[where] = taken
                asking += [key for key in everybody if key not in taken]

    def places(self) -> dict[str, tuple[str, str]]:
        """id -> (option, rule) of everybody who has a place."""
        return {key: (where, rule) for where, taken in self.held.items() for key, rule in taken.items()}

    def would_take(self, key: str, where: str) -> bool:
        """Whether somebody without a place would have had one by putting this option last on the list.

        Exact: proposals may be made in any order, so the wish is added to where everybody stands now.
        """
        again = object.__new__(Allocation)
        again.entries, again.options, again.rank = self.entries, self.options, self.rank
        again.wishes, again.next = dict(self.wishes), dict(self.next)
        again.held = dict(self.held)
        again.wishes[key] = [*self.wishes[key], where]
        again.settle([key])
        return key in again.held[where]


def results_of(file: dict[str, Any]) -> list[dict[str, Any]]:
    """The result of a file with its seed: rank, option and rule of every application, first by lot first."""
    entries, rules = file["applications"], file["rules"]
    order = order_of(entries, rules, file["seed"], file["list_hash"])
    places = Allocation(entries, file["options"], order).places()
    return [
        {"id": key, "rank": rank, "option": places.get(key, ("", ""))[0], "by": places.get(key, ("", ""))[1]}
        for rank, key in enumerate(order, 1)
    ]


# -- checking a published file ------------------------------------------------------------------------------


def check_list(file: dict[str, Any], expected: str = "", frozen: dict[str, Any] | None = None) -> list[str]:
    """What is wrong with the list itself; the changed application is named."""
    found = []
    leaves = [leaf_of(entry) for entry in file["applications"]]
    for entry, leaf in zip(file["applications"], leaves, strict=True):
        if entry.get("leaf") != leaf:
            found.append(f"申请 {entry['id']} 的内容与它的指纹不符：被改动过")
    keys = [entry["id"] for entry in file["applications"]]
    if len(keys) != len(set(keys)):
        found.append("名单里有重复的申请编号")
    if keys != sorted(keys):
        found.append("名单没有按编号排列")
    if list_hash(file, leaves) != file["list_hash"]:
        found.append("名单和规则的摘要与文件所写的摘要不符：有申请被增加、删除或改动，或者规则被改动")
    if expected and file["list_hash"] != expected.strip().lower():
        found.append("文件所写的摘要与抽签前公布的摘要不符")
    if frozen is not None:
        found += _differences(file, frozen)
    return found


def _differences(file: dict[str, Any], frozen: dict[str, Any]) -> list[str]:
    """Which applications differ from the list that was published before the draw."""
    now = {entry["id"]: leaf_of(entry) for entry in file["applications"]}
    then = {entry["id"]: leaf_of(entry) for entry in frozen["applications"]}
    found = [f"申请 {key} 不在抽签前公布的名单里" for key in sorted(now.keys() - then.keys())]
    found += [f"申请 {key} 从抽签前公布的名单里消失了" for key in sorted(then.keys() - now.keys())]
    found += [f"申请 {key} 与抽签前公布的名单不同" for key in sorted(now.keys() & then.keys()) if now[key] != then[key]]
    if any(canonical(file[key]) != canonical(frozen[key]) for key in HEAD_KEYS):
        found.append("规则或名额与抽签前公布的不同")
    return found


def check_results(file: dict[str, Any]) -> list[str]:
    """Which published results differ from what the list and the seed give."""
    form, length = file["rules"]["seed_form"], file["rules"]["seed_length"]
    try:
        if normal_seed(file["seed"], form, length) != file["seed"]:
            return ["种子的写法与规则不符"]
    except ValueError as wrong:
        return [str(wrong)]
    published = {row["id"]: row for row in file["results"]}
    found = []
    for row in results_of(file):
        other = published.pop(row["id"], None)
        if other is None:
            found.append(f"申请 {row['id']} 没有公布结果")
        elif any(other[key] != row[key] for key in ("rank", "option", "by")):
            found.append(
                f"申请 {row['id']} 公布为第 {other['rank']} 号、{_named(file, other)}，重算为第 {row['rank']} 号、{_named(file, row)}"
            )
    return found + [f"结果里的 {key} 不在名单里" for key in sorted(published)]


def _named(file: dict[str, Any], row: dict[str, Any]) -> str:
    titles = {option["id"]: option["title"] for option in file["options"]}
    return f"得到“{titles.get(row['option'], row['option'])}”" if row["option"] else "未中签"


def check(file: dict[str, Any], expected: str = "", frozen: dict[str, Any] | None = None) -> list[str]:
    """Everything that is wrong with a published file; nothing when it holds. A list without seed is checked as a list."""
    shape = _shape(file)
    if shape:
        return shape
    found = check_list(file, expected, frozen)
    return found + (check_results(file) if file.get("seed") else [])


def _shape(file: Any) -> list[str]:
    try:
        right = file["format"] == FORMAT
        options = {option["id"] for option in file["options"]}
        for entry in file["applications"]:
            right = right and set(entry["wishes"]) <= options and len(set(entry["wishes"])) == len(entry["wishes"])
            right = right and all(type(entry[key]) is int for key in ("won", "credit", "n"))
            right = right and isinstance(entry["id"], str) and entry["id"].isascii()
            right = right and isinstance(entry["groups"], list) and isinstance(entry["village"], str)
        for option in file["options"]:
            kept = [*option["kept"], *option["floors"]]
            right = right and sum(number for _key, number in kept) <= option["seats"]
        right = right and isinstance(file["list_hash"], str) and {"luck", "share", "first_timers"} <= set(file["rules"])
        if file.get("seed"):
            right = right and all({"id", "rank", "option", "by"} <= set(row) for row in file["results"])
    except (KeyError, TypeError, ValueError, AttributeError):
        right = False
    return [] if right else ["这不是摇号结果文件，或者文件不完整"]


def _read(path: str) -> Any:
    with open(path, encoding="utf-8") as stream:
        return json.load(stream)


def _option(words: list[str], name: str) -> str:
    if name not in words:
        return ""
    where = words.index(name)
    value = words[where + 1] if where + 1 < len(words) else ""
    del words[where : where + 2]
    return value


def main(words: list[str]) -> int:
    """0 when everything agrees, 1 when something does not, 2 for a file that cannot be read."""
    words = list(words)
    expected, frozen_path = _option(words, "--hash"), _option(words, "--list")
    as_json = "--json" in words
    paths = [word for word in words if word != "--json"]
    if len(paths) != 1:
        sys.stderr.write(
            "用法：python3 verify_draw.py 结果文件 [--hash 公布的摘要] [--list 抽签前公布的名单] [--json]\n"
        )
        return 2
    try:
        file = _read(paths[0])
        frozen = _read(frozen_path) if frozen_path else None
    except (OSError, ValueError) as wrong:
        sys.stderr.write(f"读不出文件：{wrong}\n")
        return 2
    problems = check(file, expected, frozen)
    if as_json:
        sys.stdout.write(json.dumps({"ok": not problems, "problems": problems}, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(report(file, problems))
    return 1 if problems else 0


def report(file: Any, problems: list[str]) -> str:
    """The outcome in words, a line each."""
    if problems:
        return "\n".join([f"不符：{problems[0]}", *(f"  另有：{one}" for one in problems[1:20])]) + "\n"
    number, seats = len(file["applications"]), sum(option["seats"] for option in file["options"])
    if not file.get("seed"):
        return f"名单完好：{number} 份申请，{seats} 个名额，摘要 {file['list_hash']}。还没有抽签。\n"
    won = sum(1 for row in file["results"] if row["option"])
    return f"一致：{number} 份申请、{seats} 个名额，重算 {won} 份中签，与公布的完全相同。摘要 {file['list_hash']}，种子 {file['seed']}。\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
