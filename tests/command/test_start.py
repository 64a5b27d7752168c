"""What every start of an installation brings in line."""

from qunwen.base.people.models import Role
from qunwen.faces.command import start


def test_roles_of_an_earlier_version_are_brought_in_line(db, door, everything):
    assert "county_officer" in start.bring_roles()
    now = Role.unscoped.get(code="county_officer").permissions
    Role.unscoped.filter(code="county_officer").update(permissions=now[:1])
    assert start.bring_roles() == ["county_officer"]
    assert Role.unscoped.get(code="county_officer").permissions == now
    assert start.bring_roles() == []
