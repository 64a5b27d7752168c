"""A resident with a session is known to the interface, on every database."""

from qunwen.base.scope import clock
from tests.portal import world as worlds
from tests.portal.conftest import logged_in


def test_a_resident_reads_the_own_family_and_its_bookings(db):
    town = worlds.full(clock.now())
    client = logged_in(town.lin)
    me = client.get("/api/v1/me").json()
    assert str(town.lin.pk) in str(me)
    bookings = client.get("/api/v1/me/bookings").json()
    assert str(town.ticket.pk) in str(bookings)
