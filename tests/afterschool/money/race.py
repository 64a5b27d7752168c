"""One bill that many clerks pay, count again and give back from at once, in real processes. Run by test_race.py; prints JSON."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[3]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]
COUNTY, VILLAGE = "510112", "510112001001"


def setup():
    """Django on the database of the environment."""
    os.environ |= {"DJANGO_SETTINGS_MODULE": "qunwen.config.settings.production", "QUNWEN_ENV": "production"}
    import django

    django.setup()


def prepare():
    """The tables, and two bills: one that nobody has paid, one that was paid and whose roll was mended afterwards."""
    from django.core.management import call_command

    from qunwen.base.places.models import Place
    from qunwen.base.scope import context, writing
    from qunwen.base.scope.codes import level_of

    from .conftest import Town

    call_command("migrate", verbosity=0)
    places = {}
    with context.everything(reason="race"), writing.allowed("race"):
        for code, above in (
            ("51", None),
            ("5101", "51"),
            (COUNTY, "5101"),
            ("510112001", COUNTY),
            (VILLAGE, "510112001"),
        ):
            places[code] = Place.unscoped.create(code=code, name=code, level=level_of(code), parent_id=above)
    with context.everything(reason="race"):
        town = Town(places, dt.datetime(2026, 3, 14, 4, 0, tzinfo=dt.UTC))
        town.activity(price=230)
        first, second = town.child("甲"), town.child("乙")
        for child in (first, second):
            rows = town.roll(child, *["present"] * 5)
        town.issue()
        paid = town.bill(second)
        town.pay(paid, reference="NO-9999")
        town.mend(rows[0], "leave")  # told before: that day costs nothing, so money has to go back
        return [str(town.bill(first).pk), str(paid.pk)]


def client(number, threads, bills):
    """Every thread: the counter's slip (one of three), the bill counted again, whatever is due given back."""
    from django.core.exceptions import ValidationError
    from django.db import connection

    from qunwen.base.scope import context
    from qunwen.services.afterschool.actions import giving_back, issuing, paying
    from qunwen.services.afterschool.models import Bill, Refund

    from .conftest import APRIL_1, CLERK

    told, gate = Counter(), threading.Barrier(threads)
    who = {"by": CLERK, "at": APRIL_1}

    def attempt(name, act):
        try:
            act()
            told[name] += 1
        except ValidationError:
            told[f"{name} refused"] += 1
        except Exception as problem:
            told[f"{type(problem).__name__}: {problem}"[:200]] += 1

    def work(thread):
        with context.everything(reason="race"):
            gate.wait()
            open_bill = Bill.unscoped.get(county=COUNTY, pk=bills[0])
            attempt(
                "pay",
                lambda: paying.pay_bill(
                    bill=open_bill, adapter="counter", reference=f"NO-{thread % 3:04}", amount_fen=2300, **who
                ),
            )
            for pk in bills:
                bill = Bill.unscoped.get(county=COUNTY, pk=pk)
                attempt("recount", lambda bill=bill: issuing.recount_bill(bill=bill, **who))
            for refund in Refund.unscoped.filter(county=COUNTY, state="due"):
                number_of = f"BACK-{number}-{thread}"
                attempt("refund", lambda r=refund, n=number_of: giving_back.finish_refund(refund=r, reference=n, **who))
        connection.close()

    crew = [threading.Thread(target=work, args=(n,)) for n in range(threads)]
    for one in crew:
        one.start()
    for one in crew:
        one.join()
    return told


def check(bills):
    """Each bill's figures beside the rows they come from."""
    from qunwen.base.scope import context
    from qunwen.services.afterschool.models import Bill, Payment, Refund

    found = []
    with context.everything(reason="race"):
        for pk in bills:
            bill = Bill.unscoped.get(county=COUNTY, pk=pk)
            paid = list(Payment.unscoped.filter(county=COUNTY, bill=bill).values_list("amount_fen", flat=True))
            back = list(Refund.unscoped.filter(county=COUNTY, bill=bill).values_list("amount_fen", "state"))
            found.append(
                {"due": bill.due_fen, "paid": bill.paid_fen, "given": bill.refunded_fen, "rows": paid, "back": back}
            )
    return found


def main(processes, threads):
    """All processes at once on a fresh database."""
    from rush.databases import database

    with database() as env:
        os.environ.update(env)
        setup()
        bills = prepare()
        program = [sys.executable, "-m", "tests.afterschool.money.race", "client"]
        crew = [
            subprocess.Popen(
                [*program, str(n), str(threads), json.dumps(bills)], env=env, cwd=ROOT, stdout=subprocess.PIPE
            )
            for n in range(processes)
        ]
        told = Counter()
        for one in crew:
            told += Counter(json.loads(one.communicate()[0]))
        return {"told": dict(told), "bills": check(bills)}


if __name__ == "__main__":
    step, *given = sys.argv[1:]
    if step == "run":
        print(json.dumps(main(int(given[0]), int(given[1])), ensure_ascii=False))
    else:
        setup()
        print(json.dumps(client(given[0], int(given[1]), json.loads(given[2]))))
