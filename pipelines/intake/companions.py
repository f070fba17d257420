"""What lies beside a good file in its delivery and is no second one: a covering note, the uncorrected version."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from pipelines.intake.delivery import Receipt
from pipelines.intake.messages import plain

#: What a file is called that corrects the one beside it: 花名册（更正）.xlsx, 花名册-最新.xlsx.
_CORRECTED = re.compile(
    r"[\s（(\[【_\-—]*(?:更正|修正|修订|修改|补正|最新|最终|重报|更新)(?:版|件|稿|后|表)?[）)\]】]*$"
)


def leave_out_notes(receipts: list[Receipt]) -> None:
    """A covering note beside a good file is no part of the delivery."""
    if any(receipt.disposition == "accepted" for receipt in receipts):
        for receipt in receipts:
            if receipt.disposition == "rejected" and any(m.code == "COVER_NOTE" for m in receipt.messages):
                receipt.disposition = "ignored"


def prefer_corrections(receipts: list[Receipt]) -> None:
    """Of two good files of one delivery that differ in name by 更正 alone, the corrected one counts."""
    good = {PurePosixPath(r.file).stem: r for r in receipts if r.disposition == "accepted"}
    for stem in list(good):
        plain_stem = _CORRECTED.sub("", stem)
        if plain_stem != stem and (first := good.get(plain_stem)) and first.disposition == "accepted":
            first.disposition = "superseded"
            first.messages = [plain("CORRECTED_BESIDE").in_file(first.file)]
