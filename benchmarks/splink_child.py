"""Links one set with Splink 5 in a process of its own, with the models of its documentation (county: see there).

Runs under any interpreter that has splink; of this project it imports nothing but the taking of the cost.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import duckdb
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.blocking_analysis import count_comparisons_from_blocking_rules

from benchmarks.cost import cost_so_far

#: The probability at which the pairs are clustered in the time measured; those tried afterwards for the best one.
USUAL = 0.95
OTHERS = (0.2, 0.5, 0.8, 0.9, 0.99, 0.999, 0.9999, 0.99999, 0.999999)


def historical_50k() -> dict[str, Any]:
    """docs: demos/examples/duckdb/deduplicate_50k_synthetic."""
    return {
        "comparisons": [
            cl.ForenameSurnameComparison("first_name", "surname", forename_surname_concat_col_name="first_and_surname"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.PostcodeComparison("postcode_fake"),
            cl.ExactMatch("birth_place").configure(term_frequency_adjustments=True),
            cl.ExactMatch("occupation").configure(term_frequency_adjustments=True),
        ],
        "blocking": [
            block_on("first_name", "surname"),
            block_on("surname", "dob"),
            block_on("first_name", "dob"),
            block_on("postcode_fake", "first_name"),
            block_on("postcode_fake", "surname"),
            block_on("dob", "birth_place"),
            block_on("substr(postcode_fake,1,3)", "dob"),
            block_on("substr(postcode_fake,1,3)", "first_name"),
            block_on("substr(postcode_fake,1,3)", "surname"),
            block_on("substr(first_name,1,2)", "substr(surname,1,2)", "substr(dob,1,4)"),
        ],
        "deterministic": [
            "l.first_name = r.first_name and l.surname = r.surname and l.dob = r.dob",
            "substr(l.first_name,1,2) = substr(r.first_name,1,2) and l.surname = r.surname"
            " and substr(l.postcode_fake,1,2) = substr(r.postcode_fake,1,2)",
            "l.dob = r.dob and l.postcode_fake = r.postcode_fake",
        ],
        "recall": 0.6,
        "training": [block_on("first_name", "surname"), block_on("dob")],
        "unique_id": "unique_id",
    }


def fake_1000() -> dict[str, Any]:
    """docs: getting_started and the tutorial."""
    return {
        "comparisons": [
            cl.NameComparison("first_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("surname").configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
            cl.EmailComparison("email"),
        ],
        "blocking": [
            block_on("first_name"), block_on("surname"), block_on("dob"), block_on("email"),
            block_on("first_name", "city"), block_on("surname", "city"),
        ],
        "deterministic": [
            block_on("first_name", "dob"),
            "l.surname = r.surname and levenshtein(r.dob, l.dob) <= 1",
            block_on("email"),
        ],
        "recall": 0.7,
        "training": [block_on("first_name", "surname"), block_on("dob")],
        "unique_id": "unique_id",
    }  # fmt: skip


def febrl() -> dict[str, Any]:
    """docs: demos/examples/duckdb/febrl3 and febrl4."""
    return {
        "comparisons": [
            cl.NameComparison("given_name"),
            cl.NameComparison("surname"),
            cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]),
            cl.JaroWinklerAtThresholds("address_1", [0.9, 0.7]),
            cl.ExactMatch("suburb").configure(term_frequency_adjustments=True),
        ],
        "blocking": [
            block_on("soc_sec_id"), block_on("date_of_birth"), block_on("given_name", "surname"),
            block_on("postcode", "substr(given_name,1,3)"), block_on("postcode", "substr(surname,1,3)"),
            block_on("surname", "substr(date_of_birth,1,4)"), block_on("given_name", "substr(date_of_birth,1,4)"),
            block_on("address_1"), block_on("street_number", "postcode"),
        ],
        "deterministic": [
            block_on("soc_sec_id"),
            block_on("given_name", "surname", "date_of_birth"),
        ],
        "recall": 0.8,
        "training": [block_on("date_of_birth"), block_on("postcode"), block_on("soc_sec_id")],
        "unique_id": "rec_id",
    }  # fmt: skip


def _levels(column: str, *conditions: str | cll.ComparisonLevelCreator) -> cl.CustomComparison:
    """Nothing known, the levels given, all else."""
    levels = [cll.CustomLevel(each) if isinstance(each, str) else each for each in conditions]
    return cl.CustomComparison(
        output_column_name=column, comparison_levels=[cll.NullLevel(column), *levels, cll.ElseLevel()]
    )


def county() -> dict[str, Any]:
    """Name with its pinyin, ID number, birth date, village, phone, account, with term frequencies; sex.

    DuckDB compares Chinese text by bytes, so names are near by their pinyin; Damerau-Levenshtein is asked only of
    numbers that look alike, because it is slow. m is estimated where an ID number agrees, or name and birth date do:
    blocks of a phone or a village are full of households, and teach that relatives are one person.
    """
    day = ("birth_date_l", "birth_date_r")
    alike = "jaro_similarity(id_number_l, id_number_r) >= 0.9 and damerau_levenshtein(id_number_l, id_number_r) <= {}"
    same_year = "substr(birth_date_l, 1, 4) = substr(birth_date_r, 1, 4)"
    return {
        "comparisons": [
            _levels(
                "name",
                cll.ExactMatchLevel("name", term_frequency_adjustments=True),
                cll.ExactMatchLevel("pinyin", term_frequency_adjustments=True),
                cll.LevenshteinLevel("pinyin", 1),
                "surname_l = surname_r and (contains(name_l, name_r) or contains(name_r, name_l))",
                "surname_l = surname_r and length(name_l) = 3 and length(name_r) = 3"
                " and (substr(name_l, 2, 1) = substr(name_r, 2, 1) or substr(name_l, 3, 1) = substr(name_r, 3, 1))",
                "surname_l = surname_r",
            ),
            _levels(
                "id_number",
                cll.ExactMatchLevel("id_number"),
                "length(id_number_l) <> length(id_number_r)"
                " and substr(id_number_l, 1, 14) = substr(id_number_r, 1, 14)",
                alike.format(1),
                alike.format(2),
            ),
            _levels(
                "birth_date",
                cll.ExactMatchLevel("birth_date"),
                f"{same_year} and substr(birth_date_l, 6, 2) = substr(birth_date_r, 9, 2)"
                " and substr(birth_date_l, 9, 2) = substr(birth_date_r, 6, 2)",
                cll.LevenshteinLevel("birth_date", 1),
                # The lunar date written as though it were solar.
                "abs(datediff('day', cast({} as date), cast({} as date))) between 17 and 52".format(*day),
                same_year,
            ),
            cl.ExactMatch("village").configure(term_frequency_adjustments=True),
            cl.ExactMatch("phone").configure(term_frequency_adjustments=True),
            cl.ExactMatch("account_number").configure(term_frequency_adjustments=True),
            cl.ExactMatch("sex"),
        ],
        "blocking": [
            block_on("id_number"), block_on("substr(id_number, 1, 14)", "surname"), block_on("pinyin", "birth_date"),
            block_on("pinyin", "village"), block_on("phone"), block_on("account_number"),
            block_on("birth_date", "village"), block_on("birth_date", "surname"),
            block_on("name", "substr(birth_date, 1, 4)"),
        ],
        "deterministic": [block_on("id_number"), block_on("name", "birth_date", "village"), block_on("name", "phone")],
        "recall": 0.8,
        "training": [block_on("id_number"), block_on("name", "birth_date")],
        "unique_id": "record_id",
    }  # fmt: skip


MODELS = {"historical_50k": historical_50k, "fake_1000": fake_1000, "febrl": febrl, "county": county}


def read_table(connection: duckdb.DuckDBPyConnection, folder: Path, key: str) -> None:
    texts = f"select * replace (cast({key} as varchar) as {key})"
    connection.execute(f"create table input as {texts} from read_parquet('{folder / 'records.parquet'}')").fetchall()


def train(linker: Linker, model: dict[str, Any]) -> None:
    """The documentation's order: the share of matches, u from random pairs, m by expectation-maximisation."""
    linker.training.estimate_probability_two_random_records_match(model["deterministic"], recall=model["recall"])
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in model["training"]:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)


