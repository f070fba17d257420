"""H: what people do to the data, and what must not reach the wrong ones."""

# ruff: noqa: E501 - one entry a line where it fits
from __future__ import annotations

from tests.faults.catalogue.fault import (
    CONFLICT,
    FIXED,
    FOUND_OUT,
    NO_EFFECT,
    PROTECTED,
    ROW,
    STOPPED,
    USAGE,
    Fault,
)

LEDGER = "tests/unit/review/test_ledger.py"
MASKS = "tests/unit/publishing/test_masks_and_tokens.py"
NIGHT = "tests/faults/test_disturbed_nights.py"
STATISTICS = "tests/unit/publishing/statistics"
NOTICE = "tests/unit/publishing/notice"
RETURNED = "tests/unit/console/test_worklists.py"
DESK = "复核界面(另行建设)"

PEOPLE = (
    Fault("H01", "两人同时复核同一对", CONFLICT, tests=(f"{LEDGER}::test_of_two_caseworkers_who_decide_the_same_pair_the_second_is_refused",)),
    Fault("H02", "发布之后撤销结论", FIXED, tests=(f"{LEDGER}::test_the_last_verdict_stands_and_undoing_it_brings_back_the_one_before",), note="下次运行生效；台账只增不改。"),
    Fault("H03", "退回的工作清单被改动、排序、删列", ROW, tests=(f"{RETURNED}::test_H03_another_order_of_rows_and_columns_makes_no_difference", f"{RETURNED}::test_H03_a_row_that_is_not_what_was_published_is_told_and_not_recorded", f"{RETURNED}::test_H03_a_workbook_that_is_no_worklist_any_more_is_refused", f"{RETURNED}::test_H03_a_list_saved_as_xls_is_read"), note="`hedui decide worklist`：逐行与已发布的原清单核对；换序、增列无碍，编号与姓名等对不上的行不登记并写明；缺了结论或编号列的整份退回(退出状态 2)。"),
    Fault("H04", "同一清单上传两次", NO_EFFECT, tests=(f"{RETURNED}::test_H04_the_same_list_twice_changes_nothing",)),
    Fault("H05", "姓名等以公式开头，在表格软件中打开导出", PROTECTED, tests=("tests/unit/publishing/test_worklists.py::test_libreoffice_opens_a_workbook_and_finds_no_formula",)),
    Fault("H06", "参数里的路径穿越", USAGE, tests=(f"{NIGHT}::test_H06_a_path_in_place_of_an_identifier_reads_no_file",), missing=DESK),
    Fault("H07", "姓名或理由中的网页代码", PROTECTED, tests=("tests/unit/publishing/test_report.py::test_everything_is_escaped",), missing=DESK),
    Fault("H08", "跨站请求、会话固定、暴力破解", USAGE, missing=DESK),
    Fault("H09", "越权查看其他乡镇", USAGE, missing=DESK),
    Fault("H10", "审计员作结论、管理员改审计", USAGE, missing=DESK),
    Fault("H11", "审计记录被改、删、换序、截断", FOUND_OUT, "DECISION_CHAIN", tests=(f"{LEDGER}::test_an_edit_or_deletion_is_found", f"{LEDGER}::test_a_log_that_was_cut_off_is_found_by_the_head_noted_earlier", "tests/unit/audit/test_verification.py::test_a_decision_log_that_was_cut_behind_the_noted_head_is_found")),
    Fault("H12", "日志、运行记录、临时文件中的个人信息", PROTECTED, tests=(f"{NIGHT}::test_H12_no_log_and_no_record_of_a_run_holds_a_number",)),
    Fault("H13", "公布的小数目可以反推个人", PROTECTED, tests=(f"{STATISTICS}/test_publication.py::test_a_small_figure_is_hidden_with_its_sum_and_cannot_be_subtracted", f"{STATISTICS}/test_suppression.py::test_every_small_figure_up_to_the_smallest_shown_stays_possible", f"{STATISTICS}/test_publication.py::test_a_figure_that_changed_by_few_households_is_not_shown_again"), note="`hedui report publication`：小数目连同能推出它的合计一并隐去，与上次公布相减也推不出。"),
    Fault("H14", "由掩码推断号码", PROTECTED, tests=(f"{MASKS}::test_more_than_a_thousand_numbers_fit_the_mask",)),
    Fault("H15", "公示名单含未成年人、残疾、完整账号", STOPPED, tests=("tests/unit/console/test_notice.py::test_H15_what_may_not_be_public_stops_the_command_and_writes_nothing", f"{NOTICE}/test_guard.py::test_a_wrong_row_of_the_policy_is_found_in_the_finished_workbook", f"{NOTICE}/test_guard.py::test_a_minor_whom_a_wrong_rule_lists_is_found", f"{NOTICE}/test_guard.py::test_a_number_in_the_name_of_a_village_is_found_and_not_repeated", f"{NOTICE}/test_posting.py::test_a_minor_is_on_no_notice_and_the_office_is_told_who_is_left_out"), note="`hedui report notice`：公示哪些人、写哪些内容由政策表定；写好的名单再逐格检查一遍，含上述内容的一份也不写出(退出状态 5)。"),
    Fault("H16", "过期数据未清除", FIXED, tests=("tests/integration/test_purge.py::test_after_the_purge_no_file_holds_the_person_and_what_is_left_verifies", "tests/faults/test_purge_killed.py::test_kill_9_in_the_middle_is_completed_by_the_next_purge"), note="保存期限是设置；由 `hedui purge` 执行。"),
    Fault("H17", "本人要求更正或删除", FIXED, tests=("tests/faults/test_deliveries.py::test_H17_what_a_person_asks_to_correct_or_to_delete_is_so_everywhere_after_the_walk", "tests/integration/test_purge.py::test_after_the_purge_no_file_holds_the_person_and_what_is_left_verifies"), note="由报送单位重新报送，再撤回并清除旧报送；步骤见 guides/rights.md。"),
    Fault("H18", "用搜索框逐个试身份证号", USAGE, missing=DESK),
    Fault("H19", "依赖有已知漏洞或未锁定版本", STOPPED, tests=("tests/faults/test_catalogue_is_whole.py::test_every_dependency_is_pinned_to_one_version", "tests/faults/test_catalogue_is_whole.py::test_what_comes_along_with_a_dependency_is_pinned_and_installed_as_pinned", "tests/faults/test_dependencies.py::test_H19_a_dependency_with_a_known_vulnerability_fails_the_audit", "tests/faults/test_dependencies.py::test_H19_an_audit_that_reaches_nobody_has_failed", "tests/faults/test_dependencies.py::test_H19_the_bill_of_materials_names_every_pinned_part"), note="`make audit` 有已知漏洞即不通过，`make sbom` 出物料清单。前者需联网，新漏洞随时会公布，所以不随代码检查运行，而在升级前和每周运行。"),
    Fault("H20", "代码库或日志中的密钥", STOPPED, tests=("tests/architecture/test_house.py::test_no_secret_is_in_the_repository", f"{NIGHT}::test_H20_the_key_of_the_county_lies_nowhere_but_in_its_file"), note="代码库中出现密钥、令牌、口令即不通过；本县密钥只在 keys/ 中。"),
)  # fmt: skip
