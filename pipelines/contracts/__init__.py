"""What each feed is: columns, headers as delivered, types, code lists, keys, freshness, person roles.

The contracts are data (`feeds/*.yaml`, `blocks.yaml`, `codes.yaml`, `headers.yaml`,
`withdrawals.yaml`); this package only
loads and checks them. Adding a feed, a header or a spelling is a change of data. What does not belong here: reading
deliveries (intake), cleaning values (cleaning), policy limits (dbt_project/seeds).
"""

from pipelines.contracts.loader import (
    ADDRESS_COLUMNS,
    Column,
    ContractError,
    Feed,
    HeaderWords,
    Mention,
    all_feeds,
    code_lists,
    contract_digest,
    get_feed,
    header_words,
    withdrawals,
)

__all__ = [
    "ADDRESS_COLUMNS",
    "Column",
    "ContractError",
    "Feed",
    "HeaderWords",
    "Mention",
    "all_feeds",
    "code_lists",
    "contract_digest",
    "get_feed",
    "header_words",
    "withdrawals",
]
