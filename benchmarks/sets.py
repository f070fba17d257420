"""The benchmark sets: public labelled ones out of a folder, and the project's own flat county."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

MODELS = Path(__file__).parent / "models"
#: What the towns of each county of a province begin with, so that no two counties have a town in common.
COUNTY_SIGNS = "甲乙丙丁戊己庚辛壬癸"


@dataclass(frozen=True)
class BenchmarkSet:
    """`records`: the table without its answers; `truth`: record_id, entity and, for the county, norm_id.

    `record_id` names the column in `records`. `model`: Hedui's model file, None for the shipped one. `peer`: the name
    of the peer's model. `peer_records`: the table as the peer is given it, where that is not `records`. `thorough`:
    scored at other thresholds too, outside the time measured.
    """

    name: str
    records: pl.DataFrame
    truth: pl.DataFrame
    record_id: str
    model: Path | None
    peer: str
    peer_records: pl.DataFrame | None = None
    thorough: bool = True


def _read(path: Path) -> pl.DataFrame:
    table = pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path, infer_schema_length=0)
    return table.rename({column: column.strip() for column in table.columns})


def _stripped(table: pl.DataFrame) -> pl.DataFrame:
    tidy = (pl.col(column).cast(pl.String).str.strip_chars() for column in table.columns)
    return table.select(pl.when(value != "").then(value).alias(value.meta.output_name()) for value in tidy)


def _labelled(name: str, path: Path, model: str) -> BenchmarkSet:
    table = _stripped(_read(path))
    truth = table.select(record_id="unique_id", entity="cluster")
    return BenchmarkSet(name, table.drop("cluster"), truth, "unique_id", MODELS / f"{model}.yaml", model)


def historical(folder: Path) -> BenchmarkSet:
    return _labelled("historical_50k", folder / "historical_figures_with_errors_50k.parquet", "historical_50k")


def fake(folder: Path) -> BenchmarkSet:
    return _labelled("fake_1000", folder / "fake_1000.csv", "fake_1000")


def _febrl(name: str, *paths: Path) -> BenchmarkSet:
    table = _stripped(pl.concat([_read(path).with_columns(source_dataset=pl.lit(path.stem)) for path in paths]))
    truth = table.select(record_id="rec_id", entity=pl.col("rec_id").str.extract(r"^rec-(\d+)-"))
    # A record's name says whose it is and which copy: whoever links must not read it.
    neutral = table.with_row_index("row").select(
        pl.concat_str(pl.lit("r"), pl.col("row").cast(pl.String)).alias("neutral"), "rec_id"
    )
    truth = truth.join(neutral, left_on="record_id", right_on="rec_id").select(record_id="neutral", entity="entity")
    table = table.with_columns(rec_id=neutral["neutral"])
    return BenchmarkSet(name, table, truth, "rec_id", MODELS / "febrl.yaml", "febrl")


def febrl_3(folder: Path) -> BenchmarkSet:
    return _febrl("FEBRL 3", folder / "dataset3.csv")


def febrl_4(folder: Path) -> BenchmarkSet:
    return _febrl("FEBRL 4", folder / "dataset4a.csv", folder / "dataset4b.csv")


#: Public sets: the function that reads one, and the files that it needs.
PUBLIC: dict[str, tuple[Callable[[Path], BenchmarkSet], tuple[str, ...]]] = {
    "historical_50k": (historical, ("historical_figures_with_errors_50k.parquet",)),
    "fake_1000": (fake, ("fake_1000.csv",)),
    "febrl_3": (febrl_3, ("dataset3.csv",)),
    "febrl_4": (febrl_4, ("dataset4a.csv", "dataset4b.csv")),
}


def county(work: Path, persons: int, difficulty: str, seed: int = 1, *, thorough: bool = True) -> BenchmarkSet:
    """The project's own flat county, made anew unless it lies in the working folder already."""
    from pipelines.demo import make_flat

    folder = work / f"county_{difficulty}_{persons}_{seed}"
    if not (folder / "truth.parquet").exists():
        make_flat(folder, persons=persons, seed=seed, difficulty=difficulty)
    return flat(folder, f"county {difficulty} {persons:,}", thorough=thorough)


