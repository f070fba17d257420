"""What is planted in assistance units: a wrong for each household code, beside look-alikes that are in order.

Each plan says which households it fits and how it changes the unit. Whether a finding follows is decided by the
truth rules alone, from the rows; nothing here names a finding's outcome.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from pipelines.demo import wealth
from pipelines.demo.county import County
from pipelines.demo.further_rules import REVIEW_MONTHS
from pipelines.demo.life_events import marry, pay_fisher, write_fishing_household, write_poverty_household
from pipelines.demo.unit import Unit

Fit = Callable[[County, Unit], bool]
Change = Callable[[County, Unit], None]


def per_kind(county: County) -> int:
    """How often each wrong is planted."""
    return max(2, len(county.population.people) // 1200)


def adults(county: County, unit: Unit) -> list[int]:
    return [uid for uid in unit.declared if county.population.age(uid) >= 18]


def spouse_of_head(county: County, unit: Unit) -> int | None:
    spouse = county.population.people[unit.home.head].spouse
    return spouse if unit.home.head in unit.declared and spouse in unit.declared else None


# who fits ---------------------------------------------------------------------------------------------------------
def anyone(county: County, unit: Unit) -> bool:
    return True


def has_couple(county: County, unit: Unit) -> bool:
    return spouse_of_head(county, unit) is not None


def has_couple_and_more(county: County, unit: Unit) -> bool:
    return has_couple(county, unit) and unit.size >= 3


def has_minor(county: County, unit: Unit) -> bool:
    return (
        any(county.population.age(u) < 18 and unit.home.relations[u] in ("之子", "之女") for u in unit.declared)
        and unit.home.head in unit.declared
    )


def has_adult_child(county: County, unit: Unit) -> bool:
    return unit.size >= 2 and any(
        county.population.age(u) >= 18 and unit.home.relations[u] in ("之子", "之女") for u in unit.declared
    )


def has_company(county: County, unit: Unit) -> bool:
    return unit.size >= 2 and county.population.age(unit.declared[0]) >= 18


def is_single(county: County, unit: Unit) -> bool:
    return unit.size == 1 and len(unit.home.members) == 1


def has_three_and_rural(county: County, unit: Unit) -> bool:
    return unit.size >= 3 and unit.home.area_type == "农村"


# what changes -----------------------------------------------------------------------------------------------------
def high_wage(county: County, unit: Unit) -> None:
    wealth.wage(county, adults(county, unit)[0], unit.ceiling + county.rng.randint(50, 2500))


def high_wage_once(county: County, unit: Unit) -> None:
    """High in an earlier period, low in the latest: in order."""
    unit.modest = False
    wealth.wage(county, adults(county, unit)[0], unit.ceiling + 900, back=3)
    wealth.wage(county, adults(county, unit)[0], 200, back=1)


def wage_at_standard(county: County, unit: Unit) -> None:
    unit.modest = False
    rest = unit.incomes["business"] + unit.incomes["property"] + unit.incomes["transfer"]
    wealth.wage(county, adults(county, unit)[0], unit.ceiling - rest)


def large_pension(county: County, unit: Unit) -> None:
    unit.modest = False
    wealth.pension(county, adults(county, unit)[-1], unit.ceiling + county.rng.randint(20, 900), "城镇职工养老")


def exempt_pension(county: County, unit: Unit) -> None:
    """The basic pension just up to the exempt amount, and otherwise an income right at the standard."""
    unit.modest = False
    unit.incomes = {"wage": unit.ceiling, "business": 0, "property": 0, "transfer": 0}
    wealth.pension(county, adults(county, unit)[0], 180)


def car(county: County, unit: Unit) -> None:
    wealth.vehicle(county, adults(county, unit)[-1], county.rng.choice(wealth.JUDGED_VEHICLES))


def car_given_up(county: County, unit: Unit) -> None:
    wealth.vehicle(county, adults(county, unit)[0], "小型轿车", "注销")
    wealth.vehicle(county, adults(county, unit)[0], county.rng.choice(wealth.EXEMPT_VEHICLES))


def two_homes(county: County, unit: Unit) -> None:
    wealth.home_unit(county, adults(county, unit)[:1])
    wealth.home_unit(county, adults(county, unit)[-1:])


def one_home_and_others(county: County, unit: Unit) -> None:
    """One home of two owners, one given up, a parking space: one home."""
    unit.modest = False
    wealth.home_unit(county, adults(county, unit)[:2])
    wealth.home_unit(county, adults(county, unit)[:1], status="历史")
    wealth.home_unit(county, adults(county, unit)[:1], use="车位")


def savings(county: County, unit: Unit) -> None:
    wealth.deposit(county, adults(county, unit)[0], 24 * unit.ceiling - 5000)
    wealth.deposit(county, adults(county, unit)[-1], county.rng.randint(5001, 60_000), "理财")


def savings_at_limit(county: County, unit: Unit) -> None:
    unit.modest = False
    wealth.deposit(county, adults(county, unit)[0], 24 * unit.ceiling)


def shareholder(county: County, unit: Unit) -> None:
    wealth.company(county, adults(county, unit)[0])


def stall_holder(county: County, unit: Unit) -> None:
    wealth.company(county, adults(county, unit)[0], county.rng.choice(("个体工商户", "农民专业合作社")))
    wealth.company(county, adults(county, unit)[0], "企业", county.rng.choice(("注销", "吊销")))


def leave_out_spouse(county: County, unit: Unit) -> None:
    unit.declared.remove(spouse_of_head(county, unit) or -1)


def spouse_stopped(county: County, unit: Unit) -> None:
    unit.statuses[spouse_of_head(county, unit) or -1] = "停保"


def spouse_died(county: County, unit: Unit) -> None:
    """Widowed long before the month; the dead spouse still stands on the poverty list."""
    spouse = spouse_of_head(county, unit)
    assert spouse is not None
    county.population.people[spouse].death = county.as_of - timedelta(days=county.rng.randint(40, 400))
    unit.declared.remove(spouse)
    unit.on_poverty_list = True
    write_poverty_household(county, unit.home, "否", "脱贫不稳定户", on_dibao=unit.feed == "dibao")


def divorced(county: County, unit: Unit) -> None:
    """Divorced, and the former spouse moved out of the case: in order."""
    spouse = spouse_of_head(county, unit)
    assert spouse is not None
    unit.declared.remove(spouse)
    people = county.population.people
    head = people[unit.home.head]
    man, wife = (head.uid, spouse) if head.sex == "男" else (spouse, head.uid)
    county.taken.update((man, wife))
    marry(county, man, wife, county.as_of - timedelta(days=county.rng.randint(50, 900)), "离婚")
    head.married_on = people[spouse].married_on = county.as_of - timedelta(days=2000)


def fishing_undeclared(county: County, unit: Unit) -> None:
    unit.modest = False
    unit.incomes["transfer"] = 40
    write_fishing_household(county, unit.home, allowance=county.rng.choice((300, 400)))


def fishing_declared(county: County, unit: Unit) -> None:
    """A twelfth of the year's allowances is just what was declared."""
    unit.modest = False
    unit.incomes["transfer"] = 300
    write_fishing_household(county, unit.home, allowance=300)


