-- An active orphan has an adoption registered before the first day of the month.
with

proofs as (
    select
        orphan.person_id,
        orphan.row_id,
        adoption.row_id as adoption_row_id,
        adoption.registered_on,
        orphan.monthly_amount,
        orphan.is_certain and linked.owns_id_number as is_certain,
        least(orphan.match_probability, linked.match_probability) as match_probability
    from {{ ref('int_enrolment__activated') }} as orphan
    inner join {{ ref('int_row__linked') }} as linked
        on orphan.person_id = linked.person_id and linked.feed = 'adoption' and linked.role = 'child'
    inner join {{ ref('stg_civil_affairs__adoption') }} as adoption on linked.row_id = adoption.row_id
    cross join {{ source('raw', 'run_context') }} as run
    where
        orphan.programme = 'orphan'
        and orphan.is_active
        and adoption.disposition = 'accepted'
        and adoption.registered_on < date_trunc('month', run.as_of)
),

finding as (
    select
        person_id,
        {{ evidence('[row_id, adoption_row_id]') }} as evidence_row_ids,
        bool_or(is_certain) as certain,
        max(match_probability) as match_probability,
        max(monthly_amount) as amount,
        json_object('registered_on', min(registered_on)) as parameters,
        '已于' || strftime(min(registered_on), '%Y年%-m月%-d日') || '办理收养登记，但仍在孤儿和事实无人抚养儿童名册中享受待遇。' as statement,
        '请核实收养情况，从收养登记次月起停发孤儿基本生活费。' as remedy
    from proofs
    group by person_id
)

{{ finding_of_person('adopted_orphan') }}
