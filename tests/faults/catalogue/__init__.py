"""The catalogue of faults: every way in which a delivery, a run or a user can go wrong, and what becomes of it.

One table, three uses: `tests/faults` works through it, `docs/bad-inputs.md` is rendered from it, and a test sees to it
that every entry is shown by a case or by a test that exists. Mutations of files are in `tests/faults/mutations.py`.
"""

from tests.faults.catalogue.deliveries import DELIVERIES
from tests.faults.catalogue.fault import Fault, FileCase, Outcome, ValueCase
from tests.faults.catalogue.files import FILES
from tests.faults.catalogue.people import PEOPLE
from tests.faults.catalogue.processes import PROCESSES
from tests.faults.catalogue.sheets import LAYOUT
from tests.faults.catalogue.texts import TEXTS
from tests.faults.catalogue.values import VALUES

#: Title of a group -> its entries, in the order of the page.
GROUPS: dict[str, tuple[Fault, ...]] = {
    "文件与传输": FILES,
    "编码与文字": TEXTS,
    "表格结构": LAYOUT,
    "值": VALUES,
    "报送": DELIVERIES,
    "运行": PROCESSES,
    "人员、界面与安全": PEOPLE,
}
FAULTS: tuple[Fault, ...] = tuple(fault for group in GROUPS.values() for fault in group)

__all__ = ["FAULTS", "GROUPS", "Fault", "FileCase", "Outcome", "ValueCase"]
