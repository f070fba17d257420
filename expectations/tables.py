"""The tables that a suite judges, as SQL on the staging schema: one row per accepted row, and one row per town.

Great Expectations then sees nothing but the columns it is asked about. What other feeds say of an ID number is put
together once per connection (`preparation`), in temporary tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from expectations.catalogue import common_checks, common_facts
from expectations.checks import Check, Suite
from pipelines.contracts import Feed, all_feeds, get_feed

#: Feeds whose persons are assisted, or asked to be: their towns should be met in every register of the county.
ASSISTED = ("dibao", "tekun", "application", "poverty_household")
#: A town with fewer rows is no town whose shares mean anything.
FEWEST_ROWS = 20
#: A town in which fewer persons are expected in a register says nothing when none is found (chance of none: 5e-5).
FEWEST_EXPECTED = 10

_TOWN = "regexp_replace({}, '(人民政府|街道办事处|街道办|办事处|街道|镇|乡)+$', '')"


def facts_of(suite: Suite) -> dict[str, str]:
    """Every fact that can be told of a row of the feed."""
    return {**common_facts(get_feed(suite.feed)), **suite.facts}


def checks_of(suite: Suite, as_of: date) -> list[Check]:
    """Every expectation of the feed: those of any feed, then its own."""
    return [*common_checks(suite, as_of), *suite.checks(as_of)]


def preparation() -> list[str]:
    """Statements that make `known_person`, `known_residence` and `known_death` from the accepted rows of all feeds."""
    people = "\nunion all by name\n".join(_persons_of(all_feeds().values()))
    return [
        f"create or replace temporary table known_person as\n{people}",
        "create or replace temporary table known_residence as\n"
        "select id_number, town from known_person where town is not null group by id_number, town\n"
        "qualify row_number() over (partition by id_number order by count(*) desc, town) = 1",
        "create or replace temporary table known_death as\n"
        "select id_number, min(died_on) as died_on from staging.stg_civil_affairs__cremation\n"
        "where disposition = 'accepted' and id_number is not null group by id_number",
    ]


def nothing_known() -> list[str]:
    """Statements that make the same tables empty: for a feed that is looked at by itself."""
    return [
        "create or replace temporary table known_person (feed varchar, id_number varchar, name varchar, town varchar)",
        "create or replace temporary table known_residence (id_number varchar, town varchar)",
        "create or replace temporary table known_death (id_number varchar, died_on date)",
    ]


def _persons_of(feeds: Iterable[Feed]) -> Iterator[str]:
    for feed in feeds:
        if not {"name", "id_number"} <= set(feed.by_name):
            continue
        town = "town" if "town" in feed.by_name else "cast(null as varchar)"
        yield (
            f"select distinct '{feed.name}' as feed, id_number, name, {town} as town "
            f"from staging.{feed.staging_model} where disposition = 'accepted' and id_number is not null"
        )


def row_query(suite: Suite, as_of: date, checks: Iterable[Check]) -> str:
    """`row_id` and every column and fact that the expectations on rows among `checks` look at."""
    feed, facts = get_feed(suite.feed), facts_of(suite)
    stated = [check for check in checks if check.grain == "row"]
    asked = {str(check.arguments[key]) for check in stated for key in ("column", "column_A", "column_B")
             if key in check.arguments}  # fmt: skip
    columns = sorted(asked - {"row_id"} - set(facts))
    told = [f"{facts[name]} as {name}" for name in sorted(asked & set(facts))]
    selected = ",\n    ".join(["item.row_id", *(f"item.{name}" for name in columns), *told])
    return (
        f"with item as (\n    select * from staging.{feed.staging_model} where disposition = 'accepted'\n),\n\n"
        f"elsewhere as (\n    select id_number, list(distinct name) as names from known_person\n"
        f"    where feed != '{feed.name}' and name is not null group by id_number\n)\n\n"
        f"select\n    {selected}\nfrom item\n"
        "left join elsewhere on item.id_number = elsewhere.id_number\n"
        "left join known_death as dead on item.id_number = dead.id_number\n"
        "order by item.row_id"
    ).replace("$as_of", f"date '{as_of.isoformat()}'")


def town_query(suite: Suite) -> str | None:
    """One row per town: `row_id` (its name), the filled share of the suite's columns, and how well a register of the
    county covers its assisted persons. None where the suite has no expectation on towns."""
    feed = get_feed(suite.feed)
    if not suite.by_town and not feed.economic:
        return None
    town = "coalesce(item.town, residence.town)" if "town" in feed.by_name else "residence.town"
    shares = "".join(
        f",\n        avg(cast(item.{column} is not null as integer)) as {column}_share" for column in suite.by_town
    )
    assisted = ", ".join(f"'{name}'" for name in ASSISTED)
    return f"""with item as (
    select * from staging.{feed.staging_model} where disposition = 'accepted'
),

numbered as (
    select distinct id_number from item where id_number is not null
),

shares as (
    select
        {_TOWN.format(town)} as town_key,
        max({town}) as town,
        count(*) as row_count{shares}
    from item
    left join known_residence as residence on item.id_number = residence.id_number
    where {town} is not null
    group by town_key
    having count(*) >= {FEWEST_ROWS}
),

assisted as (
    select
        {_TOWN.format("town")} as town_key,
        max(town) as town,
        count(distinct id_number) as persons,
        count(distinct id_number) filter (where id_number in (from numbered)) as met
    from known_person
    where feed in ({assisted}) and town is not null
    group by town_key
),

covered as (
    select
        town_key,
        town,
        persons * sum(met) over () / nullif(sum(persons) over (), 0) as expected,
        met
    from assisted
)

select
    coalesce(shares.town, covered.town) as row_id,
    case when covered.expected >= {FEWEST_EXPECTED} then covered.met / covered.expected end as coverage,
    shares.* exclude (town_key, town)
from shares
full join covered on shares.town_key = covered.town_key
order by row_id"""
