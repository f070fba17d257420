"""The case books of the rules, from delivered rows to findings: all cases are one county, judged in one run of dbt."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest
import yaml

from pipelines.cleaning import to_18
from pipelines.contracts import get_feed
from tests.dbt_factory import AS_OF, dbt, link_by_number, write_run
from tests.delivery_factory import id_number

BOOKS = sorted((Path(__file__).parents[1] / "cases").glob("rules_*.yaml"))
CASES = [case for book in BOOKS for case in yaml.safe_load(book.read_text(encoding="utf-8"))]
ROLES = {
    "person": ("self", "payee"),
    "husband": ("husband",),
    "wife": ("wife",),
    "child": ("child",),
    "adopter": ("adopter",),
}
SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", "安宝春德恩芳贵海惠吉康兰明宁平庆"

Person = dict[str, str]


def _people(number: int, persons: dict[str, dict]) -> dict[str, Person]:
    """Names that no other case has, and ID numbers with the wanted birth date and sex."""
    people = {}
    for position, (letter, person) in enumerate(persons.items()):
        name = SURNAMES[number % 16] + GIVEN[number // 16] + GIVEN[position]
        born = person["born"].strftime("%y%m%d") if person["born"].year < 2000 else None
        order = 10 * number + 2 * position + (1 if person["sex"] == "男" else 2)
        people[letter] = {"name": name, "id_number": _number(person["born"], order, born)}
    return people


def _number(born: date, order: int, short: str | None) -> str:
    """A valid number of the synthetic area; `to_18` knows the check character of numbers of the last century."""
    if short is not None:
        return str(to_18(f"340590{short}{order:03d}"))
    body = f"340590{born:%Y%m%d}{order:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def _row(feed: str, told: dict, people: dict[str, Person]) -> dict[str, str]:
    """A row of the case book with its persons put into the columns of their roles."""
    row = {column: str(value) for column, value in told.items() if column not in (*ROLES, "number")}
    mentions = {mention.role: mention.columns for mention in get_feed(feed).mentions}
    for word in ROLES:
        if word in told:
            columns = next(mentions[role] for role in ROLES[word] if role in mentions)
            person = people[told[word]]
            row[columns["name"]] = person["name"]
            row[columns["id_number"]] = told.get("number", person["id_number"])
    return row


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    work = tmp_path_factory.mktemp("rules")
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    for number, case in enumerate(CASES):
        people = _people(number, case["persons"])
        for feed, told in case["rows"].items():
            rows[feed] += [_row(feed, row, people) for row in told]
    write_run(work, rows)
    staged = dbt(work, "run", "--select", "tag:before_matching")
    assert staged.returncode == 0, staged.stdout[-4000:]
    link_by_number(work)
    left_out = ("--exclude", "tag:before_matching", "--exclude-resource-type", "unit_test")
    marts = ("--select", "+finding", "+further_finding", "--indirect-selection", "cautious")
    judged = dbt(work, "build", *marts, *left_out)
    assert judged.returncode == 0, judged.stdout[-4000:]
    return work


def _read(county: Path, mart: str) -> list[dict]:
    """Findings with the names of the persons that their evidence names."""
    with duckdb.connect(str(county / "warehouse.duckdb"), read_only=True) as warehouse:
        sql = f"""
            select finding.*, list(distinct mentioned.name) as names
            from marts.{mart} as finding, unnest(finding.evidence_row_ids) as evidence (row_id)
            inner join intermediate.int_person__mentioned as mentioned using (row_id)
            group by all
        """
        return warehouse.sql(sql).pl().to_dicts()


@pytest.fixture(scope="module")
def findings(county: Path) -> list[dict]:
    return _read(county, "finding")


@pytest.fixture(scope="module")
def further(county: Path) -> list[dict]:
    return _read(county, "further_finding")


def _ids(case: dict) -> str:
    return str(case["case"])


def _holds(number: int, word: str, findings: list[dict]) -> None:
    case = CASES[number]
    names = {person["name"] for person in _people(number, case["persons"]).values()}
    found = [finding for finding in findings if names & set(finding["names"])]
    wanted = sorted((wish["code"], wish.get("certain", True)) for wish in case[word])
    assert sorted((finding["code"], finding["certain"]) for finding in found) == wanted, case["why"]
    households = {wish["household"] for wish in case[word] if "household" in wish}
    assert households <= {f"{finding['household_feed']}:{finding['household_case']}" for finding in found}


@pytest.mark.parametrize("number", range(len(CASES)), ids=[_ids(case) for case in CASES])
def test_case_is_found_and_nothing_else(number: int, findings: list[dict]) -> None:
    _holds(number, "finds", findings)


TOLD_FURTHER = [number for number, case in enumerate(CASES) if "further" in case]


@pytest.mark.parametrize("number", TOLD_FURTHER, ids=[_ids(CASES[number]) for number in TOLD_FURTHER])
def test_case_is_found_further_and_nothing_else(number: int, further: list[dict]) -> None:
    _holds(number, "further", further)


def test_message_names_the_person_and_what_to_do_but_no_number(
    findings: list[dict], further: list[dict], county: Path
) -> None:
    numbers = pl.read_parquet(county / "matched" / "person_id_number.parquet")["id_number"].to_list()
    assert findings
    assert further
    for finding in [*findings, *further]:
        assert any(name in finding["message"] for name in finding["names"])
        assert "请" in finding["message"]
        assert ("先核实身份" in finding["message"]) is not finding["certain"]
        stays_paid = not finding["certain"] and finding["severity"] in "红黄"
        assert ("核实前不得停发" in finding["message"]) is stays_paid
        assert not any(number in finding["message"] for number in numbers)
        assert finding["code"] not in finding["message"]


def test_evidence_is_sorted_and_addresses_rows_as_delivered(findings: list[dict]) -> None:
    for finding in findings:
        addresses = [
            tuple("" if value is None else value for value in address.values()) for address in finding["evidence"]
        ]
        assert addresses == sorted(addresses)
        assert all(address["file"] == f"{address['feed']}.csv" for address in finding["evidence"])


def _again(county: Path) -> dict[str, dict]:
    judged = dbt(county, "run", "--select", "finding")
    assert judged.returncode == 0, judged.stdout[-4000:]
    return {row["finding_id"]: row for row in pl.read_parquet(county / "export" / "finding.parquet").to_dicts()}


def test_verdict_holds_until_a_value_changes_or_its_term_ends(county: Path) -> None:
    before = pl.read_parquet(county / "export" / "finding.parquet").sort("finding_id").to_dicts()
    cleared, changed, ended, confirmed, new = before[:5]
    earlier, later = date(2026, 9, 30), date(2027, 9, 30)
    verdicts = [
        (cleared["finding_id"], "cleared", cleared["fingerprint"], earlier, later),
        (changed["finding_id"], "cleared", "an earlier fingerprint", earlier, later),
        (ended["finding_id"], "cleared", ended["fingerprint"], earlier, AS_OF),
        (confirmed["finding_id"], "confirmed", confirmed["fingerprint"], earlier, later),
    ]
    verdict_columns = ["finding_id", "verdict", "fingerprint", "decided_on", "expires_on"]
    pl.DataFrame(verdicts, schema=verdict_columns, orient="row").write_parquet(
        county / "matched" / "finding_verdict.parquet"
    )
    memory = {
        "finding_id": [cleared["finding_id"]],
        "first_seen_as_of": [earlier],
        "fingerprint": [cleared["fingerprint"]],
    }
    pl.DataFrame(memory).write_parquet(county / "matched" / "finding_memory.parquet")

    after = _again(county)

    states = [after[finding["finding_id"]]["state"] for finding in (cleared, changed, ended, confirmed, new)]
    assert states == ["cleared", "expired", "expired", "confirmed", "open"]
    assert "有变化" in after[changed["finding_id"]]["state_reason"]
    assert "已满期限" in after[ended["finding_id"]]["state_reason"]
    assert after[cleared["finding_id"]]["first_seen_as_of"] == earlier
    assert after[new["finding_id"]]["first_seen_as_of"] == AS_OF
    assert set(after) == {finding["finding_id"] for finding in before}


def test_payments_of_a_programme_without_a_roll_accuse_nobody_and_the_bureau_is_told(tmp_path: Path) -> None:
    paid = {
        "name": "张三",
        "id_number": id_number(1),
        "programme": "特困供养金",
        "paid_month": "2026-10",
        "amount": "900",
    }
    write_run(tmp_path, {"payment": [paid | {"account_number": "6217993650000000001"}]})
    status = pl.read_parquet(tmp_path / "raw" / "feed_status.parquet")
    without = pl.when(pl.col("feed") != "tekun").then("delivery")
    status.with_columns(delivery=without).write_parquet(tmp_path / "raw" / "feed_status.parquet")
    assert dbt(tmp_path, "build", "--select", "tag:before_matching", "--exclude", "test_type:singular").returncode == 0
    link_by_number(tmp_path)
    asked = ("+int_finding__payment_without_entitlement", "roll_for_every_payment", "--indirect-selection", "buildable")
    built = dbt(tmp_path, "build", "--select", *asked)
    assert built.returncode == 0, built.stdout[-3000:]
    with duckdb.connect(str(tmp_path / "warehouse.duckdb"), read_only=True) as warehouse:
        found = "select count(*) from intermediate.int_finding__payment_without_entitlement"
        assert warehouse.execute(found).fetchone() == (0,)
        ((told,),) = warehouse.execute("select message from faults.roll_for_every_payment").fetchall()
    assert told.startswith("特困人员救助供养没有可用的名册，1人的发放无法核对是否在享；位置：")
