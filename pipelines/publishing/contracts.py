"""The contracts of the extracts: read from the marts' yml, checked against the data, rendered as ODCS 3.1.

Column names, types, descriptions and the mark `personal` stand once, beside the SQL. An identifying number of the mart
becomes a token column of the extract here, in the contract and in the data alike.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml
from open_data_contract_standard.model import OpenDataContractStandard

DBT_PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
API_VERSION = "v3.1.0"
#: Raised when a column of any extract is removed, renamed or changes its type.
CONTRACT_VERSION = "1.0.0"

_ADDRESS = ("feed", "delivery", "file", "sheet", "row_number")

#: Extract -> what makes a row of it the same row. None: the whole row.
EXTRACT_KEYS: dict[str, tuple[str, ...] | None] = {
    "person_link": (*_ADDRESS, "role"),
    "person": ("person_id",),
    "finding": ("finding_id",),
    "further_finding": ("finding_id",),
    "verified_household": ("household_id",),
    "household_member": ("household_id", "person_id"),
    "household_change": ("household_id",),
    "duplicate_candidate": ("pair_id",),
    "quarantine": None,
    "delivery_receipt": ("feed", "delivery", "file", "sha256"),  # a corrected file keeps its name
    "lineage": ("extract", "key", "row_id", "step"),
}
_TOKENISED = ("id_number", "account_number")
_LOGICAL = {"VARCHAR": "string", "BOOLEAN": "boolean", "DATE": "date", "BIGINT": "integer", "INTEGER": "integer"}


class ContractViolation(RuntimeError):
    """An extract does not keep its contract; nothing is published. `problems` are sentences for office staff."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("发布被合同检查拦下：" + " ".join(problems))


@dataclass(frozen=True)
class ContractColumn:
    name: str
    type: str
    description: str
    personal: bool = False
    token_of: str | None = None


@dataclass(frozen=True)
class MartContract:
    """The contract of one extract."""

    name: str
    title: str
    description: str
    columns: tuple[ContractColumn, ...]
    key: tuple[str, ...] | None

    @property
    def tokens(self) -> dict[str, str]:
        """Column of the mart -> token column that takes its place."""
        return {column.token_of: column.name for column in self.columns if column.token_of}


@cache
def normal_type(type_name: str) -> str:
    """DuckDB's own spelling of a type (`int` -> `INTEGER`)."""
    with duckdb.connect() as connection:
        row = connection.execute(f"select typeof(cast(null as {type_name}))").fetchone()
    return str(row[0]) if row else type_name


def _meta(node: dict[str, Any]) -> dict[str, Any]:
    return {**node.get("meta", {}), **node.get("config", {}).get("meta", {})}


def _column(node: dict[str, Any]) -> ContractColumn:
    name, kind = node["name"], normal_type(node["data_type"])
    description = " ".join(str(node.get("description", "")).split())
    column = ContractColumn(name, kind, description, bool(_meta(node).get("personal", False)))
    if kind == "VARCHAR" and (name in _TOKENISED or name.endswith(tuple(f"_{ending}" for ending in _TOKENISED))):
        token = f"{description} 以密钥令牌(HMAC-SM3)代替，同一接收方内可用于比对。"
        return replace(column, name=f"{name}_token", description=token, personal=True, token_of=name)
    return column