def fishing_property(county: County, unit: Unit) -> None:
    """Compensation for a second boat within the year is no income."""
    write_fishing_household(county, unit.home, allowance=0)
    vessel = f"皖云渔补{unit.home.number:05d}"
    pay_fisher(county, adults(county, unit)[0], vessel, "船网回收补偿", 28_000, county.as_of - timedelta(days=60))


def leave_out_child(county: County, unit: Unit) -> None:
    minor = next(
        u for u in unit.declared if county.population.age(u) < 18 and unit.home.relations[u] in ("之子", "之女")
    )
    unit.on_poverty_list = True
    write_poverty_household(county, unit.home, "是", "脱贫户", on_dibao=True)
    unit.declared.remove(minor)


def leave_out_adult_child(county: County, unit: Unit) -> None:
    grown = next(
        u for u in unit.declared if county.population.age(u) >= 18 and unit.home.relations[u] in ("之子", "之女")
    )
    unit.on_poverty_list = True
    write_poverty_household(county, unit.home, "是", "脱贫户", on_dibao=True)
    unit.declared.remove(grown)


def dead_member(county: County, unit: Unit) -> None:
    first = county.as_of.replace(day=1)
    county.population.people[unit.declared[-1]].death = first - timedelta(days=county.rng.randint(1, 150))


def dead_payee(county: County, unit: Unit) -> None:
    """Died two months ago; the money still goes to the dead head's account."""
    first = county.as_of.replace(day=1)
    county.population.people[unit.declared[0]].death = first - timedelta(days=county.rng.randint(35, 55))


def died_this_month(county: County, unit: Unit) -> None:
    county.population.people[unit.declared[0]].death = county.as_of.replace(day=1)


def dead_member_reduced(county: County, unit: Unit) -> None:
    """The dead member still stands in the case, but is no longer counted."""
    dead_member(county, unit)
    unit.covered = unit.size - 1


def dead_member_stopped(county: County, unit: Unit) -> None:
    """The dead member's row is stopped, and yet counted."""
    dead_member(county, unit)
    unit.statuses[unit.declared[-1]] = "停保"
    unit.covered = unit.size


def alone_on_paper(county: County, unit: Unit) -> None:
    """One person in the case, the whole household on the poverty list."""
    unit.on_poverty_list = True
    write_poverty_household(county, unit.home, "是", "脱贫户", on_dibao=unit.feed == "dibao")
    unit.declared = unit.declared[:1]


