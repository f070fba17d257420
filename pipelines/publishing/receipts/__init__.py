"""Receipts: what a department gets back for a delivery, as a workbook and as a page to print.

A receipt says how every file was understood, which rows and cells were held back and how to correct them, and what the
delivery changed. It goes to the office that sent the delivery, so it names files, rows and columns; ID, account and
telephone numbers are masked all the same, since paper travels further than files. What does not belong here: reading
files and comparing deliveries (intake), judging values (staging).
"""

from pipelines.publishing.receipts.judged import Judged, read_judged
from pipelines.publishing.receipts.reading import Receipt, read_receipt, read_receipts
from pipelines.publishing.receipts.writing import WHERE_ROWS_WENT, facts, write_receipts

__all__ = [
    "WHERE_ROWS_WENT",
    "Judged",
    "Receipt",
    "facts",
    "read_judged",
    "read_receipt",
    "read_receipts",
    "write_receipts",
]