def flat(folder: Path, name: str, *, thorough: bool = True, for_peers: bool = True) -> BenchmarkSet:
    """A flat county: records.parquet as `hedui match` takes it, truth.parquet with record_id, person_uid, norm_id."""
    truth = pl.read_parquet(folder / "truth.parquet").select(
        pl.col("record_id").cast(pl.String), pl.col("person_uid").cast(pl.String).alias("entity"), "norm_id"
    )
    records = pl.read_parquet(folder / "records.parquet")
    peer_records = cleaned_for_peers(records) if for_peers else None
    return BenchmarkSet(name, records, truth, "record_id", None, "county", peer_records, thorough)


def province(work: Path, counties: int, persons: int) -> BenchmarkSet:
    """Flat counties with area codes and towns of their own in one table, for Hedui alone: made where it is lacking."""
    from pipelines.demo import make_flat

    folder = work / f"province_{counties}_{persons}"
    if not (folder / "truth.parquet").exists():
        folder.mkdir(parents=True, exist_ok=True)
        parts: dict[str, list[pl.LazyFrame]] = {"records": [], "truth": []}
        rows = people = 0
        for number in range(counties):
            paths = make_flat(folder / str(number), persons=persons, seed=number, area_code=f"{340590 + number}")
            for kind, path in zip(parts, paths, strict=True):
                part = pl.scan_parquet(path).with_columns(pl.col("record_id") + rows)
                parts[kind].append(part)
            parts["records"][-1] = parts["records"][-1].with_columns(town=pl.lit(COUNTY_SIGNS[number]) + pl.col("town"))
            parts["truth"][-1] = parts["truth"][-1].with_columns(pl.col("person_uid") + people)
            rows += pl.scan_parquet(paths[0]).select(pl.len()).collect().item()
            people += persons * 2
        for kind, frames in parts.items():
            pl.concat(frames).sink_parquet(folder / f"{kind}.parquet")
    return flat(folder, f"province of {counties} × {persons:,}", thorough=False, for_peers=False)


def cleaned_for_peers(records: pl.DataFrame) -> pl.DataFrame:
    """The flat county as a careful user of another engine would hand it over: values cleaned, placeholders null, and
    the pinyin and surname of the name, which no other engine knows of.

    A number with a slip stays as it was typed; of a rounded one the first 15 digits are left.
    """
    from pipelines.cleaning import place_key
    from pipelines.matching.codes import each_distinct
    from pipelines.matching.names import name_vocabulary
    from pipelines.matching.records import clean_records

    mentions = clean_records(records)
    slipped = pl.col("id_number_status").is_in(["bad_checksum", "bad_length", "impossible_birth_date"])
    delivered = pl.col("id_number_delivered")
    rounded = delivered.str.extract(r"^([0-9]\.[0-9]+)E\+?17$", 1).str.replace(r"\.", "").str.slice(0, 15)
    sounds = name_vocabulary(mentions["name"]).select(name="value", pinyin="pinyin", surname="surname")
    cleaned = mentions.select(
        record_id=records["record_id"].cast(pl.String),
        name="name",
        id_number=pl.coalesce("id_number", pl.when(slipped).then(delivered), rounded),
        birth_date=pl.col("birth_date").cast(pl.String),
        village=each_distinct(mentions["village"], place_key),
        phone="phone",
        account_number="account_number",
        sex="sex",
    )
    return cleaned.join(sounds, on="name", how="left", maintain_order="left")


def missing_files(folder: Path | None) -> Iterator[tuple[str, str]]:
    """(set, file) that the folder lacks."""
    for name, (_, files) in PUBLIC.items():
        for file in files:
            if folder is None or not (folder / file).is_file():
                yield name, file
