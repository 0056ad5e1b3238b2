"""Statement of reasons: what was decided on a notice, on what ground, and how to contest it.

Source: Regulation (EU) 2022/2065, Article 17(3), whose members `MEMBERS` are, and Article 16(5).
Who gave the notice is not among what is said: it is strictly necessary to nobody here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from rightsd.domain import regime
from rightsd.domain.letter import Language
from rightsd.domain.notice import APPEAL_DAYS, Notice, State
from rightsd.domain.regime import Kind

MEMBERS = (
    "restriction_type",
    "territorial_scope",
    "duration",
    "facts_and_circumstances",
    "notice_or_own_initiative",
    "automated_means",
    "ground",
    "explanation",
    "redress_information",
)


class Outcome(StrEnum):
    """What was decided."""

    DISABLED = "disabled"  # The clip is shown to nobody.
    LEFT = "left"  # It stays as it is.
    RESTORED = "restored"  # It is shown again, if nothing else stands against it.


@dataclass(frozen=True, slots=True)
class Statement:
    """One decision, and why.

    Attributes:
        reason: The reviewer's words.
        trusted: The notice came from a trusted flagger.
        by_clock: The law's time was over, and nobody decided.
    """

    notice_id: str
    generation_id: str | None
    kind: Kind
    outcome: Outcome
    decided_at: datetime
    reason: str
    trusted: bool
    by_clock: bool = False

    def members(self, language: Language) -> Mapping[str, str]:
        """Return what the Regulation asks for, by the names in MEMBERS, in words."""
        words = _WORDS[language]
        governing = regime.governing(self.kind)
        source = "trusted_flagger" if self.trusted else "notice"
        redress = [words["appeal"].format(days=APPEAL_DAYS)]
        if self.outcome is Outcome.DISABLED and governing.counter is not None:
            least, most = governing.counter.business_days_min, governing.counter.business_days_max
            redress.insert(0, words["counter"].format(least=least, most=most))
        redress.append(words["court"])
        return {
            "restriction_type": words[self.outcome],
            "territorial_scope": words["everywhere"],
            "duration": words[f"duration_{self.outcome}"],
            "facts_and_circumstances": words["facts"].format(
                generation=self.generation_id or words["not_identified"],
                kind=_KINDS[language][self.kind],
                at=f"{self.decided_at:%Y-%m-%d %H:%M} UTC",
            ),
            "notice_or_own_initiative": words[source],
            "automated_means": words["clock" if self.by_clock else "automated"],
            "ground": f"{governing.title[language]} ({governing.source})",
            "explanation": words["uncontested"]
            if self.by_clock
            else self.reason or words["no_reason"],
            "redress_information": " ".join(redress),
        }

    def render(self, language: Language) -> str:
        """Return the whole statement as plain text."""
        words, members = _WORDS[language], self.members(language)
        lines = [words["title"].format(notice=self.notice_id), ""]
        lines += [f"{words[f'of_{name}']}: {members[name]}" for name in MEMBERS]
        return "\n".join([*lines, "", regime.NO_ADVICE[language]])


def of(notice: Notice) -> Statement | None:
    """Return the statement of what was decided last, or None when nothing has been."""
    if notice.decided_at is None or notice.state in {State.RECEIVED, State.DEFICIENT}:
        return None
    outcome = Outcome.DISABLED if notice.stands else Outcome.LEFT
    if notice.state in {State.RESTORED, State.RETRACTED, State.REVERSED} and not notice.stands:
        outcome = Outcome.RESTORED
    return Statement(
        notice_id=notice.id,
        generation_id=notice.generation_id,
        kind=notice.kind,
        outcome=outcome,
        decided_at=notice.decided_at,
        reason=notice.reason or "",
        trusted=notice.claimant.flagger_id is not None,
        by_clock=notice.by_clock,
    )


_KINDS: Mapping[Language, Mapping[Kind, str]] = {
    Language.EN: {
        Kind.COPYRIGHT: "copyright",
        Kind.TRADEMARK: "a trade mark",
        Kind.LIKENESS: "a person's likeness or voice",
        Kind.INTIMATE: "intimate pictures without consent",
        Kind.PRIVACY: "privacy",
        Kind.ILLEGAL: "other illegal content",
    },
    Language.JA: {
        Kind.COPYRIGHT: "著作権",
        Kind.TRADEMARK: "商標",
        Kind.LIKENESS: "肖像または声",
        Kind.INTIMATE: "同意のない性的な画像",
        Kind.PRIVACY: "プライバシー",
        Kind.ILLEGAL: "その他の違法な内容",
    },
}
_WORDS: Mapping[Language, Mapping[str, str]] = {
    Language.EN: {
        "title": "Statement of reasons on notice {notice}",
        "of_restriction_type": "Decision",
        "of_territorial_scope": "Where",
        "of_duration": "For how long",
        "of_facts_and_circumstances": "Facts",
        "of_notice_or_own_initiative": "What led to it",
        "of_automated_means": "Automated means",
        "of_ground": "Ground",
        "of_explanation": "Explanation",
        "of_redress_information": "How to contest it",
        "disabled": "access to the clip is disabled (visibility)",
        "left": "no restriction: the clip stays as it is",
        "restored": "the restriction is lifted: the clip is shown again, if nothing else stands"
        " against it",
        "everywhere": "everywhere",
        "duration_disabled": "until this decision is changed",
        "duration_left": "does not apply",
        "duration_restored": "does not apply",
        "facts": "the notice is against {generation}, on the ground of {kind}; decided {at}",
        "not_identified": "a clip that was not identified",
        "notice": "a notice, not our own initiative",
        "trusted_flagger": "a notice of a trusted flagger, not our own initiative",
        "automated": "a person decided; no automated means were used to decide. Copies of what was"
        " taken down are found by automated means.",
        "clock": "nobody decided: the clip is put back by itself on the day that the law sets.",
        "uncontested": "The time after the counter-notice is over, and no action in court was"
        " reported.",
        "no_reason": "none was given, or it is not kept any more",
        "counter": "The creator can give a counter-notice; the clip is put back after {least} to"
        " {most} business days unless the claimant goes to court.",
        "appeal": "An appeal is free, can be made for {days} days, and is decided by another"
        " person.",
        "court": "A certified out-of-court dispute settlement body or a court can be turned to at"
        " any time.",
    },
    Language.JA: {
        "title": "通知 {notice} に関する理由の説明",
        "of_restriction_type": "決定",
        "of_territorial_scope": "地域的範囲",
        "of_duration": "期間",
        "of_facts_and_circumstances": "事実",
        "of_notice_or_own_initiative": "端緒",
        "of_automated_means": "自動化された手段",
        "of_ground": "根拠",
        "of_explanation": "説明",
        "of_redress_information": "不服申立ての方法",
        "disabled": "映像の表示を停止しました",
        "left": "制限なし(映像は現状のまま)",
        "restored": "制限を解除しました。他に妨げとなる事由がなければ、映像は再び表示されます",
        "everywhere": "すべての地域",
        "duration_disabled": "この決定が変更されるまで",
        "duration_left": "該当しません",
        "duration_restored": "該当しません",
        "facts": "対象: {generation}、事由: {kind}、決定日時: {at}",
        "not_identified": "特定できなかった映像",
        "notice": "通知によるもの(職権によるものではありません)",
        "trusted_flagger": "信頼された通報者(trusted flagger)の通知によるもの"
        "(職権によるものではありません)",
        "automated": "決定は人が行い、自動化された手段は用いていません。"
        "削除した映像の複製の発見には自動化された手段を用います。",
        "clock": "人による決定ではありません。法律の定める日に、映像は自動的に元に戻されます。",
        "uncontested": "異議通知後の期間が満了し、訴えの提起の連絡がありませんでした。",
        "no_reason": "記載がないか、保存期間が終了しています",
        "counter": "作成者は異議通知を行うことができます。通知者が提訴しない限り、"
        "{least}から{most}営業日の間に映像を元に戻します。",
        "appeal": "不服申立ては無料で、{days}日間行うことができ、別の担当者が判断します。",
        "court": "認証を受けた裁判外紛争解決機関または裁判所に、いつでも申し立てることができます。",
    },
}
