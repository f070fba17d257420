"""Rows of the economic registers: one writer each, and what ordinary people own and earn."""

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
    county.add(
        "vehicle", {"plate": plate, "vehicle_type": kind, "registered_on": some_day(county), "status": status}, self=uid
    )


def home_unit(county: County, uids: list[int], use: str = "住宅", status: str = "现势") -> None:
    """One unit; each owner is a row."""
    serial = len(county.rows.get("real_estate", ()))
    number = f"340590{county.rng.randrange(10**6):06d}GB{serial:05d}F{county.rng.randrange(10**8):08d}"
    area, day = county.rng.randint(58, 160), some_day(county)
    location = county.population.household_of(uids[0]).address
    values = {
        "unit_number": number,
        "location": location,
        "use": use,
        "area_m2": area,
        "registered_on": day,
        "status": status,
    }
    for uid in uids:
        county.add("real_estate", dict(values), self=uid)


def deposit(county: County, uid: int, balance: int, kind: str = "存款") -> None:
    day = county.as_of.replace(day=1) - timedelta(days=1)
    institution = county.rng.choice(county.words.places["banks"])
    county.add("deposit", {"institution": institution, "asset_type": kind, "balance": balance, "as_of": day}, self=uid)


def company(county: County, uid: int, kind: str = "企业", status: str = "存续", role: str | None = None) -> None:
    places = county.words.places
    ending = {"企业": "有限公司", "个体工商户": "经营部", "农民专业合作社": "专业合作社"}[kind]
    stem, trade = county.rng.choice(places["company_stems"]), county.rng.choice(places["company_trades"])
    name = f"{places['county'][:2]}{stem}{trade}{ending}"
    role = role or county.rng.choice(("法定代表人", "股东"))
    capital = county.rng.choice((3, 10, 50, 100, 200))
    county.add(
        "business",
        {"company": name, "entity_type": kind, "role": role, "registered_capital": capital, "status": status},
        self=uid,
    )


def pension(county: County, uid: int, amount: int, kind: str = "城乡居民养老") -> None:
    county.add("social_insurance", {"insurance_type": kind, "monthly_amount": amount}, self=uid)


def wage(county: County, uid: int, amount: int, back: int = 1, employer: str | None = None) -> None:
    places = county.words.places
    employer = (
        employer or f"{county.rng.choice(places['company_stems'])}{county.rng.choice(places['company_trades'])}有限公司"
    )
    county.add(
        "wage", {"employer": employer, "monthly_amount": amount, "period": month_of(county.as_of, back)}, self=uid
    )


def write_ordinary(county: County) -> None:
    """What people outside any assistance unit own and earn."""
    for person in county.population.people:
        if person.uid not in county.assisted:
            _own(county, person.uid, county.population.age(person.uid))
            _earn(county, person.uid, county.population.age(person.uid))
    for home in county.population.households:
        owners = [uid for uid in home.members if uid not in county.assisted and county.population.age(uid) >= 22][:2]
        if owners and county.rng.random() < 0.5:
            home_unit(county, owners)
            if county.rng.random() < 0.15:
                use, status = county.rng.choice(("住宅", "商铺", "车位")), county.rng.choice(("现势", "现势", "历史"))
                home_unit(county, owners[:1], use, status)


def _own(county: County, uid: int, age: int) -> None:
    rng = county.rng
    if 20 <= age < 70 and rng.random() < 0.28:
        kind = rng.choice(JUDGED_VEHICLES + EXEMPT_VEHICLES)
        vehicle(county, uid, kind, "注销" if rng.random() < 0.08 else "正常")
    if age >= 20 and rng.random() < 0.4:
        for _ in range(rng.choice((1, 1, 1, 2))):
            deposit(county, uid, rng.randint(200, 180_000), rng.choice(("存款", "存款", "理财", "证券")))
    if age >= 25 and rng.random() < 0.03:
        kind = rng.choice(("企业", "个体工商户", "农民专业合作社"))
        company(county, uid, kind, "注销" if rng.random() < 0.15 else "存续")


def _earn(county: County, uid: int, age: int) -> None:
    rng = county.rng
    if age >= 60 and county.population.is_alive(uid):
        if rng.random() < 0.15:
            pension(county, uid, rng.randint(1900, 5200), rng.choice(PENSIONS))
        else:
            pension(county, uid, rng.randint(180, 320))
    elif 20 <= age < 60 and rng.random() < 0.28:
        amount = rng.randint(2300, 9000)
        wage(county, uid, amount)
        if rng.random() < 0.15:
            wage(county, uid, amount - 100, back=2)
