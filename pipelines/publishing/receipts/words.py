"""The words of a receipt: states, kinds of files, reasons, and one changed cell as a sentence."""

from __future__ import annotations

from pipelines.contracts import Column
from pipelines.publishing.masks import compare_id_numbers, mask_account_number, mask_phone, mask_text

#: State of a delivery -> what it is called, and what it means for the office.
STATES = {
    "in_force": ("已采用", "本次报送已采用。"),
    "held": ("暂缓使用", "本次报送暂缓使用。请按下列原因核对；确认无误的请告知核对中心放行，有误的请更正后重新报送。"),
    "refused": ("不能使用", "本次报送不能使用。请按下列原因更正后重新报送整批文件。"),
    "rejected": ("已退回", "本次报送经人工核对后退回，不使用。请更正后以新的报送日期重新报送。"),
    "withdrawn": ("已撤回", "本次报送已由报送单位撤回，不再使用。"),
    "duplicate": ("重复报送", "本次报送的内容此前已经收到，不重复计入，无需处理。"),
    "purged": ("已清除", "本次报送的内容已按规定清除，不再使用。"),
    "superseded": ("已被替代", "本次报送已被后来的报送替代。"),
}  # fmt: skip
#: Of files that were only tried: the state of what would be used, and what stands before what is said of any state.
TRIED = ("可以采用", "可以采用。")
TRIAL = "这是试收，尚未登记，正式报送后才算数。"
DISPOSITIONS = {
    "accepted": "已采用", "held": "暂缓", "rejected": "不能使用", "superseded": "已被替代", "duplicate": "重复",
    "ignored": "未读取",
}  # fmt: skip
TYPES = {
    "xlsx": "Excel 工作簿",
    "xls": "旧版 Excel 工作簿",
    "csv": "文本表格",
    "parquet": "Parquet 数据文件",
    "zip": "压缩包",
}
ENCODINGS = {
    "utf-8": "UTF-8", "utf-8-sig": "UTF-8（带标记）", "gb18030": "GB18030（含GBK）", "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
}  # fmt: skip

#: Why a column was recognised.
REASONS = {
    "header": "与约定列名一致",
    "synonym": "是约定列名的同义写法",
    "derived": "去掉修饰后与约定列名同义",
    "content": "按列中内容判定",
    "title": "没有该列，取自表题",
    "sheet_name": "没有该列，取自工作表名",
    "assumed": "没有该列，按名册所列都在享受理解",
}
EFFECTS = {"row_held": "本行暂不采用", "value_not_used": "该值不采用，本行其余照用"}
KINDS = {"added": "新增", "changed": "改动", "removed": "减少"}
BASES = {"correction": "与更正前的文件相比", "previous": "与上次采用的报送相比"}


def changed_cell(column: Column | None, name: str, before: str | None, after: str | None) -> str:
    """`发放金额：520 → 560`; of an ID number only which places differ, of accounts and telephones the masked ends."""
    header = column.header if column else name
    kind = column.type if column else "text"
    if kind in ("id_number", "certificate_number"):
        if not (before or "").strip() or not (after or "").strip():
            return f"{header}：{'补填' if (after or '').strip() else '清空'}"
        return f"{header}：{compare_id_numbers(before, after)}"
    mask = {"account_number": mask_account_number, "phone": mask_phone}.get(kind, lambda text: mask_text(text) or "")
    one, other = (mask(text) or "（空）" for text in (before, after))
    return f"{header}：{one} → {other}" if one != other else f"{header}：有改动（{one}）"
