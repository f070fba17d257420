-- The further findings of the business date, in the columns of `finding`. No outcome rests on them.
{% set codes = [
    'top_up_not_reduced', 'higher_benefit_not_taken', 'review_overdue', 'grace_period_over', 'single_person_household',
    'dead_member_counted', 'vessel_compensated_twice', 'transition_subsidy_overrun', 'disabled_without_benefit',
    'fisher_without_income', 'elderly_without_allowance', 'poverty_mark_missing', 'poverty_mark_unfounded'
] %}
{{ judged_findings(codes, 'int_further_finding__', 'further_finding_rule') }}
