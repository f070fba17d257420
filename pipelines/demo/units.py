"""Assistance units: the cases of dibao and the applications, with their rows, modest means and payments."""

from __future__ import annotations

from datetime import timedelta
from itertools import chain, repeat

from pipelines.demo import planted, wealth
from pipelines.demo.county import County, month_of
from pipelines.demo.further_rules import REVIEW_MONTHS
from pipelines.demo.life_events import write_poverty_household
from pipelines.demo.population import Household
from pipelines.demo.unit import Unit

INCOME_KINDS = ("wage", "business", "property", "transfer")


def new_unit(county: County, feed: str, home: Household, number: int) -> Unit:
    """A case of all living members that stays below the standard."""
    members = sorted(county.living(home), key=lambda uid: uid != home.head)
    standard = county.standard("dibao", home.area_type)
    ceiling = standard * len(members)
    shares = {"wage": 0.42, "business": 0.14, "property": 0.03, "transfer": 0.15}
    incomes = {kind: int(ceiling * county.rng.random() * share) for kind, share in shares.items()}
    case = f"云低{number:06d}" if feed == "dibao" else f"HD{county.as_of.year}{number:05d}"
    return Unit(feed, case, home, members, standard, incomes, benefit_class=county.rng.choice("ABC"))


def write_units(county: County, feed: str, count: int) -> list[Unit]:
    """`count` cases; the planted ones first in the queue, each waiting for a household it fits."""
    plans = planted.deck(feed, planted.per_kind(county))
    queue = chain(plans, repeat("plain"))
    units: list[Unit] = []
    waiting: list[str] = []
    for home in county.free_homes():
        if len(units) >= max(count, len(plans)) and not waiting:
            break
        if not county.living(home) or not any(county.population.age(uid) >= 18 for uid in county.living(home)):
            continue
        waiting.append(next(queue))
        unit = new_unit(county, feed, home, len(units) + 1)
        plan = next((plan for plan in dict.fromkeys(waiting) if planted.fits(county, unit, plan)), None)
        if plan is None:
            continue
        waiting.remove(plan)
        if plan == "plain" and len(units) >= count:
            continue
        planted.apply(county, unit, plan)
        write_unit(county, unit, plan)
        units.append(unit)
    return units


def write_unit(county: County, unit: Unit, plan: str) -> None:
    county.assisted.update(unit.home.members)
    county.taken.update(unit.home.members)
    if unit.modest:
        write_modest_means(county, unit)
    if unit.feed == "dibao":
        write_dibao(county, unit, plan)
    else:
        write_application(county, unit, plan)
    if plan == "plain" and unit.home.area_type == "农村" and county.rng.random() < 0.2:
        unit.on_poverty_list = True
        covered = unit.feed == "dibao" and bool(unit.active())
        if covered or unit.feed == "application":
            write_poverty_household(
                county, unit.home, county.rng.choice(("否", "是")), "脱贫不稳定户", on_dibao=covered
            )


def write_modest_means(county: County, unit: Unit) -> None:
    """Wages like the declared ones, basic pensions, at most one home, small savings, exempt vehicles."""
    rng = county.rng
    workers = [uid for uid in unit.declared if 18 <= county.population.age(uid) < 60]
    if workers and unit.incomes["wage"] > 300 and rng.random() < 0.6:
        wealth.wage(county, workers[0], unit.incomes["wage"])
    for uid in unit.declared:
        age = county.population.age(uid)
        if unit.has_pensions and age >= 60:
            wealth.pension(county, uid, rng.randint(176, 236))
        if age >= 18 and rng.random() < 0.3:
            wealth.deposit(county, uid, rng.randint(10, 4000))
    if rng.random() < 0.1:
        wealth.vehicle(county, unit.declared[0], rng.choice(wealth.EXEMPT_VEHICLES))
    if rng.random() < 0.4:
        wealth.home_unit(county, unit.declared[:1])


def unit_block(county: County, unit: Unit, uid: int) -> dict[str, object]:
    total = sum(unit.incomes.values())
    return {
        **county.person_block(uid),
        "relation_to_head": unit.home.relations.get(uid, "其他亲属"),
        "case_number": unit.case_number,
        "area_type": unit.home.area_type,
        "declared_income_per_capita": total // max(1, unit.size),
        **{f"declared_{kind}_income": unit.incomes[kind] for kind in INCOME_KINDS},
    }


def write_dibao(county: County, unit: Unit, plan: str) -> None:
    if plan == "plain" and county.rng.random() < 0.12:
        status = county.rng.choice(("渐退", "停保"))
        unit.statuses = dict.fromkeys(unit.declared, status)
        if status == "渐退":
            planted.tapering_within_term(county, unit)
    amount = max(60, (unit.ceiling - sum(unit.incomes.values())) // 10 * 10)
    since = unit.months_since_review
    if since is None:  # now and then nobody has looked for years
        term = REVIEW_MONTHS[unit.benefit_class]
        since = county.rng.randint(5, 60) if county.rng.random() < 0.08 else county.rng.randrange(term)
    start = month_of(county.as_of, since)
    active = unit.active()
    for uid in unit.declared:
        values = {
            **unit_block(county, unit, uid),
            **county.account_block(unit.declared[0]),
            "benefit_class": unit.benefit_class,
            "covered_count": len(active) if unit.covered is None else unit.covered,
            "monthly_amount": amount,
            "start_month": start,
            "status": unit.statuses.get(uid, "在保"),
        }
        county.add(
            "dibao", values, self=uid, head=unit.home.head if unit.home.head in unit.declared else unit.declared[0]
        )
    if active:
        for back in (2, 1, 0):
            county.pay(active[0], "dibao", amount + unit.paid_beside.get(back, 0), months=(back,))


def write_application(county: County, unit: Unit, plan: str) -> None:
    applied = county.as_of - timedelta(days=county.rng.randint(5, 80))
    authorised = applied + timedelta(days=county.rng.randint(0, 4))
    if plan == "authorised_today":
        authorised = county.as_of
    for uid in unit.declared:
        values = {
            **unit_block(county, unit, uid),
            "programme": unit.programme,
            "applied_on": applied,
            "authorised_on": unit.authorised_on if plan.startswith("unauthorised") else authorised,
            "declared_vehicles": 0,
            "declared_properties": 1,
            "declared_deposit": county.rng.randint(0, 30) * 100,
        }
        county.add(
            "application",
            values,
            self=uid,
            head=unit.home.head if unit.home.head in unit.declared else unit.declared[0],
        )
