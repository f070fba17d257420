"""The contracts that go out with a release."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft201909Validator
from open_data_contract_standard.model import OpenDataContractStandard

from pipelines.publishing import ContractViolation, read_mart_contracts
from pipelines.publishing.contracts import EXTRACT_KEYS, render


@pytest.mark.parametrize("name", EXTRACT_KEYS)
def test_each_contract_keeps_to_the_standard(dbt_project: Path, name: str) -> None:
    text = render(read_mart_contracts(dbt_project)[name])
    Draft201909Validator(json.loads(OpenDataContractStandard.json_schema())).validate(yaml.safe_load(text))
    assert yaml.safe_load(text)["apiVersion"] == "v3.1.0"


def test_personal_columns_and_keys_are_marked(dbt_project: Path) -> None:
    contract = yaml.safe_load(render(read_mart_contracts(dbt_project)["person"]))
    columns = {column["name"]: column for column in contract["schema"][0]["properties"]}
    assert columns["person_id"]["primaryKey"] is True
    assert columns["name"]["classification"] == "personal"
    assert columns["town"]["classification"] == "internal"
    assert columns["id_number_token"]["classification"] == "personal"
    assert "id_number" not in columns


def test_a_mart_without_description_is_refused(tmp_path: Path) -> None:
    (tmp_path / "models" / "marts").mkdir(parents=True)
    with pytest.raises(ContractViolation, match="lineage"):
        read_mart_contracts(tmp_path)
