"""Reads single values as offices write them: names, ID numbers, dates, amounts, places, codes, phones, accounts.

Every reader takes a polars series of delivered text and returns a frame with one row per value: `value` (typed, null
when it cannot be used) and `problem` (why not, null when there is nothing to say); ID numbers have `status` instead.
Readers never raise on data and never guess. Not here: headers, files, contracts (code lists come in as arguments),
matching.
"""

from pipelines.cleaning.amounts import (
    read_amounts,
    read_counts,
    read_declared_amounts,
    read_declared_counts,
    read_declared_signed_amounts,
    read_numbers,
    read_signed_amounts,
)
from pipelines.cleaning.codes import fold_spelling, read_codes
from pipelines.cleaning.contacts import mask, read_accounts, read_certificates, read_phones
from pipelines.cleaning.dates import read_dates, read_months
from pipelines.cleaning.id_numbers import ID_STATUSES, check_digit, first15, fold_id_text, read_id_numbers, to_15, to_18
from pipelines.cleaning.names import name_key, other_name, read_names, simplified
from pipelines.cleaning.places import place_key, read_groups, read_places
from pipelines.cleaning.texts import read_identifiers, read_texts
from pipelines.cleaning.withdrawals import read_withdrawals

__all__ = [
    "ID_STATUSES",
    "check_digit",
    "first15",
    "fold_id_text",
    "fold_spelling",
    "mask",
    "name_key",
    "other_name",
    "place_key",
    "read_accounts",
    "read_amounts",
    "read_certificates",
    "read_codes",
    "read_counts",
    "read_dates",
    "read_declared_amounts",
    "read_declared_counts",
    "read_declared_signed_amounts",
    "read_groups",
    "read_id_numbers",
    "read_identifiers",
    "read_months",
    "read_names",
    "read_numbers",
    "read_phones",
    "read_places",
    "read_signed_amounts",
    "read_texts",
    "read_withdrawals",
    "simplified",
    "to_15",
    "to_18",
]
