"""Two administrators' roles granted to one person at the same moment: one of them only."""

import threading

import pytest
from django.db import connection

from qunwen.base.people import actions
from qunwen.base.people.errors import AdminsExclude
from qunwen.base.people.models import Grant
from qunwen.base.scope import context


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_person_never_becomes_two_of_the_three_administrators(hire, house, at, command):
    if connection.settings_dict["NAME"] == ":memory:" or "mode=memory" in str(connection.settings_dict["NAME"]):
        roles = [("system_admin", "security_admin", "audit_admin")]
    else:
        roles = [("system_admin",), ("security_admin",), ("audit_admin",)]
    person = hire("一人")
    start, refused = threading.Barrier(len(roles)), []

    def grant(wanted):
        start.wait()
        try:
            for role in wanted:
                try:
                    with context.everything(reason="test"):
                        actions.grant_role(staff=person, role=role, place=house.places["510112"], by=command, at=at)
                except AdminsExclude:
                    refused.append(role)
        finally:
            if len(roles) > 1:
                connection.close()

    if len(roles) == 1:  # a database in memory has one connection: in turn instead of at once
        grant(roles[0])
    else:
        threads = [threading.Thread(target=grant, args=(wanted,)) for wanted in roles]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert Grant.unscoped.filter(staff=person).count() == 1
    assert len(refused) == 2
