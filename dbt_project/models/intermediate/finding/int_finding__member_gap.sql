-- A dibao member's 配偶 or minor 子女, by the poverty household's roll, who is alive and not declared in the dibao case.
-- 与户主关系 is told from the household's head: the spouse is the head's, the children the head's and the spouse's. So
-- the dibao member must be the head, or for children the head or the spouse: a covered son's case lacks no mother.
with

limits as ({{ in_force('age_limit') }}),

members as (
    select
        poverty.case_number,
        poverty.row_id,
        poverty.name,
        linked.person_id,
        linked.owns_id_number as is_certain,
        linked.match_probability,
        relation.relation_class
    from {{ ref('stg_rural_revitalisation__poverty_household') }} as poverty
    inner join {{ ref('int_row__linked') }} as linked on poverty.row_id = linked.row_id and linked.role = 'self'
    left join {{ ref('relation_class') }} as relation
        on {{ bare_relation('poverty.relation_to_head') }} = relation.relation
    where poverty.disposition = 'accepted'
),

heads as (
    select
        members.case_number,
        members.person_id
    from members
    where members.relation_class = 'head'

    union

    select
        poverty.case_number,
        linked.person_id
    from {{ ref('stg_rural_revitalisation__poverty_household') }} as poverty
    inner join {{ ref('int_row__linked') }} as linked on poverty.row_id = linked.row_id and linked.role = 'head'
    where poverty.disposition = 'accepted'
),

kin as (
    select
        relative.case_number as poverty_case,
        relative.row_id,
        relative.person_id,
        relative.name,
        relative.is_certain,
        relative.match_probability,
        relative.relation_class,
        parent_or_spouse.row_id as anchor_row_id,
        parent_or_spouse.person_id as anchor_id,
        parent_or_spouse.name as anchor_name,
        parent_or_spouse.is_certain as anchor_is_certain,
        parent_or_spouse.match_probability as anchor_probability
    from members as relative
    inner join members as parent_or_spouse
        on relative.case_number = parent_or_spouse.case_number and relative.person_id != parent_or_spouse.person_id
    left join heads
        on parent_or_spouse.case_number = heads.case_number and parent_or_spouse.person_id = heads.person_id
    where
        (relative.relation_class = 'spouse' and heads.person_id is not null)
        or (
            relative.relation_class = 'child'
            and (heads.person_id is not null or parent_or_spouse.relation_class = 'spouse')
        )
),

declared as (
    select
        case_number,
        row_id,
        person_id,
        name,
        is_certain,
        is_member,
        match_probability
    from {{ ref('int_unit__membered') }}
    where case_feed = 'dibao' and is_declared
),

proofs as (
    select
        member.case_number,
        member.row_id as dibao_row_id,
        kin.*,
        profile.town,
        profile.village,
        member.is_certain and kin.is_certain and kin.anchor_is_certain as proof_is_certain,
        least(member.match_probability, kin.match_probability, kin.anchor_probability) as proof_probability
    from kin
    inner join declared as member on kin.anchor_id = member.person_id and member.is_member
    inner join {{ ref('int_person__profiled') }} as profile on kin.person_id = profile.person_id
    left join {{ ref('int_person__died') }} as death on kin.person_id = death.person_id
    cross join {{ source('raw', 'run_context') }} as run
    inner join limits as minority on minority.applies_to = 'minor_child'
    where
        death.person_id is null
        and (
            kin.relation_class = 'spouse'
            or date_sub('year', profile.birth_date, run.as_of) < minority.below_age
        )
        and not exists (
            select 1
            from declared as other
            where
                other.case_number = member.case_number
                and (
                    other.person_id = kin.person_id
                    or (not other.is_certain and other.name = kin.name)
                )
        )
),

gaps as (
    select
        case_number,
        person_id,
        max(name) as name,
        max(anchor_name) as anchor_name,
        max(relation_class) as relation_class,
        max(town) as town,
        max(village) as village,
        flatten(list([row_id, anchor_row_id, dibao_row_id])) as row_ids,
        bool_or(proof_is_certain) as is_certain,
        max(proof_probability) as match_probability
    from proofs
    group by case_number, person_id
),

finding as (
    select
        'dibao' as household_feed,
        case_number as household_case,
        list(person_id order by person_id) as person_ids,
        {{ evidence('row_ids') }} as evidence_row_ids,
        bool_or(is_certain) as certain,
        max(match_probability) as match_probability,
        null as amount,
        json_object('missing_members', count(*)) as parameters,
        coalesce(max(town), '') || coalesce(max(village), '') || '低保证' || case_number || '的成员'
        || string_agg(
            anchor_name || '在脱贫（监测）户名册中有' || case relation_class when 'spouse' then '配偶' else '未成年子女' end || name,
            '，' order by person_id
        )
        || '，但未登记在该低保家庭中。请核实是否共同生活：是的补登为家庭成员并重新核算，不是的更正脱贫（监测）户名册。' as message,
        max(town) as town,
        max(village) as village
    from gaps
    group by case_number
)

{{ finding_of_household('member_gap') }}
