-- One 18-digit ID number is used for two persons who cannot be the same: different name beyond spelling, and another
-- sex or birth date on record. Matching says whose number it is; the rows in which somebody else uses it are judged
-- here. Columns of a head or guardian are references to a person, not entries of one, and start no conflict.
with

uses as (
    select
        linked.person_id,
        linked.row_id,
        linked.role,
        linked.match_probability,
        mentioned.id_number,
        mentioned.name,
        mentioned.sex,
        mentioned.birth_date,
        mentioned.town,
        mentioned.village,
        own.person_id as owner_id
    from {{ ref('int_row__linked') }} as linked
    inner join {{ ref('int_person__mentioned') }} as mentioned on linked.mention_id = mentioned.mention_id
    inner join {{ source('matched', 'person_id_number') }} as own on mentioned.id_number = own.id_number
    where linked.role not in ('head', 'guardian') and linked.disposition = 'accepted'
),

conflicts as (
    select
        foreign_use.owner_id,
        foreign_use.person_id as user_id,
        foreign_use.row_id,
        '身份证号' || left(foreign_use.id_number, 6) || '********' || right(foreign_use.id_number, 4) || '登记在'
        || owner.name || '名下，却被用于' || foreign_use.name as use_sentence,
        coalesce(foreign_use.town, owner.town) as town,
        coalesce(foreign_use.village, owner.village) as village,
        coalesce(foreign_use.sex != owner.sex, false)
        or coalesce(foreign_use.birth_date != owner.birth_date, false) as is_on_row,
        foreign_use.match_probability
    from uses as foreign_use
    inner join {{ ref('int_person__profiled') }} as owner on foreign_use.owner_id = owner.person_id
    inner join {{ ref('int_person__profiled') }} as other on foreign_use.person_id = other.person_id
    where
        foreign_use.person_id != foreign_use.owner_id
        and {{ shared_character_share('foreign_use.name', 'owner.name') }} < 0.6
        and (
            foreign_use.sex != owner.sex
            or foreign_use.birth_date != owner.birth_date
            or (other.has_own_id_number and (other.sex != owner.sex or other.birth_date != owner.birth_date))
        )
),

owner_rows as (
    select
        person_id,
        row_id
    from uses
    where person_id = owner_id
    qualify row_number() over (partition by person_id order by role != 'self', row_id) <= 3
),

-- Two persons may each use the other's number: that is one conflict of the two.
finding as (
    select
        list_sort([conflicts.owner_id, conflicts.user_id]) as person_ids,
        {{ evidence('[conflicts.row_id, owner_rows.row_id]') }} as evidence_row_ids,
        bool_or(conflicts.is_on_row) as certain,
        max(case when conflicts.is_on_row then 1.0 else conflicts.match_probability end) as match_probability,
        null as amount,
        json_object('rows', count(distinct conflicts.row_id)) as parameters,
        string_agg(distinct conflicts.use_sentence, '；' order by conflicts.use_sentence)
        || '（共' || count(distinct conflicts.row_id) || '条记录）。两人姓名不同，性别或出生日期也不同，不可能是同一人。'
        || '请向报送部门核实号码并更正，更正前不以该号码认定另一人的任何情况。' as message,
        max(conflicts.town) as town,
        max(conflicts.village) as village
    from conflicts
    left join owner_rows on conflicts.owner_id = owner_rows.person_id
    group by list_sort([conflicts.owner_id, conflicts.user_id])
)

{{ finding_of_persons('identity_conflict', meanwhile='核实后再更正数据') }}
