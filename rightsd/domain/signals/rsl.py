"""RSL documents: licences for machine use, in XML.

Source: Really Simple Licensing 1.0. What is prohibited is denied, whatever else is permitted; what
is permitted against payment, to some users or countries, or through a licence server, is allowed on
terms; of a use that is not named nothing is said.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rightsd.domain.signals import markup, pages
from rightsd.domain.signals.reservation import (
    Reservation,
    SignalError,
    Source,
    Stance,
    Use,
    combine,
    require_few,
    shown,
)

MEDIA_TYPE = "application/rsl+xml"
NAMESPACE = "https://rslstandard.org/rsl"
BYTES_MAX = markup.BYTES_MAX

USAGES: Mapping[str, tuple[Use, ...]] = {
    "all": tuple(Use),
    "ai-all": (Use.TRAIN, Use.INPUT, Use.GENERATE, Use.MINE),
    "ai-train": (Use.TRAIN,),
    "ai-input": (Use.INPUT,),
    "ai-index": (Use.SEARCH,),
    "search": (Use.SEARCH,),
}
_FREE = frozenset({"", "free", "attribution"})


@dataclass(slots=True)
class _Licence:
    permits: list[str] = field(default_factory=list[str])
    prohibits: list[str] = field(default_factory=list[str])
    payments: list[str] = field(default_factory=list[str])
    conditional: bool = False  # It is for some users only, or for some countries.


@dataclass(slots=True)
class _Content:
    url: str
    server: str | None
    licences: list[_Licence] = field(default_factory=list[_Licence])
    holder: str | None = None
    contact: str | None = None
    terms: str | None = None


class _Reading:
    """What has been read so far."""

    def __init__(self) -> None:
        self.contents: list[_Content] = []
        self._names: list[str] = []
        self._types: list[str] = []

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        if not self._names and (namespace, local) != (NAMESPACE, "rsl"):
            raise SignalError(f"it is no RSL document: its root is not <rsl xmlns='{NAMESPACE}'>")
        self._names.append(local if namespace == NAMESPACE else "")
        self._types.append(attributes.get("type", "usage"))
        content = self._content()
        match self._names:
            case ["rsl", "content"]:
                url = shown(attributes.get("url"))
                if url is None:
                    raise SignalError("a <content> has no url")
                self.contents.append(_Content(url, shown(attributes.get("server"))))
            case ["rsl", "content", "license"]:
                content.licences.append(_Licence())
            case ["rsl", "content", "license", "payment"]:
                content.licences[-1].payments.append(attributes.get("type", ""))
            case ["rsl", "content", "copyright"]:
                asked = attributes.get("contactEmail") or attributes.get("contactUrl")
                content.contact = shown(asked)
            case _:
                pass

    def end(self, _name: str, text: str) -> None:
        content, kind = self._content(), self._types[-1]
        match self._names:
            case ["rsl", "content", "license", "permits"] if kind == "usage":
                content.licences[-1].permits += _usages(text)
            case ["rsl", "content", "license", "prohibits"] if kind == "usage":
                content.licences[-1].prohibits += _usages(text)
            case ["rsl", "content", "license", "permits" | "prohibits"] if text.strip():
                content.licences[-1].conditional = True
            case ["rsl", "content", "copyright"]:
                content.holder = shown(text)
            case ["rsl", "content", "terms"]:
                content.terms = shown(text)
            case _:
                pass
        self._names.pop()
        self._types.pop()

    def _content(self) -> _Content:
        return self.contents[-1] if self.contents else _Content("", None)


def parse(data: bytes) -> tuple[Reservation, ...]:
    """Return what an RSL document says, a statement for each of its assets.

    Raises:
        SignalError: It is not well-formed, not RSL, or beyond a limit.
    """
    reading = _Reading()
    markup.walk(data, begin=reading.begin, end=reading.end)
    found = [
        Reservation(
            source=Source.RSL,
            scope=content.url,
            uses=uses,
            holder=content.holder,
            contact=content.contact,
            policy_url=content.server or content.terms,
        )
        for content in reading.contents
        if (uses := _uses(content))
    ]
    return require_few(found)


def linked(link_field: str, page: str) -> tuple[str, ...]:
    """Return where a page says that its RSL documents are: in its Link field, and in its head."""
    found = [*pages.links(link_field)]
    found += [(each.get("href", ""), each) for each in pages.elements(page, "link")]
    return tuple(
        dict.fromkeys(
            address
            for address, said in found
            if address
            and "license" in said.get("rel", "").lower().split()
            and said.get("type", "").strip().lower() == MEDIA_TYPE
        )
    )


def _usages(text: str) -> list[str]:
    return text.replace(",", " ").lower().split()  # Drafts had commas.


def _uses(content: _Content) -> dict[Use, Stance]:
    """Return what the licences of an asset say together.

    One that permits freely does what another asks money for, so the mildest permission holds; what
    any of them prohibits is denied.
    """
    permitted: dict[Use, Stance] = {}
    denied: dict[Use, Stance] = {}
    for licence in content.licences:
        free = content.server is None and set(licence.payments) <= _FREE
        mild = free and not licence.conditional
        stance = Stance.ALLOW if mild else Stance.CONSTRAINED
        # A price without a list is the price of everything.
        names = licence.permits or (() if free else ("ai-all",))
        for use in _named(names):
            permitted[use] = Stance.ALLOW if permitted.get(use) is Stance.ALLOW else stance
        denied |= dict.fromkeys(_named(licence.prohibits), Stance.DENY)
    return combine([permitted, denied])


def _named(usages: list[str] | tuple[str, ...]) -> list[Use]:
    return [use for usage in usages for use in USAGES.get(usage, ())]
