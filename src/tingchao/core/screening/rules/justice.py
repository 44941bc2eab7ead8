"""Which rules bind courts, procuratorates and supervisory commissions, and by which article.

Most rules speak of administrative organs. A review for fair competition is made of what they and organisations with
powers by law draft (公平竞争审查条例 2), and administrative monopoly is theirs too (反垄断法 10): neither binds a
court; what it buys for itself is government procurement all the same. 行政强制法 2 means measures of administrative
organs: a court that seals and freezes does so by the laws of procedure. Its fines, its lists of defaulters and its
rolls of valuers and auctioneers rest on laws of their own, so that words of punishing and licensing are worth a look
and no more. The rest is held against 监督法 39 item 1, under which the standing committee of the same level reviews
what these organs make.
"""

from __future__ import annotations

from collections.abc import Mapping

CUT = "监督法第三十九条第一项"
"""Going beyond one's powers, cutting rights or adding duties."""

PROCURED = "政府采购法第五条、第二十二条"

BOUND: Mapping[str, str] = {
    "penalty.fine": "行政处罚法第十六条",
    "penalty.kinds": "行政处罚法第九条、第十六条",
    "penalty.warning": "行政处罚法第九条第一项、第十六条",
    "licence.filing-as-gate": "行政许可法第十七条",
    "licence.permit": "行政许可法第十七条",
    "licence.hurdle": "行政许可法第十七条",
    "fee.charge": f"{CUT}；向当事人收取的，诉讼费用交纳办法第三条",
    "kin.collective": CUT,
    "procurement.local-preference": PROCURED,
    "procurement.local-merit": PROCURED,
    "procurement.home-first": PROCURED,
    "rights.privacy": f"宪法第四十条；民法典第一千零三十二条；{CUT}",
    "rights.person": CUT,
    "rights.biometric": "个人信息保护法第十三条、第二十九条、第三十三条",
    "rights.data": "个人信息保护法第六条、第二十五条、第三十三条、第三十四条",
    "rights.duty": CUT,
    "rights.judicial": f"立法法第十一条；{CUT}",
    "rights.birth": f"人口与计划生育法第十七条、第十八条；民法典第一千零四十一条；{CUT}",
    "rights.owners": f"民法典第二百七十一条、第二百七十八条、第九百四十四条第三款；{CUT}",
    "rights.audit-settlement": f"民法典第四百六十五条；{CUT}",
    "rights.blanket-ban": CUT,
    "rights.household": f"就业促进法第三条、第三十一条；义务教育法第十二条；{CUT}",
    "rights.squeeze": CUT,
    "authority.reserved": "立法法第十一条",
}
"""Rule → its article for these organs. A rule that is not here does not bind them."""

SOFTLY = frozenset(rule for rule in BOUND if rule.startswith(("penalty.", "licence.")))
"""Rules whose words are mostly lawful from a court: its fines, its lists of defaulters, its rolls of valuers."""
