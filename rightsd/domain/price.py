"""Price: what a clip costs, in whole minor units of a currency.

Source: ISO 4217, the active codes and their decimals as of 2025. Money is counted here, not moved.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rightsd.errors import Code, RightsError

AMOUNT_MAX = 1_000_000_000  # Of one clip or second: a quota of them stays within 63 bits.
_TWO_DECIMALS = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD
    CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ
    GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL
    MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR
    PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT
    TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD XCG YER ZAR ZMW ZWG"""
_NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"
DECIMALS: Mapping[str, int] = {
    code: decimals
    for decimals, codes in ((2, _TWO_DECIMALS), (0, _NO_DECIMALS), (3, _THREE_DECIMALS))
    for code in codes.split()
}


class Per(StrEnum):
    """What a price is for."""

    CLIP = "clip"
    SECOND = "second"  # Of a clip.
    FLAT = "flat"  # The licence, once, however much it is used.


@dataclass(frozen=True, slots=True)
class Price:
    """A price; 0 is for nothing.

    Attributes:
        amount: Minor units, as in cents.
        currency: ISO 4217.
    """

    amount: int
    currency: str
    per: Per

    def of_clip(self, seconds: int) -> int:
        """Return what a released clip costs under a licence that is there, in minor units."""
        return {Per.CLIP: self.amount, Per.SECOND: self.amount * seconds, Per.FLAT: 0}[self.per]

    def of_licence(self) -> int:
        """Return what the licence itself costs, once, in minor units."""
        return self.amount if self.per is Per.FLAT else 0

    def __str__(self) -> str:
        """Return it in words, as in "5.00 EUR a clip"."""
        return f"{shown(self.amount, self.currency)} {_WORDS[self.per]}"


_WORDS = {Per.CLIP: "a clip", Per.SECOND: "a second", Per.FLAT: "once"}


def shown(amount: int, currency: str) -> str:
    """Return an amount of minor units as people write it, with its currency."""
    decimals = DECIMALS[currency]
    digits = str(amount).rjust(decimals + 1, "0")
    whole = digits if not decimals else f"{digits[:-decimals]}.{digits[-decimals:]}"
    return f"{whole} {currency}"


def minor(written: str, currency: str) -> int:
    """Return an amount that people have written, such as "12.50", in minor units.

    Raises:
        RightsError: INVALID: it is no amount of this currency, or there is no such currency.
    """
    decimals = DECIMALS.get(currency.upper())
    if decimals is None:
        detail = f"“{currency[:8]}” is no currency (ISO 4217), such as EUR"
        raise RightsError(Code.INVALID, detail)
    whole, dot, rest = written.strip().partition(".")
    digits = f"{whole}{rest.ljust(decimals, '0')}"
    is_amount = whole.isascii() and whole.isdigit() and len(rest) <= decimals
    if not is_amount or (dot and not rest) or not digits.isascii() or not digits.isdigit():
        shape = f"1234.{'5' * decimals}" if decimals else "1234"
        raise RightsError(Code.INVALID, f"write the price with digits and a point, as in {shape}")
    if len(digits) > len(str(AMOUNT_MAX)):
        raise RightsError(Code.INVALID, f"a price is 0 to {AMOUNT_MAX} minor units")
    return int(digits)


def checked(price: Price) -> Price:
    """Return a price that can be asked, its currency in capitals.

    Raises:
        RightsError: INVALID.
    """
    currency = price.currency.upper()
    if currency not in DECIMALS:
        detail = f"“{price.currency[:8]}” is no currency (ISO 4217), such as EUR"
        raise RightsError(Code.INVALID, detail)
    if not 0 <= price.amount <= AMOUNT_MAX:
        raise RightsError(Code.INVALID, f"a price is 0 to {AMOUNT_MAX} minor units")
    return Price(price.amount, currency, price.per)


def of_written(said: Mapping[str, Any] | None) -> Price | None:
    """Return the price that was written as JSON, if there is one."""
    return None if said is None else Price(said["amount"], said["currency"], Per(said["per"]))
