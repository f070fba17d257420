"""Registrations of the whole population: marriages, deaths, disability, grants, fishing, poverty."""

from __future__ import annotations

from datetime import date, timedelta

from pipelines.demo.county import County, year_before
from pipelines.demo.population import Household


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


def write_disability(county: County) -> None:
    for person in county.population.people:
        if person.death is None and county.rng.random() < 0.045:
            level = county.rng.randrange(4)
            number = f"{person.id_number}{county.rng.randint(1, 7)}{level + 1}"
            values = {
                **county.person_block(person.uid),
                "certificate_number": number,
                "category": county.rng.choice(county.words.places["disability_kinds"]),
                "grade": "一二三四"[level] + "级",
            }
            county.add("disability", values, self=person.uid)


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


def write_fishers(county: County) -> None:
    """Fishing households outside assistance, with compensation long paid and allowances still running."""
    for home in county.free_homes()[: len(county.population.households) // 90 + 3]:
        if home.area_type == "农村" and county.living(home):
            write_fishing_household(county, home, allowance=county.rng.choice((0, 300, 400)))


def write_fishing_household(county: County, home: Household, allowance: int) -> None:
    """The members, the one-off payments of the ban's first year and a quarterly allowance of the last months."""
    vessel = f"皖云渔{county.rng.randrange(10**5):05d}"
    licence = f"皖云捕{2015 + home.number % 4}H{home.number:06d}"
    retired = date(2019, 11, 1) + timedelta(days=county.rng.randint(0, 400))
    for uid in county.living(home):
        values = {
            **county.person_block(uid),
            **household_block(county, home, uid),
            "vessel_number": vessel,
            "licence_number": licence,
            "fisher_type": county.rng.choice(("专业", "兼业")),
            "retired_on": retired,
            "employment": county.rng.choice(("务工", "务农", "公益性岗位", "未就业")),
        }
        county.add("fisher", values, self=uid, head=home.head)
    payee = county.living(home)[0]
    for kind, amount in (("船网回收补偿", 36_000), ("证书回收补偿", 15_000)):
        pay_fisher(county, payee, vessel, kind, amount + county.rng.randint(0, 90) * 100, retired + timedelta(days=90))
    for quarter in range(4 if allowance else 0):
        pay_fisher(
            county, payee, vessel, "过渡期生活补助", allowance * 3, county.as_of - timedelta(days=20 + 91 * quarter)
        )
    if allowance:  # a day too early for the window of twelve months
        pay_fisher(county, payee, vessel, "过渡期生活补助", allowance * 3, year_before(county.as_of))


def pay_fisher(county: County, uid: int, vessel: str, kind: str, amount: int, day: date) -> None:
    values = {
        **county.person_block(uid),
        **county.account_block(uid),
        "vessel_number": vessel,
        "fund_type": kind,
        "amount": amount,
        "paid_on": day,
    }
    county.add("fishing_compensation", values, self=uid)


def write_poverty_household(
    county: County, home: Household, risk_cleared: str | None, kind: str, on_dibao: bool = False, on_tekun: bool = False
) -> None:
    """All members of one household on the poverty list; the dead ones of this year still stand on it."""
    number = f"YZH{home.number:07d}"
    size = len(home.members)
    wages, business, transfer = county.rng.randint(0, 30_000), county.rng.randint(0, 9000), county.rng.randint(0, 4000)
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
