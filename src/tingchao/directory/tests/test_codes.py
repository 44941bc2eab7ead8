"""Region codes as GB/T 10114 builds them, and the scopes and ways up that follow."""

from __future__ import annotations

import pytest

from tingchao.directory.codes import scope_of, scopes_above


@pytest.mark.parametrize(
    ("code", "scope", "upwards", "what"),
    [
        ("330000000000", "33", ("33",), "省：浙江省"),
        ("330100000000", "3301", ("3301", "33"), "设区的市：杭州市"),
        ("330182000000", "330182", ("330182", "3301", "33"), "县级市：建德市"),
        ("330182001000", "330182001", ("330182001", "330182", "3301", "33"), "街道：新安江街道"),
        (
            "330182001001",
            "330182001001",
            ("330182001001", "330182001", "330182", "3301", "33"),
            "社区：白沙社区",
        ),
        ("330110000000", "330110", ("330110", "3301", "33"), "区：余杭区，码里有零也不短一级"),
        ("330110100000", "330110100", ("330110100", "330110", "3301", "33"), "镇：百位数以零结尾"),
        ("110100000000", "1101", ("1101", "11"), "直辖市：北京市市辖区"),
        ("100000000000", "10", ("10",), "前两位以零结尾也是一整级"),
    ],
)
def test_scope_and_the_way_up(code, scope, upwards, what):
    assert scope_of(code) == scope, what
    assert scopes_above(code) == upwards, what
    assert all(code.startswith(one) for one in upwards)
