"""What the suites expect, held against rows as offices deliver them."""

from __future__ import annotations

import pytest

from expectations.checks import DIMENSIONS
from expectations.results import NO_DELIVERY, NO_ROW, NOT_MET
from expectations.suites import SUITES
from expectations.tables import checks_of, facts_of, row_query, town_query
from pipelines.contracts import all_feeds, get_feed
from tests.staging_factory import AS_OF, Rows, id_number, results_of, staged

ECONOMIC = ("vehicle", "real_estate", "deposit", "business", "social_insurance", "wage")


def dibao(case: str, members: int = 2, **changed: str) -> Rows:
    """One case, its head first; figures as they should be."""
    head = id_number(int(case), "19710203")
    row = {
        "case_number": f"D{case}", "head_id_number": head, "town": "白鹭镇", "village": "滨江社区", "status": "在保",
        "covered_count": str(members), "declared_income_per_capita": "300", "monthly_amount": "500",
        "declared_wage_income": str(300 * members), "declared_business_income": "0", "declared_property_income": "0",
        "declared_transfer_income": "0", "area_type": "农村", "benefit_class": "B", "start_month": "2024-01",
    }  # fmt: skip
    numbers = [head, *(id_number(nth, f"19{80 + nth}0101") for nth in range(1, members))]
    return [
        {**row, "name": f"王{case}{nth}", "id_number": number, "sex": "男",
         "birth_date": f"{number[6:10]}-{number[10:12]}-{number[12:14]}", **changed}
        for nth, number in enumerate(numbers)
    ]  # fmt: skip


@pytest.mark.parametrize("feed", SUITES)
def test_suites_look_at_columns_that_there_are_and_say_each_thing_once(feed: str) -> None:
    suite = SUITES[feed]
    stated = checks_of(suite, AS_OF)
    assert len({check.name for check in stated}) == len({check.title for check in stated}) == len(stated)
    assert {check.dimension for check in stated} <= set(DIMENSIONS)
    assert set(suite.facts).isdisjoint(get_feed(feed).by_name)
    connection = staged({})
    rows = connection.sql(row_query(suite, AS_OF, stated)).columns
    towns = connection.sql(query).columns if (query := town_query(suite)) else []
    for check in stated:
        looked_at = {check.arguments[key] for key in ("column", "column_A", "column_B") if key in check.arguments}
        assert looked_at <= {"row": set(rows), "town": set(towns), "feed": {"age_ratio", "is_newest"}}[check.grain]
    asked = {check.column for check in stated}
    assert set(suite.facts) <= asked, "a fact that no expectation looks at"
    assert set(facts_of(suite)) >= set(suite.facts)


def test_every_economic_feed_and_every_list_of_the_assisted_has_a_suite() -> None:
    economic = {feed.name for feed in all_feeds().values() if feed.economic}
    assert economic == set(ECONOMIC)
    assert economic | {"dibao", "tekun", "application", "poverty_household", "fishing_compensation"} <= set(SUITES)


def test_only_what_makes_a_release_wrong_blocks_it() -> None:
    stated = [check for suite in SUITES.values() for check in checks_of(suite, AS_OF)]
    assert {check.name for check in stated if check.severity == "block"} == {"row_id_unique"}


def test_a_feed_that_was_not_delivered_is_not_evaluated_and_has_not_passed() -> None:
    results = results_of("wage", {}).values()
    assert {(result.passed, result.reason, result.severity) for result in results} == {(False, NO_DELIVERY, "warn")}