def main(folder: Path) -> None:
    settings = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
    model = MODELS[settings["peer"]]()
    key = model["unique_id"]
    connection = duckdb.connect()
    read_table(connection, folder, key)
    table = DuckDBAPI(connection=connection).register("input")
    linker = Linker(
        table,
        SettingsCreator(
            link_type="dedupe_only",
            comparisons=model["comparisons"],
            blocking_rules_to_generate_predictions=model["blocking"],
            unique_id_column_name=key,
            retain_matching_columns=False,
        ),
        log_level="ERROR",
    )
    train(linker, model)
    scored = linker.inference.predict(threshold_match_probability=0.001)

    def write_groups(threshold: float) -> None:
        groups = linker.clustering.cluster_pairwise_predictions_at_threshold(scored, threshold)
        connection.execute(
            f"copy (select {key} as record_id, cast(cluster_id as varchar) as person_id from {groups.physical_name})"
            f" to '{folder / f'links_{threshold}.parquet'}' (format parquet)"
        ).fetchall()

    write_groups(USUAL)
    told = cost_so_far(settings["started"])
    counted = count_comparisons_from_blocking_rules(
        table, blocking_rules=model["blocking"], link_type="dedupe_only", unique_id_column_name=key,
        record_sample_proportion=1.0,
    )  # fmt: skip
    if settings["thorough"]:
        for threshold in OTHERS:
            write_groups(threshold)
        ends = f"{key}_l as record_id_l, {key}_r as record_id_r"
        connection.execute(
            f"copy (select {ends}, match_weight, match_probability as probability from {scored.physical_name})"
            f" to '{folder / 'pairs.parquet'}' (format parquet)"
        ).fetchall()
    pairs = counted[-1]["cumulative_comparison_count"]
    (folder / "told.json").write_text(json.dumps({**told, "pairs": pairs}), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
