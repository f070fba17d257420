"""Reads the mention table once: checks its shape, folds values to comparison keys, refuses what cannot be matched."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from pipelines.cleaning import fold_id_text
from pipelines.matching.codes import by_distinct
from pipelines.matching.names import comparison_keys, other_keys
from pipelines.matching.places import learn_village_aliases, read_residence
from pipelines.matching.shared_numbers import drop_shared_numbers
from pipelines.matching.side_by_side import side_by_side

REQUIRED = ("mention_id", "row_id", "role", "name", "id_number", "id_number_status")
OPTIONAL = [
    "feed",
    "name_delivered",
    "id_number_delivered",
    "sex",
    "birth_date",
    "town",
    "village",
    "group_no",
    "address",
    "phone",
    "account_number",
    "certificate_number",
    "case_key",
    "relation_to_head",
    "vessel_number",
    "shared_key",
    "section",
    "event",
    "event_on",
    "is_repeat",
]
TYPES: dict[str, pl.DataType] = {"birth_date": pl.Date(), "event_on": pl.Date(), "is_repeat": pl.Boolean()}
#: Words for the head itself, without brackets and codes (01-本人).
HEAD_RELATIONS = ("户主", "本人", "本人或户主", "户主本人", "本人户主", "申请人", "申请人本人")
#: The same as codes alone (GB/T 4761: 01 本人, 02 户主).
HEAD_CODES = ("01", "02")
#: Roles that stand in one row with another person: such a row is a small household of its own.
PAIRED_ROLES = ("husband", "wife", "child", "adopter", "guardian")
#: What makes a mention without an owned number the same mention when its row is delivered again.
CONTENT = (
    *("feed", "role", "name_key", "other_key", "id_text", "id_digits", "sex", "birth_date", "town", "village"),
    *("address", "phone", "account_number", "certificate_number", "case_key", "vessel_number"),
)
#: Fewest digits of an unusable ID number that say anything about the person.
SHORTEST_ID_TEXT, LONGEST_ID_TEXT = 15, 20


def hashed(value: pl.Expr) -> pl.Expr:
    """A hash of 64 bits that is kept from night to night; null stays null."""
    return pl.when(value.is_not_null()).then(value.hash(seed=17))


ENDS_LIKE_ROUNDED = pl.col("id_number").str.ends_with("000")
HEAD = pl.col("id_number").str.slice(0, 15)
#: Rows with one number, as it stands before anything is refused; those with the first digits of a valid one, and where
#: it may have been rounded, which bears on the others.
NUMBER_LINKS = {
    "text_link": hashed(pl.col("id_text")),
    "digits_link": hashed(pl.col("id_digits")),
    "head_link": hashed(HEAD),
    "rounded_link": hashed(pl.when(ENDS_LIKE_ROUNDED).then(HEAD)),
}


class MatchingInputError(ValueError):
    """The table given to the matching engine does not have the shape it needs (in Chinese: what, where, remedy)."""


def check_mentions(mentions: pl.DataFrame) -> pl.DataFrame:
    """The mentions with exactly the known columns and types, sorted by mention_id. Raises MatchingInputError."""
    if missing := [column for column in REQUIRED if column not in mentions.columns]:
        raise MatchingInputError(
            f"人员表缺少必需的列 {', '.join(missing)}；位置：匹配输入；处理：补齐该列（没有值时留空）后重新运行"
        )
    columns = []
    for column in (*REQUIRED, *OPTIONAL):
        expected = TYPES.get(column, pl.String())
        if column not in mentions.columns:
            columns.append(pl.lit(None, dtype=expected).alias(column))
        elif mentions.schema[column] in (expected, pl.Null()):
            columns.append(pl.col(column).cast(expected))
        else:
            raise MatchingInputError(
                f"列 {column} 的类型是 {mentions.schema[column]}，应为 {expected}；"
                "位置：匹配输入；处理：先按标准清洗再匹配"
            )
    checked = mentions.select(columns)
    if not checked["mention_id"].is_sorted():
        checked = checked.sort("mention_id")
    ids = checked["mention_id"]
    if ids.null_count() or (ids == ids.shift(1)).any():
        raise MatchingInputError(
            "mention_id 有空值或重复；位置：匹配输入；处理：每行每个角色只给一个不重复的 mention_id"
        )
    return checked


def blank_to_null(frame: pl.DataFrame) -> pl.DataFrame:
    # Most columns have no blank, and one without any value is a single null to Polars until something is made of it.
    found = frame.select((pl.col(pl.String).str.len_bytes() == 0).any()).row(0, named=True)
    blank = [column for column, is_blank in found.items() if is_blank]
    return frame.with_columns(pl.when(pl.col(blank).str.len_bytes() > 0).then(pl.col(blank)))


def _read_unusable(rows: pl.DataFrame) -> pl.DataFrame:
    """id_text and id_digits of rows without a valid number."""
    # Offices that cannot type the X write × or * for it: a slip like any other, since the check digit then decides.
    rows = rows.with_columns(delivered=fold_id_text(pl.col("id_number_delivered")))
    delivered = pl.col("delivered").str.replace(r"^(\d{17})[^\dX]$", "${1}X")
    unusable = pl.col("id_number_status").is_in(["bad_checksum", "bad_length", "impossible_birth_date"])
    text = pl.when(delivered.str.contains(r"^[0-9]{14,19}[0-9X]$")).then(delivered)
    text = pl.when(text.str.len_chars().is_between(SHORTEST_ID_TEXT, LONGEST_ID_TEXT)).then(text)
    mantissa = delivered.str.extract(r"^([0-9]\.[0-9]+)E\+?1[4-8]$", 1).str.replace(r"\.", "", literal=False)
    cut = pl.col("id_number_status").is_in(["bad_checksum", "precision_lost"])
    zeros = delivered.str.contains(r"^[0-9]{15}000$")
    rounded = pl.when(cut & zeros).then(delivered.str.slice(0, 15)).when(cut).then(mantissa)
    # A disability certificate is the ID number followed by kind and grade.
    certified = pl.col("certificate_number").str.extract(r"^(\d{17}[\dX])\d{2}(?:B\d)?$", 1)
    return rows.select(
        id_text=pl.coalesce(certified, pl.when(unusable & rounded.is_null()).then(text)),
        id_digits=rounded.str.slice(0, 15),
    )


def _add_id_columns(frame: pl.DataFrame) -> pl.DataFrame:
    """id_text: a number that is whole but may be wrong. id_digits: what a spreadsheet left of a rounded one."""
    valid = frame.select((pl.col("id_number_status") == "valid").fill_null(False)).to_series()
    numbers = frame.select(pl.when(valid).then("id_number")).to_series()
    if valid.all():
        return frame.with_columns(id_number=numbers, id_text=numbers, id_digits=numbers)
    read = _read_unusable(frame.filter(~valid))
    # Which of the unusable numbers is the row's; beside a valid number the one before, which is not looked at.
    place = (~valid).cast(pl.UInt32).cum_sum().clip(1) - 1
    return frame.with_columns(
        numbers.alias("id_number"),
        *(pl.when(valid).then(numbers).otherwise(read[name].gather(place)).alias(name) for name in read.columns),
    )


def _rounded_after_all(frame: pl.DataFrame) -> pl.DataFrame:
    """A number that ends in 000 passes the checksum once in eleven times though a spreadsheet rounded it.

    It is taken for rounded when the same name stands beside another valid number with the same first 15 digits.
    """
    suspects = frame.filter(ENDS_LIKE_ROUNDED).select("mention", "name_key", head=HEAD)
    whole = frame.filter(~ENDS_LIKE_ROUNDED & HEAD.is_in(suspects["head"].implode()))
    whole = whole.select("name_key", head=HEAD).drop_nulls()
    rounded = suspects.join(whole, on=["name_key", "head"], how="semi")["mention"]
    if rounded.is_empty():
        return frame
    kept = pl.when(~pl.col("mention").is_in(rounded.implode()))
    return frame.with_columns(
        kept.then("id_number").alias("id_number"),
        kept.then("id_text").alias("id_text"),
        kept.then("id_digits").otherwise(pl.col("id_digits").str.slice(0, 15)).alias("id_digits"),
    )


def prepare(
    mentions: pl.DataFrame, aliases: pl.DataFrame | None = None, *, unread: Collection[str] = ()
) -> pl.DataFrame:
    """One row per mention, sorted by mention_id, with row number `mention` (UInt32) and the comparison keys.

    Adds: name_key, other_key (the name beside it in brackets), id_text, id_digits, number_birth, number_sex (what a
    valid number says), town_key, village_key, stated_village (what the row says, where that is another name of the
    village), group_key, house, is_head, register (the feed, with the section of it where rows name one), context
    (the household, case or registration in which the row stands), shared_number (a number on so many names that it
    is nobody's), and NUMBER_LINKS (hashes: rows whose numbers bear on each other share one). `aliases`:
    the other names of villages (learn_village_aliases); None: learned from these mentions. `unread`: columns to leave
    out.
    """
    links = {name: link for name, link in NUMBER_LINKS.items() if name not in unread}
    frame = blank_to_null(check_mentions(mentions))
    numbered, name_key, other_key, residence = side_by_side(
        [
            lambda: _add_id_columns(frame).with_columns(**links),
            lambda: by_distinct(frame["name"], comparison_keys),
            lambda: by_distinct(frame["name_delivered"], other_keys),
            lambda: read_residence(frame),
        ]
    )
    frame = numbered.drop("name_delivered").with_columns(name_key=name_key, other_key=other_key).hstack(residence)
    frame = drop_shared_numbers(_rounded_after_all(frame.with_row_index("mention")))
    if aliases is None:
        aliases = learn_village_aliases(frame)
    # A join copies all columns of its sides, so that each is given those alone that it needs.
    place = ["town_key", "village_key"]
    main_village = frame.select(place).join(aliases, on=place, how="left", maintain_order="left", nulls_equal=True)
    frame = frame.with_columns(main_village["main_village"])
    relation = pl.col("relation_to_head").str.replace_all(r"[\s()（）.:、-]", "")
    is_relation_of_head = relation.str.replace_all("[0-9]", "").is_in(HEAD_RELATIONS) | relation.is_in(HEAD_CODES)
    is_head = (pl.col("role") == "head") | ((pl.col("role") == "self") & is_relation_of_head)
    paired = frame.filter(pl.col("role").is_in(PAIRED_ROLES))["row_id"].unique()
    context = pl.coalesce("case_key", "shared_key")
    if paired.len():
        context = pl.when(pl.col("row_id").is_in(paired.implode())).then("row_id").otherwise(context)
    return frame.with_columns(
        village_key=pl.coalesce("main_village", "village_key"),
        stated_village=pl.when(pl.col("main_village").is_not_null()).then("village_key"),
        number_birth=pl.col("id_number").str.slice(6, 8).str.to_date("%Y%m%d", strict=False),
        number_sex=pl.when(pl.col("id_number").str.slice(16, 1).cast(pl.Int8, strict=False) % 2 == 1)
        .then(pl.lit("男"))
        .when(pl.col("id_number").is_not_null())
        .then(pl.lit("女")),
        sex=pl.coalesce(
            "sex", pl.col("role").replace_strict({"husband": "男", "wife": "女"}, default=None, return_dtype=pl.String)
        ),
        is_head=is_head.fill_null(False),
        register=pl.concat_str("feed", "section", "event", separator="/", ignore_nulls=True),
        context=context,
    ).drop("main_village", "address_village", *(name for name in unread if name not in NUMBER_LINKS))
