"""The guard finds what it is for, and lets through what is right."""

import pytest

from tests import sqlguard

GOOD = [
    'UPDATE "bookings_bucket" SET "taken" = 1 WHERE ("bookings_bucket"."county" = %s AND "bookings_bucket"."id" = %s)',
    'DELETE FROM "bookings_booking" WHERE "bookings_booking"."county" = %s',
    'SELECT "id" FROM "bookings_bucket" WHERE "bookings_bucket"."county" = %s FOR UPDATE',
    'UPDATE "venues_venue" SET "name" = %s WHERE "venues_venue"."id" = %s',
    'SELECT "id" FROM "bookings_bucket" WHERE "id" = %s',
]
BAD = [
    'UPDATE "bookings_bucket" SET "taken" = 1 WHERE "bookings_bucket"."id" = %s',
    'UPDATE "bookings_bucket" SET "county" = %s WHERE "bookings_bucket"."id" = %s',
    'DELETE FROM "bookings_booking"',
    'SELECT "id" FROM "bookings_bucket" WHERE "bookings_bucket"."id" = %s FOR UPDATE',
    'SELECT EXISTS(SELECT 1 AS "a" FROM "bookings_booking" U0 WHERE U0."bucket_id" = ("bookings_bucket"."id") LIMIT 1)',
]


@pytest.mark.parametrize("sql", GOOD)
def test_statements_with_the_county_pass(sql):
    sqlguard.check(sql)


@pytest.mark.parametrize("sql", BAD)
def test_statements_without_the_county_are_found(sql):
    with pytest.raises(sqlguard.CountyMissing):
        sqlguard.check(sql)
