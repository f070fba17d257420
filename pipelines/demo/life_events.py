"""Registrations of the whole population: marriages, deaths, disability, grants, fishing, poverty."""

from __future__ import annotations

from datetime import date, timedelta

from pipelines.demo.county import County, year_before
from pipelines.demo.population import Household
from pipelines.demo.rows import Row


def marry(county: County, husband: int, wife: int, day: date, event: str = "结婚") -> None:
    office = f"{county.words.places['county']}民政局婚姻登记处"
    county.add("marriage", {"event": event, "registered_on": day, "office": office}, husband=husband, wife=wife)


def write_marriages(county: County) -> None:
    """Couples as they are, and some earlier marriages that ended in divorce."""
    people = county.population.people
    for man in people:
        if man.sex != "男" or man.spouse is None or man.married_on is None:
            continue
        if man.married_on.year >= 1985 or county.rng.random() < 0.4 or county.taken & {man.uid, man.spouse}:
            marry(county, man.uid, man.spouse, man.married_on)
    singles = [
        p for p in people if p.spouse is None and p.uid not in county.taken and 32 < county.population.age(p.uid) < 60
    ]
    men, women = [p.uid for p in singles if p.sex == "男"], [p.uid for p in singles if p.sex == "女"]
    for husband, wife in zip(men[: len(men) // 2], women, strict=False):
        day = max(people[husband].birth, people[wife].birth) + timedelta(days=365 * 23)
        marry(county, husband, wife, day)
        marry(
            county,
            husband,
            wife,
            min(day + timedelta(days=county.rng.randint(300, 3000)), county.as_of - timedelta(days=60)),
            "离婚",
        )


def write_deaths(county: County) -> None:
    for person in county.population.people:
        if person.death is not None:
            burnt = min(person.death + timedelta(days=county.rng.randint(1, 3)), county.as_of)
            home = county.population.household_of(person.uid)
            values = {"sex": person.sex, "died_on": person.death, "cremated_on": burnt, "address": home.address}
            county.add("cremation", values, self=person.uid)


def write_disability(county: County, each: int) -> None:
    """Certificates; most of the heavily disabled draw a subsidy, `each` of those in households at risk do not."""
    at_risk = [row.uid for row in county.rows.get("poverty_household", ()) if row["risk_cleared"] == "否"]
    forgotten = {uid for uid in at_risk if uid not in county.assisted and county.population.is_alive(uid)}
    planted = set(sorted(forgotten)[:each])
    for person in county.population.people:
        if person.death is None and (person.uid in planted or county.rng.random() < 0.045):
            level = 0 if person.uid in planted else county.rng.randrange(4)
            number = f"{person.id_number}{county.rng.randint(1, 7)}{level + 1}"
            values = {
                **county.person_block(person.uid),
                "certificate_number": number,
                "category": county.rng.choice(county.words.places["disability_kinds"]),
                "grade": "一二三四"[level] + "级",
            }
            county.add("disability", values, self=person.uid)
            if level < 2 and person.uid not in planted and county.rng.random() < 0.6:
                county.pay(person.uid, "disabled_nursing", 80)


def write_temporary_assistance(county: County) -> None:
    people = county.population.people
    for uid in county.rng.sample(range(len(people)), len(people) // 110 + 3):
        if people[uid].death is None and county.population.age(uid) >= 18:
            day = county.as_of - timedelta(days=county.rng.randint(1, 300))
            values = {
                **county.person_block(uid),
                "granted_on": day,
                "amount": county.rng.randint(4, 60) * 100,
                "reason": county.rng.choice(county.words.places["reasons"]),
            }
            county.add("temporary_assistance", values, self=uid)


def write_other_payments(county: County) -> None:
    """Subsidies that no rule on entitlement judges, one of them under a name that no code list knows."""
    for home in county.population.households:
        if home.area_type == "农村" and county.rng.random() < 0.3 and county.population.is_alive(home.head):
            kind = "farmland_protection" if county.rng.random() < 0.97 else "油菜扩种奖补"
            county.pay(home.head, kind, county.rng.randint(60, 900), months=(county.rng.choice((1, 3)),))


def household_block(county: County, home: Household, uid: int) -> dict[str, str]:
    return {"relation_to_head": home.relations[uid]}


def write_fishers(county: County, each: int) -> None:
    """Fishing households outside assistance, with compensation long paid and allowances still running.

    `each` of every kind that is wrong, or looks so: boats paid for twice, allowances after their end, idle and poor.
    """
    rural = [home for home in county.free_homes() if home.area_type == "农村" and county.living(home)]
    wrongs = (boat_paid_again, boat_paid_to_two, boat_paid_in_parts, allowance_overrun, idle_and_poor, idle_at_standard)
    queue = [wrong for wrong in wrongs for _ in range(each)]
    for number, home in enumerate(rural[: max(len(queue), len(county.population.households) // 90 + 3)]):
        if number < len(queue):
            queue[number](county, home)
        else:
            write_fishing_household(county, home, allowance=county.rng.choice((0, 300, 400)))


def boat_paid_again(county: County, home: Household) -> None:
    """The same amount to the same person, two months later."""
    first = write_fishing_household(county, home, allowance=0)
    day = first["paid_on"] + timedelta(days=61)
    pay_fisher(county, first.uid, first["vessel_number"], first["fund_type"], first["amount"], day)


def boat_paid_to_two(county: County, home: Household) -> None:
    """To the head, and to somebody of another household."""
    first = write_fishing_household(county, home, allowance=0)
    others = [other for other in county.free_homes() if other.number != home.number and county.living(other)]
    other = county.living(others[0])[0]
    pay_fisher(county, other, first["vessel_number"], first["fund_type"], 9000, first["paid_on"])


def boat_paid_in_parts(county: County, home: Household) -> None:
    """Two amounts to one person: in order."""
    first = write_fishing_household(county, home, allowance=0)
    day = first["paid_on"] + timedelta(days=61)
    pay_fisher(county, first.uid, first["vessel_number"], first["fund_type"], first["amount"] // 2, day)


def allowance_overrun(county: County, home: Household) -> None:
    write_fishing_household(county, home, allowance=300, retired=county.as_of - timedelta(days=1500))


def idle_and_poor(county: County, home: Household) -> None:
    _idle(county, home, 12 * county.standard("dibao", "农村") - 1)


def idle_at_standard(county: County, home: Household) -> None:
    _idle(county, home, 12 * county.standard("dibao", "农村"))


def _idle(county: County, home: Household, income_per_capita: int) -> None:
    county.taken.update(home.members)
    write_fishing_household(county, home, allowance=0, employment="未就业")
    write_poverty_household(county, home, "是", "脱贫户", income_per_capita=income_per_capita)


def write_fishing_household(
    county: County, home: Household, allowance: int, retired: date | None = None, employment: str | None = None
) -> Row:
    """The members, the one-off payments after retirement and a quarterly allowance of the last months.

    Without another day, who draws an allowance has retired within its term. Returns the payment for the boat.
    """
    vessel = f"皖云渔{county.rng.randrange(10**5):05d}"
    licence = f"皖云捕{2015 + home.number % 4}H{home.number:06d}"
    if retired is None and allowance:
        retired = county.as_of - timedelta(days=county.rng.randint(450, 700))
    retired = retired or date(2019, 11, 1) + timedelta(days=county.rng.randint(0, 400))
    for uid in county.living(home):
        values = {
            **county.person_block(uid),
            **household_block(county, home, uid),
            "vessel_number": vessel,
            "licence_number": licence,
            "fisher_type": county.rng.choice(("专业", "兼业")),
            "retired_on": retired,
            "employment": employment or county.rng.choice(("务工", "务农", "公益性岗位", "未就业")),
        }
        county.add("fisher", values, self=uid, head=home.head)
    payee = county.living(home)[0]
    first = retired + timedelta(days=90)
    boat = pay_fisher(county, payee, vessel, "船网回收补偿", 36_000 + county.rng.randint(0, 90) * 100, first)
    pay_fisher(county, payee, vessel, "证书回收补偿", 15_000 + county.rng.randint(0, 90) * 100, first)
    for quarter in range(4 if allowance else 0):
        pay_fisher(
            county, payee, vessel, "过渡期生活补助", allowance * 3, county.as_of - timedelta(days=20 + 91 * quarter)
        )
    if allowance:  # a day too early for the window of twelve months
        pay_fisher(county, payee, vessel, "过渡期生活补助", allowance * 3, year_before(county.as_of))
    return boat


def pay_fisher(county: County, uid: int, vessel: str, kind: str, amount: int, day: date) -> Row:
    values = {
        **county.person_block(uid),
        **county.account_block(uid),
        "vessel_number": vessel,
        "fund_type": kind,
        "amount": amount,
        "paid_on": day,
    }
    return county.add("fishing_compensation", values, self=uid)


def write_poverty_household(
    county: County,
    home: Household,
    risk_cleared: str | None,
    kind: str,
    on_dibao: bool = False,
    on_tekun: bool = False,
    income_per_capita: int | None = None,
) -> None:
    """All members of one household on the poverty list; the dead ones of this year still stand on it.

    `income_per_capita` is of a year; some of each kind when None.
    """
    number = f"YZH{home.number:07d}"
    size = len(home.members)
    wages, business, transfer = county.rng.randint(0, 30_000), county.rng.randint(0, 9000), county.rng.randint(0, 4000)
    if income_per_capita is not None:
        wages, business, transfer = income_per_capita * size, 0, 0
    for position, uid in enumerate(home.members):
        age = county.population.age(uid)
        able = "普通劳动力" if 16 <= age < 60 else "无劳动力"
        values = {
            **county.person_block(uid),
            **household_block(county, home, uid),
            "case_number": number,
            "member_number": f"{number}{position + 1:02d}",
            "household_type": kind,
            "risk_cleared": risk_cleared,
            "income_per_capita": (wages + business + transfer) // size,
            "wage_income": wages,
            "business_income": business,
            "property_income": 0,
            "transfer_income": transfer,
            "work_ability": able,
            "health": county.rng.choice(("健康", "健康", "长期慢性病", "残疾")),
            "is_dibao": "是" if on_dibao else "否",
            "is_tekun": "是" if on_tekun else "否",
        }
        county.add("poverty_household", values, self=uid, head=home.head)


def write_poverty(county: County) -> None:
    """Households outside assistance: most are safe; some at risk without any support (help may be due)."""
    homes = [home for home in county.free_homes() if home.area_type == "农村"]
    count = len(county.population.households)
    at_risk = count // 350 + 2
    for home in homes[:at_risk]:
        write_poverty_household(
            county, home, "否", county.rng.choice(("边缘易致贫户", "突发严重困难户", "脱贫不稳定户"))
        )
    for home in homes[at_risk : at_risk + count // 30 + 3]:
        kind = county.rng.choice(("脱贫户", "脱贫户", "边缘易致贫户"))
        write_poverty_household(county, home, None if kind == "脱贫户" else "是", kind)
