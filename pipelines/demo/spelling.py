"""Turns the true rows into rows as clerks enter them: namings, relations, programmes, groups, moved addresses, gaps."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any

from pipelines.contracts import get_feed
from pipelines.demo.county import County
from pipelines.demo.mess import Clerk
from pipelines.demo.population import Person
from pipelines.demo.rows import Row

PROGRAMMES = {
    "dibao": ("低保", "最低生活保障金", "农村低保", "城市低保金"),
    "tekun": ("特困供养金", "特困人员救助供养"),
    "orphan": ("孤儿基本生活费", "事实无人抚养儿童补贴"),
    "elderly_allowance": ("高龄津贴",),
    "homecare_subsidy": ("居家养老服务补贴",),
    "nursing_subsidy": ("护理补贴",),
    "temporary_assistance": ("临时救助",),
    "disabled_living": ("困难残疾人生活补贴", "残疾人生活补贴"),
    "disabled_nursing": ("重度残疾人护理补贴", "残疾人护理补贴"),
    "farmland_protection": ("耕地地力保护补贴",),
}
RELATIONS = {
    "户主": ("户主", "本人"),
    "配偶": ("配偶", "妻", "之妻", "配偶"),
    "之子": ("之子", "长子", "儿子", "子"),
    "之女": ("之女", "长女", "女儿", "女"),
    "父亲": ("父亲", "之父"),
    "母亲": ("母亲", "之母"),
    "孙子": ("孙子", "孙"),
    "孙女": ("孙女",),
    "其他亲属": ("其他亲属", "其他"),
}
CHINESE_DIGITS = ("零", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三", "十四")


def naming_columns(feed: str) -> dict[str, tuple[str, str]]:
    """Role in the books -> (name column, ID column); the payee of a payment is its `self`."""
    return {
        "self" if m.role == "payee" else m.role: (m.columns["name"], m.columns["id_number"])
        for m in get_feed(feed).mentions
    }


def spell(county: County, clerk: Clerk, rows: Iterable[Row]) -> None:
    """Fills `delivered`, `namings` and `uncertain` of every row."""
    people = county.population.people
    columns = {feed: naming_columns(feed) for feed in county.rows}
    known = {uid for own in county.rows.values() for row in own for uid in row.persons.values()}
    for row in rows:
        row.delivered = dict(row.values)
        uncertain = set()
        for role, (name_column, id_column) in columns[row.feed].items():
            if role not in row.persons:
                continue
            person = people[row.persons[role]]
            naming = clerk.naming(person, _confused_with(county, person, known))
            row.namings[role] = naming
            row.delivered[name_column], row.delivered[id_column] = naming.name, naming.id_number
            if naming.recovered_id != person.id_number:
                uncertain.add(role)
        row.uncertain = frozenset(uncertain)
        _spell_values(county, clerk, row)


def _confused_with(county: County, person: Person, known: set[int]) -> Person | None:
    """Whose number a clerk takes by mistake: mostly somebody of the same household, always one whom some row names."""
    members = county.population.households[person.household].members
    uid = (
        county.rng.choice(members)
        if len(members) > 1 and county.rng.random() < 0.6
        else county.rng.randrange(len(county.population.people))
    )
    return county.population.people[uid] if uid in known else None


def _spell_values(county: County, clerk: Clerk, row: Row) -> None:
    rng, delivered, rates = county.rng, row.delivered, clerk.rates
    if "birth_date" in delivered and rng.random() < rates.birth:
        delivered["birth_date"], row.namings["self"].birth_tag = clerk.birth(delivered["birth_date"])
    if "programme" in delivered:
        delivered["programme"] = rng.choice(PROGRAMMES.get(delivered["programme"], (delivered["programme"],)))
    if "relation_to_head" in delivered:
        delivered["relation_to_head"] = _relation(county, row)
    if "address" in delivered:
        if rng.random() < rates.moved and "village" in delivered:
            _move(county, delivered)
        elif rng.random() < 0.3 and delivered["town"] if "town" in delivered else False:
            delivered["address"] = delivered["address"].removeprefix(delivered["town"])
        if rng.random() < rates.blank:
            delivered["address"] = None
    if "phone" in delivered and rng.random() < rates.blank + rates.changed:
        share = rates.blank / (rates.blank + rates.changed)
        delivered["phone"] = None if rng.random() < share else f"199{rng.randrange(10**8):08d}"
    if isinstance(delivered.get("group_no"), int):
        delivered["group_no"] = _group(rng, delivered["group_no"])


def _relation(county: County, row: Row) -> str:
    relation = row.values["relation_to_head"]
    if relation == "配偶" and county.population.people[row.uid].sex == "男":
        return county.rng.choice(("配偶", "丈夫", "之夫"))
    return county.rng.choice(RELATIONS[relation])


def _move(county: County, delivered: dict[str, Any]) -> None:
    home = county.rng.choice(county.population.households)
    delivered.update(town=home.town, village=home.village, group_no=home.group_no, address=home.address)


def _group(rng: random.Random, number: int) -> str:
    return rng.choice((f"{number}组", f"{number}", f"{CHINESE_DIGITS[number]}组", f"第{number}村民组"))


def confuse_identities(county: County, clerk: Clerk, count: int) -> None:
    """Plants other people's numbers where sex and birth date are stated, beside misspelt names with the own number."""
    people = county.population.people
    feeds = ("disability", "elderly_allowance", "poverty_household")
    rows = [
        row for feed in feeds for row in county.rows.get(feed, ()) if not row.unusable and row.uid not in county.taken
    ]
    known = sorted(
        {
            row.uid
            for feed in ("payment", "deposit", "marriage")
            for row in county.rows.get(feed, ())
            if "self" in row.persons
        }
    )
    for number, row in enumerate(county.rng.sample(rows, min(len(rows), 2 * count))):
        person, naming = people[row.uid], row.namings["self"]
        if number % 2:
            naming.name, naming.name_tag = clerk.name(person.name)
            row.delivered["name"] = naming.name
            continue
        owner = people[county.rng.choice(known)]
        if owner.uid != person.uid and owner.name != person.name and owner.birth != person.birth:
            naming.id_number = naming.recovered_id = owner.id_number
            naming.id_tag = "other"
            row.delivered["id_number"] = owner.id_number
            row.uncertain |= {"self"}


def add_unusable_rows(county: County, each: int) -> None:
    """Rows that say nothing: no identity, an amount or a date that is none."""
    spoilt: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("payment", "amount_negative", {"amount": -120}),
        ("payment", "amount_text", {"amount": "见附件"}),
        ("payment", "date_impossible", {"paid_month": "202613"}),
        ("temporary_assistance", "date_impossible", {"granted_on": "2026/2/30"}),
        ("social_insurance", "amount_text", {"monthly_amount": "待核"}),
        ("elderly_allowance", "no_identity", {"name": None, "id_number": None}),
        ("disability", "no_identity", {"name": None, "id_number": "无"}),
        ("payment", "no_identity", {"name": None, "id_number": None}),
    )
    for feed, reason, change in spoilt:
        usable = [row for row in county.rows.get(feed, ()) if not row.unusable]
        for model in county.rng.sample(usable, min(each, len(usable))):
            row = county.add(feed, dict(model.values), **model.persons)
            row.unusable = reason
            row.delivered = {**model.delivered, **change}
            row.namings = {} if reason == "no_identity" else dict(model.namings)