def read_mart_contracts(dbt_project: Path = DBT_PROJECT) -> dict[str, MartContract]:
    """The contracts of all extracts; ContractViolation when a mart is not described."""
    nodes: dict[str, dict[str, Any]] = {}
    for path in sorted((dbt_project / "models" / "marts").rglob("*.yml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        nodes.update({node["name"]: node for node in content.get("models", ())})
    if missing := [name for name in EXTRACT_KEYS if name not in nodes]:
        raise ContractViolation([f"提取表 {name} 没有合同说明(marts 下的 yml)。" for name in missing])
    contracts = {}
    for name, key in EXTRACT_KEYS.items():
        node = nodes[name]
        columns = tuple(_column(column) for column in node["columns"])
        description = " ".join(str(node.get("description", "")).split())
        contracts[name] = MartContract(name, str(_meta(node).get("title", name)), description, columns, key)
    return contracts


def violations(contract: MartContract, parquet: Path) -> list[str]:
    """What keeps `parquet` from being the extract that `contract` describes; empty when nothing does."""
    if not parquet.is_file():
        return [f"提取表 {contract.name}：文件不存在。请查看运行记录中对应模型是否失败。"]
    with duckdb.connect() as connection:
        table = connection.read_parquet(str(parquet))
        found = dict(zip(table.columns, (str(kind) for kind in table.types), strict=True))
        problems = _shape_problems(contract, found)
        if not problems:
            names = contract.key or tuple(column.name for column in contract.columns)
            keys = ", ".join(f'"{name}"' for name in names)
            query = f"select count(*) from (select {keys} from table group by all having count(*) > 1)"
            row = connection.execute(query.replace("from table", "from read_parquet(?)"), [str(parquet)]).fetchone()
            if row and row[0]:
                problems.append(
                    f"提取表 {contract.name}：键({'、'.join(names)})有 {row[0]} 处重复。请查看该模型的唯一性检查。"
                )
    return problems


def _shape_problems(contract: MartContract, found: dict[str, str]) -> list[str]:
    expected = {column.name: column.type for column in contract.columns}
    where = f"提取表 {contract.name}"
    problems = [f"{where}：缺少列 {name}。请核对模型与合同。" for name in expected if name not in found]
    problems += [f"{where}：多出合同没有的列 {name}。请核对模型与合同。" for name in found if name not in expected]
    for name, kind in expected.items():
        if name in found and found[name] != kind:
            problems.append(f"{where}：列 {name} 的类型是 {found[name]}，合同要求 {kind}。请核对模型与合同。")
    return problems


def _logical_type(kind: str) -> str:
    if kind.endswith("[]"):
        return "array"
    if kind.startswith("STRUCT"):
        return "object"
    return _LOGICAL.get(kind, "number")


def _property(column: ContractColumn, key: tuple[str, ...]) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "name": column.name,
        "physicalType": column.type,
        "logicalType": _logical_type(column.type),
        "description": column.description,
        "classification": "personal" if column.personal else "internal",
    }
    if column.type.endswith("[]"):
        inner = column.type.removesuffix("[]")
        entry["items"] = {"name": "item", "physicalType": inner, "logicalType": _logical_type(inner)}
    if column.name in key:
        entry |= {"primaryKey": True, "primaryKeyPosition": key.index(column.name) + 1}
    if column.token_of:
        entry |= {"encryptedName": column.name, "transformLogic": "HMAC-SM3 by recipient and key id"}
    return entry


def render(contract: MartContract) -> str:
    """The ODCS 3.1 contract as YAML; raises pydantic's ValidationError when the standard's model refuses it."""
    document = OpenDataContractStandard.model_validate(
        {
            "apiVersion": API_VERSION,
            "kind": "DataContract",
            "id": f"hedui-{contract.name.replace('_', '-')}",
            "name": contract.title,
            "version": CONTRACT_VERSION,
            "status": "active",
            "description": {
                "purpose": contract.description,
                "limitations": "含个人信息，仅限本合同约定的用途。匹配结果是核查线索，不是处理决定。",
            },
            "schema": [
                {
                    "name": contract.name,
                    "businessName": contract.title,
                    "logicalType": "object",
                    "physicalType": "table",
                    "physicalName": f"extracts/{contract.name}.parquet",
                    "description": contract.description,
                    "dataGranularityDescription": contract.description.split(".")[0],
                    "properties": [_property(column, contract.key or ()) for column in contract.columns],
                }
            ],
        }
    )
    return document.to_yaml()


def digest(text: str) -> str:
    """SHA-256 of a contract's text."""
    return hashlib.sha256(text.encode()).hexdigest()
