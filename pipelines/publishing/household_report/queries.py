"""The queries of a household report, each on the households registered as `wanted`."""

from __future__ import annotations

#: The members of the wanted households.
_MEMBERS = """
with members as (
    select distinct household_id, person_id
    from intermediate.int_unit__membered
    semi join wanted using (household_id)
    where is_member
)
"""

#: Rows of a dated policy seed in force on the business date of the release.
IN_FORCE = """
select policy.*
from policy.{seed} as policy
cross join raw.run_context as run
where run.as_of >= policy.valid_from and (policy.valid_to is null or run.as_of <= policy.valid_to)
"""

TOWNS = """
select household_id, nullif(trim(town), '') as town
from marts.verified_household
order by household_id
"""

UNITS_OF_PERSON = """
select distinct household_id
from intermediate.int_unit__membered
where person_id = ?
order by household_id
"""

#: Each household with its place among all of the release.
HOUSEHOLDS = """
select household.*
from (
    select *, row_number() over (order by household_id) as number
    from marts.verified_household
) as household
semi join wanted using (household_id)
"""

#: Findings of the unit itself, and of its members where a finding is about persons or about another kind of household.
FINDINGS = (
    _MEMBERS
    + """,

concerned as (
    select wanted.household_id, finding.finding_id
    from wanted
    inner join marts.{table} as finding
        on wanted.household_id = finding.household_feed || ':' || finding.household_case

    union

    select members.household_id, persons.finding_id
    from (
        select finding_id, unnest(person_ids) as person_id
        from marts.{table}
        where household_feed is null or household_feed not in ('dibao', 'application', 'tekun')
    ) as persons
    inner join members on persons.person_id = members.person_id
)

select
    concerned.household_id,
    finding.finding_id,
    finding.code,
    finding.severity,
    finding.title,
    finding.certain,
    finding.person_ids,
    finding.match_probability,
    finding.amount,
    finding.message,
    finding.first_seen_as_of,
    finding.state,
    finding.state_reason,
    finding.evidence_row_ids
from concerned
inner join marts.{table} as finding on concerned.finding_id = finding.finding_id
order by concerned.household_id, finding.code, finding.finding_id
"""
)

#: What a dossier holds of one household, one query each.
OF_HOUSEHOLD = {
    "units": """
select
    declared.*,
    labelled.head_name as label_head_name,
    standardised.is_income_verified,
    coalesce(income.is_wage_verified, false) as is_wage_verified,
    coalesce(income.is_transfer_verified, false) as is_transfer_verified,
    programmes.title as unit_title,
    programmes.case_title,
    programmes.standard_programme
from intermediate.int_unit__declared as declared
semi join wanted using (household_id)
inner join intermediate.int_unit__labelled as labelled on declared.household_id = labelled.household_id
inner join intermediate.int_unit__standardised as standardised on declared.household_id = standardised.household_id
left join intermediate.int_income__verified as income on declared.household_id = income.household_id
cross join raw.run_context as run
left join policy.unit_programme as programmes
    on declared.case_feed = programmes.case_feed
    and run.as_of >= programmes.valid_from
    and (programmes.valid_to is null or run.as_of <= programmes.valid_to)
""",
    # One row per person: of several rows of one person the certain one speaks.
    "members": """
select
    membered.household_id,
    membered.person_id,
    coalesce(membered.name, person.name) as name,
    membered.relation_to_head,
    membered.is_head,
    membered.is_member,
    membered.has_unreadable_status,
    membered.is_certain,
    membered.match_probability,
    membered.died_on,
    membered.is_death_certain,
    link.link_method,
    link.id_number_status,
    person.id_number,
    person.source_row_count,
    person.source_feed_count,
    count(*) over (partition by membered.household_id, membered.person_id) as row_count
from intermediate.int_unit__membered as membered
semi join wanted using (household_id)
left join intermediate.int_row__linked as link on membered.row_id = link.row_id and link.role = 'self'
left join marts.person as person on membered.person_id = person.person_id
qualify row_number() over (
    partition by membered.household_id, membered.person_id
    order by membered.is_member desc, membered.is_certain desc, membered.match_probability desc, membered.row_id
) = 1
order by
    membered.household_id, membered.is_member desc, membered.is_head desc, membered.died_on is not null,
    length(membered.row_id), membered.row_id
""",
    "answers": """
select *
from intermediate.int_unit__answered
semi join wanted using (household_id)
order by household_id, feed
""",
    "incomes": """
select *
from intermediate.int_income__itemised
semi join wanted using (household_id)
order by household_id, income_source, name, period, row_id
""",
    "assets": """
select *
from intermediate.int_asset__itemised
semi join wanted using (household_id)
order by household_id, feed, name, item, row_id
""",
    "enrolments": _MEMBERS
    + """
select
    members.household_id,
    enrolment.programme,
    enrolment.name,
    enrolment.case_number,
    enrolment.status,
    enrolment.monthly_amount,
    enrolment.start_month,
    enrolment.is_certain,
    enrolment.match_probability
from members
inner join intermediate.int_enrolment__activated as enrolment
    on members.person_id = enrolment.person_id and enrolment.is_active
where members.household_id is distinct from enrolment.programme || ':' || enrolment.case_number
order by members.household_id, enrolment.programme, enrolment.name, enrolment.row_id
""",
    "other_units": _MEMBERS
    + """
select distinct
    members.household_id,
    other.case_feed,
    other.case_number
from members
inner join intermediate.int_unit__membered as other
    on members.person_id = other.person_id and members.household_id != other.household_id and other.is_member
order by members.household_id, other.case_feed, other.case_number
""",
    "mentions": _MEMBERS
    + """
select
    members.household_id,
    link.feed,
    count(distinct link.row_id) as row_count
from members
inner join intermediate.int_row__linked as link on members.person_id = link.person_id and link.disposition = 'accepted'
group by members.household_id, link.feed
""",
    "doubts": """
select household_id, sentence
from intermediate.int_unit__doubted
semi join wanted using (household_id)
order by household_id, place
""",
    "unused": """
select
    membered.household_id,
    quarantine.message,
    quarantine.file,
    quarantine.sheet,
    quarantine.row_number
from intermediate.int_unit__membered as membered
semi join wanted using (household_id)
inner join marts.quarantine as quarantine on membered.row_id = quarantine.row_id
order by membered.household_id, length(quarantine.row_id), quarantine.row_id, quarantine.column_name
""",
    "open_pairs": _MEMBERS
    + """
select
    members.household_id,
    count(distinct pair.pair_id) as pairs
from members
inner join marts.duplicate_candidate as pair
    on (members.person_id = pair.person_id_l or members.person_id = pair.person_id_r) and pair.state = 'open'
group by members.household_id
""",
}
