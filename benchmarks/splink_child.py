"""Links one set with Splink 5 in a process of its own, with the models of its documentation (county: see there).

Runs under any interpreter that has splink; imports nothing of this project.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

#: Probabilities at which the pairs are clustered, for the best and for the usual threshold.
THRESHOLDS = (0.5, 0.8, 0.9, 0.95, 0.99, 0.999)


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


def county() -> dict[str, Any]:
    """Name, ID number, birth date, village, phone, account, with term frequencies."""
    return {
        "comparisons": [
            cl.JaroWinklerAtThresholds("name", [0.88, 0.7]).configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("id_number", [1, 2]),
            cl.DateOfBirthComparison("birth_date", input_is_string=True),
            cl.JaroWinklerAtThresholds("village", [0.88]).configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("phone", [1]).configure(term_frequency_adjustments=True),
            cl.ExactMatch("account_number").configure(term_frequency_adjustments=True),
        ],
        "blocking": [
            block_on("id_number"), block_on("name", "birth_date"), block_on("name", "village"), block_on("phone"),
            block_on("account_number"), block_on("birth_date", "village"), block_on("substr(id_number,1,14)"),
        ],
        "deterministic": [block_on("id_number"), block_on("name", "birth_date"), block_on("name", "phone")],
        "recall": 0.9,
        "training": [block_on("id_number"), block_on("name", "birth_date"), block_on("phone")],
        "unique_id": "record_id",
    }  # fmt: skip


MODELS = {"historical_50k": historical_50k, "fake_1000": fake_1000, "febrl": febrl, "county": county}


def main(folder: Path) -> None:
    settings = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
    model = MODELS[settings["peer"]]()
    connection = duckdb.connect()
    api = DuckDBAPI(connection=connection)
    texts = f"select * replace (cast({model['unique_id']} as varchar) as {model['unique_id']})"
    connection.execute(f"create table input as {texts} from read_parquet('{folder / 'records.parquet'}')").fetchall()
    linker = Linker(
        api.register("input"),
        SettingsCreator(
            link_type="dedupe_only",
            comparisons=model["comparisons"],
            blocking_rules_to_generate_predictions=model["blocking"],
            unique_id_column_name=model["unique_id"],
            retain_matching_columns=False,
        ),
        log_level="ERROR",
    )
    linker.training.estimate_probability_two_random_records_match(model["deterministic"], recall=model["recall"])
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    for rule in model["training"]:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    scored = linker.inference.predict(threshold_match_probability=0.001)
    key = model["unique_id"]
    connection.execute(
        f"copy (select {key}_l as record_id_l, {key}_r as record_id_r, match_weight from {scored.physical_name})"
        f" to '{folder / 'pairs.parquet'}' (format parquet)"
    ).fetchall()
    counted = connection.execute(f"select count(*) from {scored.physical_name}").fetchall()[0][0]
    for threshold in THRESHOLDS:
        groups = linker.clustering.cluster_pairwise_predictions_at_threshold(scored, threshold)
        connection.execute(
            f"copy (select {key} as record_id, cast(cluster_id as varchar) as person_id from {groups.physical_name})"
            f" to '{folder / f'links_{threshold}.parquet'}' (format parquet)"
        ).fetchall()
    told = {"pairs": counted, "thresholds": THRESHOLDS}
    (folder / "told.json").write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
