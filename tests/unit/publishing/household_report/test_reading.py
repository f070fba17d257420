"""Which households a release has, and what is said when it does not have one."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.publishing.household_report import ReleaseReader, UnknownHousehold
from tests.household_factory import HEAD, ReleaseMaker


def refusal(release: Path, household_id: str) -> str:
    with ReleaseReader(release) as reader, pytest.raises(UnknownHousehold) as refused:
        reader.check(household_id)
    text = str(refused.value)
    assert text.count("；位置：") == text.count("；处理：") == 1
    return text


def test_an_unknown_household_is_refused(maker: ReleaseMaker, tmp_path: Path) -> None:
    maker.household()
    release = maker.write(tmp_path)
    assert "本次发布没有这一户" in refusal(release, "dibao:D9999")
    with ReleaseReader(release) as reader:
        reader.check("dibao:D0001")


def test_a_household_of_an_earlier_release_is_found_there(maker: ReleaseMaker, tmp_path: Path) -> None:
    maker.household()
    earlier = maker.write(tmp_path, "000001")
    maker.rows["marts.verified_household"] = []
    told = refusal(maker.write(tmp_path, "000002"), "dibao:D0001")
    assert "已停保、撤回或改了证号" in told
    assert str(earlier) in told


def test_the_id_of_a_person_leads_to_the_household_even_when_superseded(maker: ReleaseMaker, tmp_path: Path) -> None:
    household = maker.household()
    maker.member(household)
    maker.person("p-old", "王建国", superseded_by=HEAD)
    release = maker.write(tmp_path)
    assert f"其所在家庭为 {household}" in refusal(release, HEAD)
    assert f"已并入 {HEAD}" in refusal(release, "p-old")
    assert f"其所在家庭为 {household}" in refusal(release, "p-old")


def test_an_unknown_town_is_refused_with_those_that_are_near(maker: ReleaseMaker, tmp_path: Path) -> None:
    maker.household(case="D1")
    maker.household(case="D2", town=None)
    with ReleaseReader(maker.write(tmp_path)) as reader:
        assert reader.towns() == {"青溪镇": ["dibao:D1"], "未注明乡镇": ["dibao:D2"]}
        assert reader.households_of("未注明乡镇") == ["dibao:D2"]
        with pytest.raises(UnknownHousehold, match="处理：改用名册中的乡镇名（青溪镇）"):
            reader.households_of("青溪")
        with pytest.raises(UnknownHousehold, match="（青溪镇、未注明乡镇）"):
            reader.households_of("白鹭镇")
