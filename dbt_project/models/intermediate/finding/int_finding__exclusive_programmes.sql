-- One person is active in two programmes that the exclusion matrix in force marks.
with

exclusions as ({{ in_force('programme_exclusion') }}),

proofs as (
    select
        one.person_id,
        one.row_id as one_row_id,
        other.row_id as other_row_id,
        one_programme.title || '与' || other_programme.title as pair_title,
        least(one.monthly_amount, other.monthly_amount) as amount,
        one.is_certain and other.is_certain as is_certain,
        least(one.match_probability, other.match_probability) as match_probability,
        exclusions.source
    from exclusions
    inner join {{ ref('int_enrolment__activated') }} as one
        on exclusions.programme = one.programme and one.is_active
    inner join {{ ref('int_enrolment__activated') }} as other
        on
            exclusions.excluded_programme = other.programme
            and one.person_id = other.person_id
            and other.is_active
    inner join {{ ref('programme') }} as one_programme on one.programme = one_programme.programme
    inner join {{ ref('programme') }} as other_programme on other.programme = other_programme.programme
),

finding as (
    select
        person_id,
        {{ evidence('[one_row_id, other_row_id]') }} as evidence_row_ids,
        bool_or(is_certain) as certain,
        max(match_probability) as match_probability,
        max(amount) as amount,
        json_object('exclusions', list(distinct pair_title order by pair_title)) as parameters,
        '同时享受' || string_agg(distinct pair_title, '；' order by pair_title) || '，按政策两者不得同时享受。' as statement,
        '请由本人择一享受，停发另一项，并核算多发金额。' as remedy
    from proofs
    group by person_id
)

{{ finding_of_person('exclusive_programmes') }}