def test_a_household_as_it_should_be_contradicts_itself_nowhere() -> None:
    results = results_of("dibao", {"dibao": [row for case in range(10, 20) for row in dibao(str(case))]})
    consistent = [result for result in results.values() if result.dimension == "consistency"]
    assert {result.name for result in consistent if not result.passed} == set()
    assert all(result.rows_evaluated == 20 for result in consistent)


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("born_as_numbered", dibao("10", birth_date="1971-02-04")),
        ("sexed_as_numbered", dibao("10", sex="女")),
        ("covered_as_counted", dibao("10", covered_count="3")),
        ("covered_as_counted", [dibao("10")[0], {**dibao("10")[1], "status": "停保"}]),
        ("case_agrees", [dibao("10")[0], {**dibao("10")[1], "monthly_amount": "501"}]),
        ("income_is_sum_of_parts", dibao("10", declared_wage_income="603")),
        ("has_one_head", dibao("10")[1:]),
        ("starts_in_the_past", dibao("10", start_month="2026-11")),
        ("starts_in_a_lifetime", dibao("10", start_month="1971-01")),
    ],
)  # fmt: skip
def test_rows_that_contradict_themselves_are_told_by_key(name: str, rows: Rows) -> None:
    result = results_of("dibao", {"dibao": rows}, name)[name]
    assert (result.passed, result.reason) == (False, NOT_MET)
    assert result.keys
    assert all(key.startswith("dibao/") for key in result.keys)


def test_sums_hold_within_one_yuan_a_head() -> None:
    result = results_of("dibao", {"dibao": dibao("10", declared_wage_income="602")}, "income_is_sum_of_parts")[
        "income_is_sum_of_parts"
    ]
    assert result.passed


def numbered(numbers: list[str], feed: str = "deposit") -> Rows:
    more = {"deposit": {"balance": "1000"}, "wage": {"monthly_amount": "3000", "period": "2026-09"}}[feed]
    return [{"name": f"李{nth}", "id_number": number, **more} for nth, number in enumerate(numbers)]


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("3.40590198801011E+17", "precision_lost"), ("340590198801010010", "bad_checksum"), ("无", "placeholder"),
        ("3405901988010100", "bad_length"), ("H60123456", "other_document"), ("", "missing"),
        ("340590880101001", "old_form"), ("340590198813010019", "impossible_birth_date"),
    ],
)  # fmt: skip
def test_how_numbers_are_written_is_profiled(written: str, fault: str) -> None:
    good = [id_number(nth) for nth in range(9)]
    found = results_of("deposit", {"deposit": numbered([*good, written])})
    failed = {name for name, result in found.items() if name.startswith("id_number_") and not result.passed}
    assert f"id_number_{fault}" in failed
    assert failed <= {f"id_number_{fault}", "id_number_in_every_town"}
    assert found[f"id_number_{fault}"].rows_unexpected == 1


def test_a_column_of_numbers_that_excel_has_rounded_is_held() -> None:
    found = results_of("wage", {"wage": numbered(["3.40590198801011E+17"] * 9, "wage")})
    assert found["id_number_mostly_usable"].is_held
    assert not found["row_id_unique"].is_held


def test_accounts_are_profiled_and_the_check_digit_is_asked_of_cards_alone() -> None:
    card = "6222020000000000"
    luhn = next(f"{card}00{digit}" for digit in range(10) if _luhn(f"{card}00{digit}"))
    wrong = luhn[:-1] + str((int(luhn[-1]) + 1) % 10)
    accounts = [luhn, wrong, "1234509876012", "6.2220200000000E+18", ""]
    rows = [row | {"account_number": number} for number, row in zip(accounts, dibao("10", 5), strict=True)]
    found = results_of("dibao", {"dibao": rows})
    assert (found["card_checks"].rows_evaluated, found["card_checks"].rows_unexpected) == (2, 1)
    assert found["account_number_precision_lost"].rows_unexpected == 1
    assert found["account_number_missing"].rows_unexpected == 1


def _luhn(number: str) -> bool:
    doubled = [int(digit) * (2 if nth % 2 else 1) for nth, digit in enumerate(reversed(number))]
    return sum(digit - 9 if digit > 9 else digit for digit in doubled) % 10 == 0


def test_each_town_is_complete_by_itself() -> None:
    """Nine tenths of the county are; one town is not, and it is named."""
    rows = [row for case in range(10, 70) for row in dibao(str(case), 1)]
    for nth, row in enumerate(rows):
        row["town"] = ("白鹭镇", "柳溪乡")[nth >= 40]
        if nth >= 57:
            row["id_number"] = ""
    found = results_of("dibao", {"dibao": rows}, "id_number_in_every_town")["id_number_in_every_town"]
    assert (found.reason, found.keys, found.rows_evaluated) == (NOT_MET, ("柳溪乡",), 2)
    small = results_of("dibao", {"dibao": rows[50:]}, "id_number_in_every_town")["id_number_in_every_town"]
    assert small.reason == NO_ROW, "a town of ten rows says nothing"


