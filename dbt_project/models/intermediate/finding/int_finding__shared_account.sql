-- One bank account receives payments for persons of two or more different households: at least two of its payees, by
-- different names, have no household bond. A payee without a usable ID number whose name stands in the other's
-- household is taken for that member.
with

payees as (
    select
        account_number,
        person_id,
        arg_max(name, (is_certain, paid_month, row_id)) as name,
        list(row_id) as row_ids,
        bool_or(is_certain) as is_certain,
        max(match_probability) as match_probability,
        sum(amount) as amount,
        max(town) as town,
        max(village) as village
    from {{ ref('int_payment__programmed') }}
    where account_number is not null
    group by account_number, person_id
),

shared as (
    select payees.*
    from payees
    qualify count(*) over (partition by account_number) > 1
),

household_names as (
    select distinct
        shared.person_id,
        profile.name
    from shared
    inner join {{ ref('int_person__bonded') }} as bond on shared.person_id = bond.person_id
    inner join {{ ref('int_person__bonded') }} as other_bond on bond.bond = other_bond.bond
    inner join {{ ref('int_person__profiled') }} as profile on other_bond.person_id = profile.person_id
),

strangers as (
    select
        one.account_number,
        one.person_id as one_id,
        other.person_id as other_id,
        one.is_certain and other.is_certain as is_certain,
        least(one.match_probability, other.match_probability) as match_probability
    from shared as one
    inner join shared as other
        on one.account_number = other.account_number and one.person_id < other.person_id and one.name != other.name
    where not exists (
        select 1
        from {{ ref('int_person__bonded') }} as one_bond
        inner join {{ ref('int_person__bonded') }} as other_bond on one_bond.bond = other_bond.bond
        where one_bond.person_id = one.person_id and other_bond.person_id = other.person_id
    )
    and not exists (
        select 1
        from household_names
        where
            (household_names.person_id = one.person_id and household_names.name = other.name and not other.is_certain)
            or (household_names.person_id = other.person_id and household_names.name = one.name and not one.is_certain)
    )
),

accounts as (
    select
        account_number,
        bool_or(is_certain) as certain,
        max(match_probability) as match_probability,
        list_sort(list_distinct(flatten(list([one_id, other_id])))) as person_ids
    from strangers
    group by account_number
),

finding as (
    select
        accounts.person_ids,
        {{ evidence('payees.row_ids') }} as evidence_row_ids,
        bool_or(accounts.certain) as certain,
        max(accounts.match_probability) as match_probability,
        sum(payees.amount) as amount,
        json_object(
            'accounts', count(distinct accounts.account_number), 'persons', len(accounts.person_ids)
        ) as parameters,
        '尾号' || string_agg(distinct right(accounts.account_number, 4), '、' order by right(accounts.account_number, 4))
        || '的银行账户同时领取' || string_agg(distinct payees.name, '、' order by payees.name)
        || '的补贴共' || {{ yuan('sum(payees.amount)') }} || '，而他们不在同一家庭。请核实账户由谁持有、是否代领，无委托手续的更正账户。' as message,
        max(payees.town) as town,
        max(payees.village) as village
    from accounts
    inner join payees
        on accounts.account_number = payees.account_number and list_contains(accounts.person_ids, payees.person_id)
    group by accounts.person_ids
)

{{ finding_of_persons('shared_account') }}
