"""Personal benefits and the allowances of the old; with planted wrongs and people for whom all is in order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from pipelines.demo import planted
from pipelines.demo.county import County, month_of
from pipelines.demo.population import Person, Settler

GRADES = ("轻度", "中度", "重度")


def enrol(county: County, programme: str, uid: int, amount: int, status: str = "在保", **more: Any) -> None:
    values = {
        **county.person_block(uid),
        **county.account_block(uid),
        "monthly_amount": amount,
        "start_month": month_of(county.as_of, county.rng.randint(4, 70)),
        "status": status,
        **more,
    }
    if programme == "nursing_subsidy":
        values["disability_grade"] = county.rng.choice(GRADES)
    guardian = {"guardian": more["guardian_uid"]} if "guardian_uid" in more else {}
    values.pop("guardian_uid", None)
    county.add(programme, values, self=uid, **guardian)


def enrol_tekun(county: County, uid: int, status: str = "在保") -> None:
    standard = county.standard("tekun", county.population.household_of(uid).area_type)
    in_home = county.rng.random() < 0.3
    number = f"云特{len(county.rows.get('tekun', ())) + 1:05d}"
    enrol(
        county,
        "tekun",
        uid,
        standard,
        status,
        case_number=number,
        support_mode="集中" if in_home else "分散",
        self_care=county.rng.choice(("全自理", "半护理", "全护理")),
        institution=county.rng.choice(county.words.places["institutions"]) if in_home else None,
    )
    if status != "停保":
        county.pay(uid, "tekun", standard)


# plans for one person in one programme ----------------------------------------------------------------------------
Plan = Callable[[County, str, Person, int], None]


def as_usual(county: County, programme: str, person: Person, amount: int) -> None:
    enrol(county, programme, person.uid, amount, "停保" if (stopped := county.rng.random() < 0.02) else "在保")
    if not stopped:
        county.pay(person.uid, programme, amount)


def dead_but_active(county: County, programme: str, person: Person, amount: int) -> None:
    person.death = county.as_of.replace(day=1) - timedelta(days=county.rng.randint(1, 25))
    enrol(county, programme, person.uid, amount)
    county.pay(person.uid, programme, amount, months=(2, 1))


def paid_after_death(county: County, programme: str, person: Person, amount: int) -> None:
    person.death = county.as_of.replace(day=1) - timedelta(days=county.rng.randint(33, 60))
    enrol(county, programme, person.uid, amount)
    county.pay(person.uid, programme, amount)


def died_this_month(county: County, programme: str, person: Person, amount: int) -> None:
    """Paid in the month of death, still on the list: in order."""
    person.death = county.as_of.replace(day=1) + timedelta(days=county.rng.randrange(county.as_of.day))
    enrol(county, programme, person.uid, amount)
    county.pay(person.uid, programme, amount)


def stopped_in_time(county: County, programme: str, person: Person, amount: int) -> None:
    person.death = county.as_of - timedelta(days=county.rng.randint(100, 300))
    enrol(county, programme, person.uid, amount, "停保")


def enrolled_twice(county: County, programme: str, person: Person, amount: int) -> None:
    for share in (amount, amount + 30):
        enrol(county, programme, person.uid, share)
        county.pay(person.uid, programme, share)


def enrolled_again(county: County, programme: str, person: Person, amount: int) -> None:
    """A stopped row beside the active one: in order."""
    enrol(county, programme, person.uid, amount, "停保")
    enrol(county, programme, person.uid, amount + 10)
    county.pay(person.uid, programme, amount + 10)


def paid_another_amount(county: County, programme: str, person: Person, amount: int) -> None:
    enrol(county, programme, person.uid, amount)
    county.pay(person.uid, programme, amount, months=(2, 1))
    county.pay(person.uid, programme, amount + county.rng.choice((-20, 20, 60)), months=(0,))


def paid_in_parts(county: County, programme: str, person: Person, amount: int) -> None:
    enrol(county, programme, person.uid, amount)
    county.pay(person.uid, programme, amount - 20)
    county.pay(person.uid, programme, 20)


def paid_without_right(county: County, programme: str, person: Person, amount: int) -> None:
    county.pay(person.uid, programme, amount)


def two_care_subsidies(county: County, programme: str, person: Person, amount: int) -> None:
    """Care paid for twice, as to an old and as to a disabled person; only the higher is due."""
    enrol(county, programme, person.uid, amount)
    county.pay(person.uid, programme, amount)
    county.pay(person.uid, "disabled_nursing", 80, months=(1, 0))


PLANS: tuple[Plan, ...] = (
    dead_but_active,
    paid_after_death,
    died_this_month,
    stopped_in_time,
    enrolled_twice,
    enrolled_again,
    paid_another_amount,
    paid_in_parts,
    paid_without_right,
)


def write_allowances(county: County, settler: Settler) -> None:
    """Everyone of 80 and more has the allowance, a few of 60 and more a subsidy; among them the planted cases."""
    population = county.population
    each = max(1, planted.per_kind(county) // 2)
    _move_birthdays(county, settler, each)
    old = [
        p for p in population.people if population.age(p.uid) >= 80 and p.death is None and p.uid not in county.taken
    ]
    county.rng.shuffle(old)
    queue = [plan for plan in PLANS for _ in range(each)]
    tekun = {row.uid for row in county.rows.get("tekun", ())}
    for number, person in enumerate(old):
        plan = queue[number] if number < len(queue) else as_usual
        if plan is not as_usual:
            county.taken.add(person.uid)
        amount = 60 if population.age(person.uid) < 90 else 130 if population.age(person.uid) < 100 else 500
        plan(county, "elderly_allowance", person, amount)
    assisted = [
        p
        for p in population.people
        if p.uid in county.assisted and p.uid not in tekun and population.age(p.uid) >= 80 and p.death is None
    ]
    for person in assisted[each:]:  # dibao beside the allowance is in order; the first were never told of it
        as_usual(county, "elderly_allowance", person, 60)
    _write_subsidy(county, "homecare_subsidy", 150, 0.035, tekun, each)
    _write_subsidy(county, "nursing_subsidy", 220, 0.02, tekun, each)
    _share_accounts(county, old[len(queue) :], planted.per_kind(county))


def _write_subsidy(county: County, programme: str, amount: int, share: float, tekun: set[int], each: int) -> None:
    population = county.population
    fit = [
        p
        for p in population.people
        if population.age(p.uid) >= 60 and p.death is None and p.uid not in county.taken and p.uid not in tekun
    ]
    county.rng.shuffle(fit)
    plans = (*PLANS, two_care_subsidies) if programme == "nursing_subsidy" else PLANS
    queue = [plan for plan in plans for _ in range(max(1, each // 3))]
    for number, person in enumerate(fit[: max(len(queue), int(len(fit) * share))]):
        if number < len(queue):
            county.taken.add(person.uid)
        (queue[number] if number < len(queue) else as_usual)(county, programme, person, amount)


def _move_birthdays(county: County, settler: Settler, each: int) -> None:
    """People a day too young, and people who reach the age on the very day."""
    for programme, limit, amount in (
        ("elderly_allowance", 80, 60),
        ("homecare_subsidy", 60, 150),
        ("nursing_subsidy", 60, 220),
    ):
        population = county.population
        used = county.taken | county.assisted
        near = [
            p
            for p in population.people
            if limit - 6 <= population.age(p.uid) < limit and p.death is None and p.uid not in used
        ]
        for number, person in enumerate(near[: each * 2]):
            county.taken.add(person.uid)
            birthday = years_before(county.as_of, limit)
            settler.reissue(
                person, birthday if number % 2 else birthday + timedelta(days=county.rng.choice((1, 40, 400)))
            )
            as_usual(county, programme, person, amount)


def years_before(day: date, years: int) -> date:
    return day.replace(year=day.year - years, day=min(day.day, 28) if day.month == 2 else day.day)


def _share_accounts(county: County, old: list[Person], each: int) -> None:
    """Accounts of one helper receive the money of old people of other villages."""
    paid = {row.uid: row for row in county.rows["payment"] if row["programme"] == "elderly_allowance"}
    free = [p for p in old if p.uid in paid and p.uid not in county.taken]
    for first, second in list(zip(free[::2], free[1::2], strict=False))[:each]:
        if first.household != second.household:
            county.taken.update((first.uid, second.uid))
            for row in county.rows["payment"]:
                if row.uid == second.uid:
                    row.values.update(county.account_block(first.uid))
