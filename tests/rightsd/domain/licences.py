"""Offers and licences for tests, with the boring fields filled in."""

from rightsd.domain.licence import Licence, State
from rightsd.domain.offer import Ending, Offer, Share
from rightsd.domain.offer import State as OfferState
from rightsd.domain.policy import OptedOut
from rightsd.domain.price import Per, Price
from tests.rightsd.domain.terms import CREATOR, NOW, terms

FOX = OptedOut("opt_fox", "wrk_fox", "Nebula Fox", "nebula fox", 0)
OWL = OptedOut("opt_owl", "wrk_owl", "Orbit Owl", "orbit owl", 0)


def offer(offer_id: str = "off_1", *, price: Price | None = None, **fields: object) -> Offer:
    """Return an offer on the fox; what is no member of an offer is a term."""
    own = {n: fields.pop(n) for n in ("work_id", "consent_id", "stays_after") if n in fields}
    values = {
        "id": offer_id,
        "account_id": "acc_brand",
        "work_id": None if "consent_id" in own else "wrk_fox",
        "consent_id": None,
        "title": "Nebula Fox",
        "terms": terms(**fields),
        "terms_version": 1,
        "price": price or Price(500, "EUR", Per.CLIP),
        "stays_after": (Ending.EXPIRED,),
        "shares": (Share("acc_brand", 10_000, accepted=True),),
        "salt": bytes(32),
        "digest": "0" * 64,
        "state": OfferState.OFFERED,
        "made_at": NOW,
        "ended_at": None,
    } | own
    return Offer(**values)


def licence(
    of: Offer | None = None,
    licence_id: str = "lic_1",
    *,
    state: State = State.ACTIVE,
    creator_id: str = CREATOR,
    **fields: object,
) -> Licence:
    """Return a licence; members of offers and terms go to its offer."""
    return Licence(licence_id, of or offer(**fields), creator_id, state, NOW, None)
