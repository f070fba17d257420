-- A unit is one dibao case, one application or one tekun case. A row whose case number is missing joins the one case of
-- the same feed that has the same valid head number; where there is none or several it forms a unit of its own, so that
-- nobody is lost from the verification. A case all of whose rows are 停保 has ended and is no unit any more.
with

{% set declared_amounts = [
    'declared_income_per_capita', 'declared_wage_income', 'declared_business_income',
    'declared_property_income', 'declared_transfer_income',
] %}

rows_of_units as (
    select
        'dibao' as case_feed,
        row_id,
        case_number as delivered_case_number,
        name,
        id_number,
        head_name,
        head_id_number,
        relation_to_head,
        status,
        status in ('在保', '渐退') as is_member,
        area_type,
        'dibao' as programme,
        cast(null as date) as applied_on,
        cast(null as date) as authorised_on,
        covered_count,
        {{ declared_amounts | join(', ') }},
        cast(null as bigint) as declared_vehicles,
        cast(null as bigint) as declared_properties,
        cast(null as decimal(14, 2)) as declared_deposit,
        town,
        village,
        problems
    from {{ ref('stg_civil_affairs__dibao') }}
    where disposition = 'accepted'

    union all

    select
        'application' as case_feed,
        row_id,
        case_number as delivered_case_number,
        name,
        id_number,
        head_name,
        head_id_number,
        relation_to_head,
        cast(null as varchar) as status,
        true as is_member,
        area_type,
        programme,
        applied_on,
        authorised_on,
        cast(null as bigint) as covered_count,
        {{ declared_amounts | join(', ') }},
        declared_vehicles,
        declared_properties,
        declared_deposit,
        town,
        village,
        problems
    from {{ ref('stg_civil_affairs__application') }}
    where disposition = 'accepted'

    union all

    select
        'tekun' as case_feed,
        row_id,
        case_number as delivered_case_number,
        name,
        id_number,
        name as head_name,
        id_number as head_id_number,
        '户主' as relation_to_head,
        status,
        status in ('在保', '渐退') as is_member,
        cast(null as varchar) as area_type,
        'tekun' as programme,
        cast(null as date) as applied_on,
        cast(null as date) as authorised_on,
        cast(null as bigint) as covered_count,
        {% for amount in declared_amounts %}
            cast(null as decimal(14, 2)) as {{ amount }},
        {% endfor %}
        cast(null as bigint) as declared_vehicles,
        cast(null as bigint) as declared_properties,
        cast(null as decimal(14, 2)) as declared_deposit,
        town,
        village,
        problems
    from {{ ref('stg_civil_affairs__tekun') }}
    where disposition = 'accepted'
),

cases_of_heads as (
    select
        case_feed,
        head_id_number,
        min(delivered_case_number) as case_number
    from rows_of_units
    where delivered_case_number is not null and head_id_number is not null
    group by case_feed, head_id_number
    having count(distinct delivered_case_number) = 1
),

cased as (
    select
        rows_of_units.*,
        relations.relation_class,
        coalesce(rows_of_units.delivered_case_number, cases_of_heads.case_number, '无证号 ' || rows_of_units.row_id)
            as case_number
    from rows_of_units
    left join cases_of_heads
        on
            rows_of_units.case_feed = cases_of_heads.case_feed
            and rows_of_units.head_id_number = cases_of_heads.head_id_number
    left join {{ ref('relation_class') }} as relations
        on {{ bare_relation('rows_of_units.relation_to_head') }} = relations.relation
)

select
    case_feed,
    case_number,
    case_feed || ':' || case_number as household_id,
    row_id,
    name,
    id_number,
    head_name,
    head_id_number,
    relation_to_head,
    coalesce(id_number = head_id_number, false) or coalesce(relation_class = 'head', false) as is_head,
    status,
    coalesce(is_member, false) as is_member,
    case_feed != 'application' and status is null as has_unreadable_status,
    area_type,
    programme,
    applied_on,
    authorised_on,
    covered_count,
    {{ declared_amounts | join(', ') }},
    declared_vehicles,
    declared_properties,
    declared_deposit,
    town,
    village,
    problems
from cased
qualify bool_or(case_feed = 'application' or status is distinct from '停保') over (partition by case_feed, case_number)
