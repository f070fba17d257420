"""The contracts are data; these tests hold their shape."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
import yaml

from pipelines.contracts import ContractError, Feed, all_feeds, code_lists, contract_digest, get_feed, loader

FEEDS = list(all_feeds().values())
EVERY_FEED = pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.name)

APPEND = {"payment", "temporary_assistance", "fishing_compensation", "marriage", "adoption", "cremation"}


def test_there_are_the_24_feeds_and_six_of_them_append() -> None:
    assert len(FEEDS) == 24
    assert {feed.name for feed in FEEDS if feed.is_append} == APPEND


@EVERY_FEED
def test_no_header_stands_for_two_columns_of_a_feed(feed: Feed) -> None:
    owner: dict[str, str] = {}
    for column in feed.columns:
        for header in column.headers:
            assert owner.setdefault(header, column.name) == column.name, header


@EVERY_FEED
def test_headers_are_written_in_half_width_and_without_blanks(feed: Feed) -> None:
    for column in feed.columns:
        for header in column.headers:
            assert unicodedata.normalize("NFKC", header).replace("（", "(") == header.strip().replace("（", "(")
            assert " " not in header


@EVERY_FEED
def test_columns_that_tell_who_a_person_is_are_marked_personal(feed: Feed) -> None:
    for column in feed.columns_of_type("person_name", "id_number", "account_number", "phone", "certificate_number"):
        assert column.personal, column.name


@EVERY_FEED
def test_a_row_that_names_persons_says_in_which_roles(feed: Feed) -> None:
    named = {column.name for column in feed.columns_of_type("person_name")}
    assert {mention.columns["name"] for mention in feed.mentions} == named
    assert all(get_feed(feed.name).by_name[m.columns["id_number"]].type == "id_number" for m in feed.mentions)


@EVERY_FEED
def test_the_name_and_id_number_of_the_person_a_row_is_about_must_be_delivered(feed: Feed) -> None:
    for mention in feed.mentions:
        if mention.role in ("self", "payee", "husband", "wife", "child", "adopter"):
            assert all(feed.by_name[mention.columns[part]].required for part in ("name", "id_number"))


@EVERY_FEED
def test_an_append_feed_has_a_key_and_a_date_of_its_event(feed: Feed) -> None:
    assert feed.key
    assert (feed.event_column in feed.by_name) == feed.is_append


def test_every_canonical_code_is_one_of_its_own_spellings() -> None:
    for spellings in code_lists().values():
        assert set(spellings.values()) <= set(spellings)


def test_an_unknown_feed_is_refused_by_name() -> None:
    with pytest.raises(ContractError, match="there is no feed vehicles"):
        get_feed("vehicles")


def copy_of(feed: str, tmp_path: Path, **changes: object) -> Path:
    data = yaml.safe_load((loader.FOLDER / "feeds" / f"{feed}.yaml").read_text(encoding="utf-8"))
    path = tmp_path / f"{feed}.yaml"
    path.write_text(yaml.safe_dump({**data, **changes}, allow_unicode=True), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"freshnes": 3}, r"vehicle.yaml: unknown key \['freshnes'\]"),
        ({"delivery": "weekly"}, "must be snapshot or append"),
        ({"key": ["chassis"]}, r"unknown columns \['chassis'\]"),
        ({"mentions": [{"role": "driver", "columns": {"name": "name"}}]}, "mention driver"),
        ({"columns": [{"name": "name", "header": "姓名", "type": "string"}]}, "unknown type string"),
        ({"columns": [{"name": "a", "header": "甲", "type": "code", "codes": "none"}]}, "code list none"),
    ],
)
def test_a_broken_contract_is_refused_with_file_and_key(
    tmp_path: Path, changes: dict[str, object], message: str
) -> None:
    with pytest.raises(ContractError, match=message):
        loader._feed(copy_of("vehicle", tmp_path, **changes), {})


def test_the_digest_covers_every_contract_file() -> None:
    assert len(contract_digest()) == 64
