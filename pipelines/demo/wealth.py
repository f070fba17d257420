"""Rows of the economic registers: single writers that both ordinary and assisted people use, and the ordinary people."""

from __future__ import annotations

from datetime import date, timedelta

from pipelines.demo.county import County, month_of

EXEMPT_VEHICLES = ("普通二轮摩托车", "残疾人代步车", "拖拉机", "电动三轮车")
JUDGED_VEHICLES = ("小型轿车", "轻型货车", "小型普通客车", "重型货车")
PENSIONS = ("城镇职工养老", "机关事业养老")


def some_day(county: County, years: int = 12) -> date:
    return county.as_of - timedelta(days=county.rng.randint(120, 365 * years))


def vehicle(county: County, uid: int, kind: str, status: str = "正常") -> None:
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
    number = len(county.rows.get("vehicle", ()))
    tail = "".join(letters[number // 34**power % 34] for power in range(3))
    plate = f"皖{county.rng.choice('RST')}{county.rng.randrange(10, 99)}{tail}"
    county.add("vehicle", {"plate": plate, "vehicle_type": kind, "registered_on": some_day(county), "status": status}, self=uid)


def home_unit(county: County, uids: list[int], use: str = "住宅", status: str = "现势") -> None:
    """One unit; each owner is a row."""
    number = f"340590{county.rng.randrange(10**6):06d}GB{len(county.rows.get('real_estate', ())):05d}F{county.rng.randrange(10**8):08d}"
    area, day = county.rng.randint(58, 160), some_day(county)
    location = county.population.household_of(uids[0]).address
    values = {"unit_number": number, "location": location, "use": use, "area_m2": area, "registered_on": day, "status": status}
    for uid in uids:
        county.add("real_estate", dict(values), self=uid)


def deposit(county: County, uid: int, balance: int, kind: str = "存款") -> None:
    day = county.as_of.replace(day=1) - timedelta(days=1)
    institution = county.rng.choice(county.words.places["banks"])
    county.add("deposit", {"institution": institution, "asset_type": kind, "balance": balance, "as_of": day}, self=uid)


def company(county: County, uid: int, kind: str = "企业", status: str = "存续", role: str | None = None) -> None:
    places = county.words.places
    ending = {"企业": "有限公司", "个体工商户": "经营部", "农民专业合作社": "专业合作社"}[kind]
    name = f"{places['county'][:2]}{county.rng.choice(places['company_stems'])}{county.rng.choice(places['company_trades'])}{ending}"
    role = role or county.rng.choice(("法定代表人", "股东"))
    capital = county.rng.choice((3, 10, 50, 100, 200))
    county.add("business", {"company": name, "entity_type": kind, "role": role, "registered_capital": capital, "status": status}, self=uid)


def pension(county: County, uid: int, amount: int, kind: str = "城乡居民养老") -> None:
    county.add("social_insurance", {"insurance_type": kind, "monthly_amount": amount}, self=uid)


def wage(county: County, uid: int, amount: int, back: int = 1, employer: str | None = None) -> None:
    places = county.words.places
    employer = employer or f"{county.rng.choice(places['company_stems'])}{county.rng.choice(places['company_trades'])}有限公司"
    county.add("wage", {"employer": employer, "monthly_amount": amount, "period": month_of(county.as_of, back)}, self=uid)


def write_ordinary(county: County) -> None:
    """What people outside any assistance unit own and earn."""
    rng, population = county.rng, county.population
    for person in population.people:
        if person.uid in county.assisted:
            continue
        age = population.age(person.uid)
        if 20 <= age < 70 and rng.random() < 0.28:
            vehicle(county, person.uid, rng.choice(JUDGED_VEHICLES + EXEMPT_VEHICLES), "注销" if rng.random() < 0.08 else "正常")
        if 20 <= age and rng.random() < 0.4:
            for _ in range(rng.choice((1, 1, 1, 2))):
                deposit(county, person.uid, rng.randint(200, 180_000), rng.choice(("存款", "存款", "理财", "证券")))
        if 25 <= age and rng.random() < 0.03:
            company(county, person.uid, rng.choice(("企业", "个体工商户", "农民专业合作社")), "注销" if rng.random() < 0.15 else "存续")
        if age >= 60 and person.death is None:
            generous = rng.random() < 0.15
            pension(county, person.uid, rng.randint(1900, 5200) if generous else rng.randint(180, 320), rng.choice(PENSIONS) if generous else "城乡居民养老")
        elif 20 <= age < 60 and rng.random() < 0.28:
            amount = rng.randint(2300, 9000)
            wage(county, person.uid, amount)
            if rng.random() < 0.15:
                wage(county, person.uid, amount - 100, back=2)
    for home in population.households:
        owners = [uid for uid in home.members if uid not in county.assisted and population.age(uid) >= 22][:2]
        if owners and rng.random() < 0.5:
            home_unit(county, owners)
            if rng.random() < 0.15:
                home_unit(county, owners[:1], rng.choice(("住宅", "商铺", "车位")), rng.choice(("现势", "现势", "历史")))
