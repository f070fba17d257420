-- All findings of the business date, with their evidence, severity and what caseworkers have said of them before.
{% set codes = [
    'deceased_recipient', 'payment_after_death', 'duplicate_enrolment', 'exclusive_programmes',
    'payment_without_entitlement', 'payment_amount_mismatch', 'shared_account', 'undeclared_spouse', 'adopted_orphan',
    'age_mismatch', 'undeclared_fishing_compensation', 'income_over_limit', 'vehicle_owned', 'property_over_limit',
    'deposit_over_limit', 'business_interest', 'identity_conflict', 'uncovered_hardship', 'member_gap',
    'unauthorised_check'
] %}
{{ judged_findings(codes, 'int_finding__', 'finding_rule') }}