def alone_everywhere(county: County, unit: Unit) -> None:
    unit.on_poverty_list = True
    write_poverty_household(county, unit.home, "是", "脱贫户", on_dibao=unit.feed == "dibao")


def unmarked(county: County, unit: Unit) -> None:
    """In dibao, and the poverty list says 否."""
    unit.on_poverty_list = True
    write_poverty_household(county, unit.home, "是", "脱贫户", on_dibao=False)


def marked_after_stop(county: County, unit: Unit) -> None:
    """Out of dibao, and the poverty list still says 是."""
    unit.on_poverty_list = True
    unit.statuses = dict.fromkeys(unit.declared, "停保")
    write_poverty_household(county, unit.home, "是", "脱贫户", on_dibao=True)


def not_reviewed(county: County, unit: Unit) -> None:
    """Approved a month longer ago than the class allows."""
    unit.months_since_review = REVIEW_MONTHS[unit.benefit_class] + 1


def review_due_this_month(county: County, unit: Unit) -> None:
    unit.months_since_review = REVIEW_MONTHS[unit.benefit_class]


def tapering_too_long(county: County, unit: Unit) -> None:
    unit.statuses = dict.fromkeys(unit.declared, "渐退")
    county.tapering_since[unit.case_number] = county.as_of - timedelta(days=county.rng.randint(410, 500))


def tapering_within_term(county: County, unit: Unit) -> None:
    unit.statuses = dict.fromkeys(unit.declared, "渐退")
    county.tapering_since[unit.case_number] = county.as_of - timedelta(days=county.rng.randint(100, 350))


def paid_more(county: County, unit: Unit) -> None:
    unit.paid_beside[1] = county.rng.choice((30, 50, 100))


def unauthorised(county: County, unit: Unit) -> None:
    car(county, unit)


def authorised_later(county: County, unit: Unit) -> None:
    unit.authorised_on = county.as_of + timedelta(days=1)


def nothing(county: County, unit: Unit) -> None:
    return None


#: plan -> (which feeds, who fits, what changes)
PLANS: dict[str, tuple[tuple[str, ...], Fit, Change]] = {
    **{
        change.__name__: (("dibao", "application"), fit, change)
        for fit, change in (
            (anyone, high_wage),
            (anyone, high_wage_once),
            (anyone, wage_at_standard),
            (anyone, large_pension),
            (anyone, exempt_pension),
            (anyone, car),
            (anyone, car_given_up),
            (anyone, two_homes),
            (anyone, one_home_and_others),
            (anyone, savings),
            (anyone, savings_at_limit),
            (anyone, shareholder),
            (has_company, alone_on_paper),
            (is_single, alone_everywhere),
            (anyone, stall_holder),
            (has_couple, leave_out_spouse),
            (has_couple_and_more, spouse_died),
            (has_couple, divorced),
            (has_three_and_rural, fishing_undeclared),
            (has_three_and_rural, fishing_declared),
            (has_three_and_rural, fishing_property),
        )
    },
    **{
        change.__name__: (("dibao",), fit, change)
        for fit, change in (
            (has_couple, spouse_stopped),
            (has_minor, leave_out_child),
            (has_adult_child, leave_out_adult_child),
            (has_couple_and_more, dead_member),
            (has_couple_and_more, dead_member_reduced),
            (has_couple_and_more, dead_member_stopped),
            (anyone, unmarked),
            (anyone, marked_after_stop),
            (anyone, not_reviewed),
            (anyone, review_due_this_month),
            (anyone, tapering_too_long),
            (anyone, tapering_within_term),
            (has_couple_and_more, dead_payee),
            (has_couple_and_more, died_this_month),
            (anyone, paid_more),
        )
    },
    "unauthorised": (("application",), anyone, unauthorised),
    "unauthorised_yet": (("application",), anyone, authorised_later),
    "authorised_today": (("application",), anyone, nothing),
    "plain": (("dibao", "application"), anyone, nothing),
}


#: Plans for the further findings, planted half as often.
FURTHER = frozenset(
    plan.__name__
    for plan in (
        dead_member_reduced,
        dead_member_stopped,
        alone_on_paper,
        alone_everywhere,
        unmarked,
        marked_after_stop,
        not_reviewed,
        review_due_this_month,
        tapering_too_long,
        tapering_within_term,
    )
)


def deck(feed: str, each: int) -> list[str]:
    """The plans of a feed: applications get one of those that dibao has often."""
    times = each if feed == "dibao" else max(1, each // 4)
    plans = []
    for name, (feeds, _, _) in PLANS.items():
        if feed in feeds and name != "plain":
            often = max(1, times // 2) if name in FURTHER else times
            plans += [name] * (each if name.startswith("unauthorised") else often)
    return plans


def fits(county: County, unit: Unit, plan: str) -> bool:
    return bool(adults(county, unit)) and PLANS[plan][1](county, unit)


def apply(county: County, unit: Unit, plan: str) -> None:
    PLANS[plan][2](county, unit)
