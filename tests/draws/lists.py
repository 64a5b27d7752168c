"""Random draws without a database, and a second way to decide them, written apart from the kernel and as plainly as it goes."""

from __future__ import annotations

import hashlib
import json
import random
import runpy
from fractions import Fraction
from math import gcd
from pathlib import Path

from qunwen.services.draws import kernel

SCRIPT = Path(kernel.__file__)
GROUPS = ("elders", "disabled", "veteran")
VILLAGES = ("510112001001", "510112001002", "510112002001")


def script():
    """The published script, loaded from its file as a program of its own."""
    return runpy.run_path(str(SCRIPT), run_name="verify_draw")


def entry(key, wishes, **more):
    return {"id": key, "won": 0, "credit": 0, "n": 1, "groups": [], "village": "", "wishes": list(wishes), **more}


def option(key, seats, kept=(), floors=()):
    return {
        "id": key, "title": f"课{key}", "seats": seats, "kept": [list(one) for one in kept],
        "floors": [list(one) for one in floors],
    }  # fmt: skip


def rules(**more):
    return {"luck": 0, "share": 0, "first_timers": 0, "seed_form": "digits", "seed_length": 6, **more}


def sealed(entries, options, told, seed="123456"):
    """A file with its hash and seed, without results."""
    file = {
        "format": kernel.FORMAT, "draw": {"title": "试抽"}, "rules": told, "options": options,
        "applications": sorted(({**one, "leaf": kernel.leaf_of(one)} for one in entries), key=lambda one: one["id"]),
    }  # fmt: skip
    file["list_hash"] = kernel.list_hash(file)
    return {**file, "seed": seed}


def random_file(number):
    """A random draw: up to 14 applications, up to 4 options, kept places, floors, every rule on or off."""
    dice = random.Random(number)
    options = []
    for key in range(dice.randint(1, 4)):
        seats, kept, floors = dice.randint(1, 4), [], []
        left = seats
        for group in dice.sample(GROUPS, dice.randint(0, 2)):
            if left:
                kept.append((group, dice.randint(1, left)))
                left -= kept[-1][1]
        if left and dice.random() < 0.5:
            floors.append((dice.choice(VILLAGES), dice.randint(1, left)))
        options.append(option(f"o{key}", seats, sorted(kept), floors))
    keys = [one["id"] for one in options]
    entries = [
        entry(
            f"{dice.getrandbits(64):016x}", dice.sample(keys, dice.randint(1, len(keys))), won=dice.randint(0, 1),
            credit=dice.randint(0, 4), n=dice.randint(1, 5), village=dice.choice(VILLAGES),
            groups=sorted(dice.sample(GROUPS, dice.randint(0, 2))),
        )
        for _ in range(dice.randint(1, 14))
    ]  # fmt: skip
    told = rules(luck=dice.randint(0, 1), share=dice.randint(0, 1), first_timers=dice.randint(0, 1))
    return sealed(entries, options, told, seed=f"{dice.randrange(10**6):06}")


def plainly(file):
    """The result by another road: tickets as fractions, one proposal at a time, whoever is turned away asks at once."""
    told, entries = file["rules"], {one["id"]: one for one in file["applications"]}
    raw = {}
    for key, one in entries.items():
        weight = Fraction(60)
        if told["luck"]:
            weight *= Fraction(4 + one["credit"], 4)
        if told["share"]:
            weight /= one["n"]
        raw[key] = max(1, int(weight))
    common = 0
    for number in raw.values():
        common = gcd(common, number)

    def number_of(key):
        texts = [f"{file['seed']}\n{file['list_hash']}\n{key}"]
        texts += [f"{texts[0]}\n{n}" for n in range(1, raw[key] // common)]
        least = min(hashlib.sha256(text.encode()).digest() for text in texts)
        return (entries[key]["won"] if told["first_timers"] else 0, least, key)

    order = sorted(entries, key=number_of)
    rank = {key: n for n, key in enumerate(order, 1)}
    held = {one["id"]: [] for one in file["options"]}
    todo = {key: list(one["wishes"]) for key, one in entries.items()}
    stack = sorted(entries)
    random.Random(file["seed"]).shuffle(stack)
    rule = {}
    while stack:
        key = stack.pop()
        if not todo[key]:
            continue
        where = todo[key].pop(0)
        about = next(one for one in file["options"] if one["id"] == where)
        asking = sorted([*held[where], key], key=rank.get)
        seats = []
        for group, n in about["kept"]:
            mine = [k for k in asking if group in entries[k]["groups"] and k not in dict(seats)][:n]
            seats += [(k, f"kept:{group}") for k in mine]
        for village, n in about["floors"]:
            mine = [k for k in asking if entries[k]["village"] == village and k not in dict(seats)][:n]
            seats += [(k, f"floor:{village}") for k in mine]
        rest = [k for k in asking if k not in dict(seats)]
        seats += [(k, "open") for k in rest[: about["seats"] - len(seats)]]
        held[where] = [k for k, _ in seats]
        rule.update({(k, where): r for k, r in seats})
        stack += [k for k in asking if k not in held[where]]
    got = {key: where for where, keys in held.items() for key in keys}
    return [
        {"id": key, "rank": rank[key], "option": got.get(key, ""), "by": rule.get((key, got.get(key, "")), "")}
        for key in order
    ]


def decided(number):
    """A random draw with the result the plain road gives."""
    file = random_file(number)
    return {**file, "results": plainly(file)}


def written(folder, file, name="result.json"):
    path = folder / name
    path.write_text(json.dumps(file, ensure_ascii=False), encoding="utf-8")
    return path
