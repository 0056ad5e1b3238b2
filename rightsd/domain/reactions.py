"""What follows from what: the jobs that each event sets off.

This is the whole of the daemon's choreography. Workflows never call one another: a command records
events, and whatever must follow stands here and is done by the worker. Each job is given the
event's subject.
"""

from collections.abc import Mapping

# The jobs that take long. They wait behind one another, and nothing else waits behind them.
MAKING = frozenset({"generation.produce"})

REACTIONS: Mapping[str, tuple[str, ...]] = {
    "account.opened": (),
    "subject.enrolled": (),
    "subject.paused": (),
    "subject.resumed": (),
    "subject.unenrolled": (),
    "subject.erased": ("subject.clear",),
    "consent.granted": (),
    "consent.revoked": ("generation.end_under_consent", "licence.end_under_consent"),
    "consent.expired": ("generation.end_under_consent", "licence.end_under_consent"),
    "enrolment.opened": (),
    "enrolment.submitted": ("enrolment.verify",),
    "enrolment.passed": ("enrolment.clear",),
    "enrolment.failed": ("enrolment.clear",),
    "enrolment.expired": ("enrolment.clear",),
    "delegation.offered": (),
    "delegation.accepted": (),
    "delegation.activated": (),
    "delegation.declined": (),
    "delegation.ended": (),
    "work.registered": (),
    "work.described": ("generation.recheck_for_description",),
    "work.documented": (),
    "work.verified": ("generation.recheck_for_optout", "generation.decide_again_for_work"),
    "work.confirmed": ("generation.recheck_for_optout", "generation.decide_again_for_work"),
    "work.ceded": ("generation.decide_again_for_work",),
    "reference.registered": ("generation.recheck_for_reference",),
    "reference.removed": (),
    "optout.registered": ("generation.recheck_for_optout",),
    "optout.lifted": ("generation.decide_again_for_optout",),
    "reservation.stated": (),
    # As many as an import has, so nothing follows from each: it follows from their evidence, once.
    "optout.imported": (),
    "evidence.recorded": ("generation.recheck_for_optout",),
    "offer.proposed": (),
    "offer.joined": (),
    "offer.opened": (),
    "offer.withdrawn": (),  # For those who have not accepted it; licences stand.
    "licence.issued": (),
    "licence.revoked": ("generation.end_under_licence",),
    "licence.expired": ("generation.end_under_licence",),
    "licence.exhausted": (),  # By the last output that it allowed: no other rests on it.
    "generation.requested": ("generation.produce",),
    "generation.refused": (),
    "generation.held": (),
    "generation.endorsed": (),
    "generation.approved": ("generation.produce",),
    "generation.reinstated": (),
    "generation.published": (),
    "generation.doubted": ("generation.ask_about_output",),
    "generation.failed": (),
    "generation.withdrawn": (),
    "generation.restored": (),
    "notice.received": (),
    "notice.upheld": ("generation.withdraw_for_notice",),
    "notice.rejected": (),
    "notice.retracted": (),
    "staydown.added": ("generation.recheck_for_staydown",),
    "staydown.ended": (),
    "exemption.granted": (),
    "exemption.ended": ("generation.recheck_for_exemption",),
    "review.opened": (),
    "review.decided": ("generation.settle_review", "work.settle_review"),
    "review.lapsed": ("generation.settle_review",),
    "review.dropped": (),
    "review.appealed": (),
    "review.overturned": ("generation.settle_review", "work.settle_review"),
    "review.affirmed": (),
    "allowance.added": (),
    "allowance.lifted": (),
    "key.introduced": (),
    "key.retired": (),
}
