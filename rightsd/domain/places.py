"""Codes of countries, languages and platforms: which there are, or what they look like.

Sources: ISO 3166-1 alpha-2 as of 2024 (the officially assigned codes); RFC 5646 section 2.1 for
what a language tag looks like, and RFC 4647 section 3.3.1 for which tags a range covers.
"""

import re

_ASSIGNED = """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ
    BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM
    DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS
    GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN
    KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ
    MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM
    PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV
    SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI
    VN VU WF WS YE YT ZA ZM ZW"""
COUNTRIES = frozenset(_ASSIGNED.split())
_LANGUAGE = re.compile(
    r"[a-z]{2,3}(?:-[a-z]{3}){0,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"
)
_PLATFORM = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?")


def is_country(code: str) -> bool:
    """Say whether a country has this code."""
    return code in COUNTRIES


def is_language(tag: str) -> bool:
    """Say whether a lower-case text is a language tag: language, script, region, variants."""
    return len(tag) <= 64 and _LANGUAGE.fullmatch(tag) is not None


def is_platform(code: str) -> bool:
    """Say whether a lower-case text can name a platform, as "example.com" or "cinema" do."""
    return _PLATFORM.fullmatch(code) is not None


def covers(allowed: str, tag: str) -> bool:
    """Say whether a language that is allowed covers another: "en" covers "en-gb"."""
    return tag == allowed or tag.startswith(f"{allowed}-")
