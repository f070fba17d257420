"""Tekun and orphans, and people who stand on two lists at once; with planted wrongs and look-alikes in order."""

from __future__ import annotations

from datetime import timedelta

from pipelines.demo import planted, wealth
from pipelines.demo.benefits import as_usual, enrol, enrol_tekun, years_before
from pipelines.demo.county import County
from pipelines.demo.population import Settler
from pipelines.demo.unit import Unit


def write_tekun(county: County) -> None:
    """Old people alone. Some own what they should not, some have a second programme beside it."""
    population = county.population
    homes = [
        home
        for home in county.free_homes()
        if len(home.members) == 1 and population.is_alive(home.head) and population.age(home.head) >= 60
    ]
    each = max(1, planted.per_kind(county) // 3)
    for number, home in enumerate(homes[: max(8 * each, len(population.people) // 130)]):
        uid = home.head
        county.assisted.add(uid)
        county.taken.add(uid)
        kind = number // each
        enrol_tekun(county, uid, "停保" if kind == 3 or (kind > 8 and county.rng.random() < 0.03) else "在保")
        if kind == 0:
            wealth.vehicle(county, uid, "轻型货车")
        elif kind == 1:
            wealth.deposit(county, uid, 24 * county.standard("tekun", "农村") + 100)
        elif kind == 2:
            wealth.deposit(county, uid, 24 * county.standard("tekun", "农村"))
        elif kind in (3, 4):  # a stopped tekun beside a subsidy is in order
            as_usual(county, "nursing_subsidy", population.people[uid], 220)
        elif kind == 5:
            as_usual(county, "homecare_subsidy", population.people[uid], 150)
        elif kind == 6:
            population.people[uid].death = county.as_of.replace(day=1) - timedelta(days=45)
        if population.age(uid) >= 80:
            as_usual(county, "elderly_allowance", population.people[uid], 60)


def write_orphans(county: County, settler: Settler) -> None:
    """Grandchildren without parents; some adopted, some grown up."""
    population = county.population
    homes = [
        home
        for home in county.free_homes()
        if home.relations[home.members[-1]] in ("孙子", "孙女")
        and all(population.is_alive(uid) for uid in home.members)
    ]
    each = planted.per_kind(county)
    adopters = [home.head for home in county.free_homes() if len(home.members) == 2 and population.age(home.head) >= 30]
    adopters = adopters or [home.head for home in population.households if population.age(home.head) >= 30]
    for number, home in enumerate(homes[: max(6 * each, len(population.people) // 600)]):
        child, guardian = home.members[-1], home.head
        county.taken.update(home.members)
        kind = number // each
        first = county.as_of.replace(day=1)
        if kind in (2, 3):
            grown = years_before(county.as_of, 18)
            settler.reissue(population.people[child], grown if kind == 2 else grown + timedelta(days=1))
        amount = 1020 if kind == 5 else 1100
        enrol(
            county,
            "orphan",
            child,
            amount,
            orphan_type=county.rng.choice(("孤儿", "事实无人抚养儿童")),
            guardian_uid=guardian,
        )
        county.pay(child, "orphan", amount, account_of=guardian)
        if kind in (4, 5):  # in full beside the subsidy for the disabled, and only the difference
            county.pay(child, "disabled_living", 80, account_of=guardian)
        if kind in (0, 1):  # before the month, and within it
            day = first - timedelta(days=county.rng.randint(1, 200)) if kind == 0 else first
            county.add(
                "adoption",
                {"registered_on": day, "child_birth_date": population.people[child].birth},
                child=child,
                adopter=adopters[number],
            )
    for home in county.free_homes()[: 5 + len(population.people) // 2000]:
        child = home.members[-1]
        if population.age(child) < 14:
            day = max(population.people[child].birth, county.as_of - timedelta(days=county.rng.randint(1, 300)))
            county.add(
                "adoption",
                {"registered_on": day, "child_birth_date": population.people[child].birth},
                child=child,
                adopter=adopters[-home.number % len(adopters)],
            )


def cross_programmes(county: County, units: list[Unit]) -> None:
    """People of dibao cases who stand on a second list: another dibao case, tekun, orphans."""
    population = county.population
    plain = [
        unit
        for unit in units
        if unit.feed == "dibao" and not unit.on_poverty_list and unit.active() and not unit.paid_beside
    ]
    each = planted.per_kind(county)
    pairs = iter(list(zip(plain[::2], plain[1::2], strict=False))[::-1])
    for number, (guest_of, host) in enumerate(pairs):
        if number >= 3 * each:
            break
        guest = next(
            (
                uid
                for uid in guest_of.active()[1:]
                if population.is_alive(uid) and population.people[uid].spouse is None
            ),
            None,
        )
        if guest is None:
            continue
        if number % 3 == 0:
            model = next(row for row in county.rows["dibao"] if row["case_number"] == host.case_number)
            values = {**model.values, **county.person_block(guest), "relation_to_head": "其他亲属"}
            county.add("dibao", values, self=guest, head=model.persons["head"])
        elif population.age(guest) < 18:
            enrol(county, "orphan", guest, 1100, orphan_type="事实无人抚养儿童", guardian_uid=guest_of.declared[0])
            county.pay(guest, "orphan", 1100, account_of=guest_of.declared[0])
        else:
            enrol_tekun(county, guest)