def test_a_register_that_misses_a_whole_town_is_noticed_by_its_assisted_persons() -> None:
    roll = [row for case in range(10, 70) for row in dibao(str(case), 1)]
    for nth, row in enumerate(roll):
        row["town"] = ("白鹭镇", "柳溪乡")[nth % 2]
    everybody = results_of("deposit", {"dibao": roll, "deposit": numbered([row["id_number"] for row in roll])})
    assert everybody["covers_every_town"].passed
    one_town = [row["id_number"] for row in roll if row["town"] == "白鹭镇"]
    missed = results_of("deposit", {"dibao": roll, "deposit": numbered(one_town)}, "covers_every_town")[
        "covers_every_town"
    ]
    assert (missed.reason, missed.keys) == (NOT_MET, ("柳溪乡",))


def test_a_number_under_another_name_than_elsewhere_is_told() -> None:
    rows = dibao("10")
    wages = [{"name": name, "id_number": row["id_number"], "monthly_amount": "3000", "period": "2026-09"}
             for row, name in zip(rows, (rows[0]["name"], "赵六"), strict=True)]  # fmt: skip
    found = results_of("wage", {"dibao": rows, "wage": [*wages, *numbered([id_number(77)], "wage")]})
    assert (found["named_as_elsewhere"].rows_evaluated, found["named_as_elsewhere"].rows_unexpected) == (2, 1)


def test_wages_after_a_death_and_pensions_of_the_young_are_told() -> None:
    dead, young = id_number(1), id_number(2, "19990101")
    rows = numbered([dead], "wage")
    cremations = [{"name": "李0", "id_number": dead, "died_on": "2026-08-20", "cremated_on": "2026-08-22"}]
    assert results_of("wage", {"wage": rows, "cremation": cremations}, "is_alive")["is_alive"].rows_unexpected == 1
    cremations[0]["died_on"] = "2026-09-02"
    assert results_of("wage", {"wage": rows, "cremation": cremations}, "is_alive")["is_alive"].passed
    pensions = [{"name": "李1", "id_number": young, "insurance_type": "城乡居民养老", "monthly_amount": "220"}]
    assert results_of("social_insurance", {"social_insurance": pensions}, "is_of_age")["is_of_age"].rows_unexpected == 1


def test_registers_agree_with_themselves() -> None:
    unit = {"unit_number": "340590100100GB00000F00010001", "location": "白鹭镇1号", "use": "住宅", "status": "现势"}
    owners = [{"name": f"李{n}", "id_number": id_number(n), "area_m2": f"{n}0", **unit} for n in (7, 8)]
    assert results_of("real_estate", {"real_estate": owners}, "unit_agrees")["unit_agrees"].rows_unexpected == 2
    car = {"plate": "皖K12345", "vehicle_type": "小型轿车", "status": "正常", "registered_on": "2020-01-01"}
    cars = [{"name": f"李{n}", "id_number": id_number(n), **car} for n in (1, 2)]
    assert results_of("vehicle", {"vehicle": cars}, "has_one_owner")["has_one_owner"].rows_unexpected == 2
    certificate = {"name": "李1", "id_number": id_number(1), "grade": "二级", "certificate_number": id_number(2) + "43"}
    found = results_of("disability", {"disability": [certificate]})
    assert not found["certificate_is_the_holders"].passed
    assert not found["certificate_tells_the_grade"].passed


def test_poverty_marks_are_held_against_the_roll_both_ways() -> None:
    roll = dibao("10")
    listed = [
        {"case_number": "P1", "name": row["name"], "id_number": row["id_number"], "is_dibao": mark}
        for row, mark in zip([*roll, {"name": "外人", "id_number": id_number(88)}], ("是", "否", "是"), strict=True)
    ]  # fmt: skip
    found = results_of("poverty_household", {"dibao": roll, "poverty_household": listed}, "dibao_as_enrolled")[
        "dibao_as_enrolled"
    ]
    assert (found.rows_evaluated, found.rows_unexpected) == (3, 2)
