-- What the living members own, counted once per thing, and the part of it that rests on certain identities alone.
-- A thing registered twice is certain when one of its rows is; it is unreadable when none of them could be judged.
with

things as (
    select
        household_id,
        feed,
        item_key,
        max(amount) as amount,
        bool_or(is_counted) as is_counted,
        bool_or(is_counted and is_certain) as is_certain
    from {{ ref('int_asset__itemised') }}
    where is_counted or is_unreadable
    group by household_id, feed, item_key
)

select
    declared.household_id,
    {% for feed, name in {'vehicle': 'vehicle', 'real_estate': 'home', 'business': 'company'}.items() %}
        count(*) filter (where things.feed = '{{ feed }}' and things.is_counted) as {{ name }}_count,
        count(*) filter (where things.feed = '{{ feed }}' and things.is_certain) as certain_{{ name }}_count,
        count(*) filter (where things.feed = '{{ feed }}' and not things.is_counted) as unreadable_{{ name }}_count,
    {% endfor %}
    cast(coalesce(sum(things.amount) filter (where things.feed = 'deposit'), 0) as decimal(14, 2)) as financial_assets,
    cast(
        coalesce(sum(things.amount) filter (where things.feed = 'deposit' and things.is_certain), 0) as decimal(14, 2)
    ) as certain_financial_assets
from {{ ref('int_unit__declared') }} as declared
left join things on declared.household_id = things.household_id
where declared.is_authorised
group by declared.household_id
