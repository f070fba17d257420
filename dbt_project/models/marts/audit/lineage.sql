with used_row as (
    {% for extract in ['finding', 'further_finding'] %}
        select distinct
            '{{ extract }}' as extract,
            finding_id as key,
            unnest(evidence_row_ids) as row_id,
            'finding:' || code as step
        from {{ ref(extract) }}

        union all
    {% endfor %}

    select distinct
        'verified_household' as extract,
        household_id as key,
        row_id,
        'household:' || step as step
    from {{ ref('int_unit__evidenced') }}

    union all

    select distinct
        'person' as extract,
        person_id as key,
        row_id,
        'link:' || link_method as step
    from {{ source('matched', 'person_link') }}
)

select
    used_row.extract,
    used_row.key,
    used_row.row_id,
    delivered.feed,
    delivered.delivery,
    delivered.file,
    delivered.sheet,
    delivered.row_number::bigint as row_number,
    delivered_file.sha256 as file_sha256,
    delivered.row_sha256,
    used_row.step
from used_row
inner join {{ ref('int_row__delivered') }} as delivered on used_row.row_id = delivered.row_id
inner join {{ source('raw', 'delivered_file') }} as delivered_file
    on
        delivered.feed = delivered_file.feed
        and delivered.delivery = delivered_file.delivery
        and delivered.file = delivered_file.file
        and delivered_file.in_force  -- not the contents that a corrected file of the same name has replaced
