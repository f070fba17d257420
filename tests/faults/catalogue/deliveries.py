"""D: what a delivery means: again, corrected, late, partial, withdrawn."""

from __future__ import annotations

from tests.faults.catalogue.fault import (
    FIXED,
    HELD,
    NO_EFFECT,
    OPEN,
    READ,
    REFUSED,
    WARNED,
    Fault,
)

UNIT = "tests/unit/intake/test_deliveries.py"
PLAUSIBLE = "tests/unit/intake/test_plausibility.py"
LEDGER = "tests/unit/review/test_ledger.py"
MEANING = "tests/faults/test_deliveries.py"

DELIVERIES = (
    Fault("D01", "同一文件报送两次", NO_EFFECT, "ALREADY_RECEIVED", tests=(
        f"{MEANING}::test_D01_the_same_file_again_changes_nothing",
    )),
    Fault("D02", "更正后重新报送", FIXED, "", tests=(
        f"{MEANING}::test_D02_a_correction_takes_the_place_of_what_it_corrects_and_both_are_kept",
        "tests/unit/intake/test_companions.py::test_the_corrected_file_counts_and_the_one_beside_it_does_not",
    ), note="原来的一份仍在存档中；与原件放在同一文件夹、文件名另加“更正”字样的，以更正件为准(CORRECTED_BESIDE)。"),
    Fault("D03", "较早一期在较新一期之后才到", READ, "", tests=(
        f"{MEANING}::test_D03_a_late_delivery_counts_for_its_own_period_only",
    )),
    Fault("D04", "复核之后，其依据的数据被更正", FIXED, "", tests=(
        f"{LEDGER}::test_a_verdict_on_a_pair_lapses_when_a_value_that_it_rested_on_changes",
        "tests/integration/test_rules.py::test_verdict_holds_until_a_value_changes_or_its_term_ends",
    ), note="结论保留在台账中；所依据的值变了，问题重新列出并说明原因。"),
    Fault("D05", "行数是上次的十倍以上", HELD, "FAR_MORE_ROWS", tests=(
        f"{MEANING}::test_D05_D06_a_snapshot_of_implausible_size_is_held_and_the_last_one_stays",
    )),
    Fault("D06", "行数不到上次的一半", HELD, "FAR_FEWER_ROWS", tests=(
        f"{MEANING}::test_D05_D06_a_snapshot_of_implausible_size_is_held_and_the_last_one_stays",
        f"{UNIT}::test_a_snapshot_of_implausible_size_is_held_until_a_person_lets_it_pass",
    ), note="从不当作减少。"),
    Fault("D07", "应报全量却报了增量", HELD, "FAR_FEWER_ROWS", tests=(
        f"{MEANING}::test_D07_an_increment_in_place_of_a_whole_roster_is_held",
    ), note="全量或增量由约定写明，不由报送单位逐次声明；不符时行数相差悬殊，据此暂缓。"),
    Fault("D08", "缺一个乡镇", HELD, "MISSING_TOWN", tests=(
        f"{PLAUSIBLE}::test_a_snapshot_without_a_town_is_held_until_it_is_approved",
    ), note="整份暂缓：一个乡镇用旧数据、其余用新数据，迁居的人会被计两次或漏掉。"),
    Fault("D09", "两个部门的数据日期相差过大", OPEN, "", tests=(
        "tests/integration/test_households.py::test_a_stale_and_a_missing_register_leave_the_household_open_and_are_named",
    ), note="每个数据源有自己的时限；过期的写在家庭结论里。"),
    Fault("D10", "到期没有报送", WARNED, "", tests=(
        "tests/unit/publishing/test_report.py::test_each_feed_is_named_with_its_state",
        "tests/integration/test_households.py::test_a_stale_and_a_missing_register_leave_the_household_open_and_are_named",
    ), note="报告写明每个数据源“数据截至”哪一天。"),
    Fault("D11", "误报或含多余个人信息，要求撤回", FIXED, "DELIVERY_WITHDRAWN", tests=(
        f"{PLAUSIBLE}::test_a_delivery_sent_back_or_taken_back_is_not_used",
        "tests/integration/test_purge.py::test_after_the_purge_no_file_holds_the_person_and_what_is_left_verifies",
        "tests/faults/test_purge_killed.py::test_kill_9_in_the_middle_is_completed_by_the_next_purge",
    ), note="撤回后不再使用；`hedui purge` 连同存档一并清除并出具清除证明。"),
    Fault("D12", "更正把发放改成了退回(金额变负)", FIXED, "negative", tests=(
        f"{MEANING}::test_D12_a_correction_that_turns_a_payment_around_holds_its_row",
    ), note="负数从不冲减正数：该行暂不使用，列入清单。"),
    Fault("D13", "重跑较早的业务日期", READ, "", tests=(
        "tests/integration/test_run.py::test_a_past_business_date_uses_only_what_had_been_delivered_by_then",
        "tests/unit/storage/test_releases.py::test_a_date_built_again_follows_on_the_same_date_whatever_was_filled_in",
    )),
    Fault("D14", "报送日期在业务日期之后", NO_EFFECT, "FUTURE_DELIVERY", tests=(
        f"{MEANING}::test_D14_a_delivery_of_a_later_date_waits_for_it",
    ), note="已归档，到那一天才使用；不需要人放行。"),
    Fault("D15", "同一人放行两次，或由报送人自己放行", REFUSED, "", tests=(
        f"{PLAUSIBLE}::test_the_last_word_stands_and_two_persons_are_two",
        "tests/unit/test_cli.py::test_who_drew_a_delivery_up_does_not_let_it_pass",
    ), note="设置双人放行(HEDUI_FOUR_EYES)时。报送人以表上的填报人、制表人等为准；没有写的，无从得知。"),
)  # fmt: skip
