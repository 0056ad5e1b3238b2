"""The topics that people can deny, and the words behind them.

The lists belong to the rulebook: whoever changes them raises its version. They are in the words of
a prompt, English and Japanese; forms and disguises are found by `wording`.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from rightsd.domain import wording
from rightsd.domain.wording import Index, Phrase


class Topic(StrEnum):
    """What a scene can be about that some do not want to be in."""

    ALCOHOL = "alcohol"
    DRUGS = "drugs"
    GAMBLING = "gambling"
    HEALTH = "health"
    MONEY = "money"
    POLITICS = "politics"
    RELIGION = "religion"
    ROMANCE = "romance"
    SEXUAL = "sexual"
    TOBACCO = "tobacco"
    VIOLENCE = "violence"
    WEAPONS = "weapons"


_WORDS: Mapping[Topic, str] = {
    Topic.ALCOHOL: """
        alcohol, alcoholic, beer, wine, whisky, whiskey, vodka, gin, rum, tequila, sake,
        cocktail, champagne, liquor, brewery, drunk, tipsy, hangover, boozy, booze, pub crawl,
        お酒, 飲酒, ビール, ワイン, 日本酒, 焼酎, 酔っぱらい, 泥酔, 居酒屋""",
    Topic.DRUGS: """
        drug, narcotic, cocaine, heroin, cannabis, marijuana, weed, meth, ecstasy, lsd,
        opioid, fentanyl, joint, bong, overdose, drug dealer, syringe, 麻薬, 大麻, 覚醒剤,
        覚せい剤, コカイン, 薬物""",
    Topic.GAMBLING: """
        gambling, gamble, gambler, casino, betting, bet, roulette, poker, blackjack,
        slot machine, bookmaker, lottery, jackpot, ギャンブル, 賭博, 賭け, カジノ, パチンコ,
        競馬, 宝くじ""",
    Topic.HEALTH: """
        cancer, vaccine, vaccination, diagnosis, hospital, surgery, medicine, pill, diet pill,
        weight loss, supplement, miracle cure, therapy, 病気, 病院, 癌, がん患者, がん検診,
        がん治療, がん細胞, 肺がん, 胃がん, 乳がん, ワクチン, 手術,
        診断, サプリ, ダイエット""",
    Topic.MONEY: """
        bitcoin, crypto, cryptocurrency, nft, investment, invest, investor, stock market,
        forex, trading signals, get rich, loan, payday, passive income, 投資, 仮想通貨,
        暗号資産, ビットコイン, 株式, 副業, 儲かる, ローン""",
    Topic.POLITICS: """
        politics, political, politician, election, elect, electoral, vote, voting, voter,
        ballot, campaign rally, campaigning, president, prime minister, parliament, congress,
        senator, candidate, party leader, protest, referendum, propaganda, 政治, 政治家, 選挙,
        投票, 総理, 首相, 大統領, 国会, 候補者, 政党, 街頭演説""",
    Topic.RELIGION: """
        religion, religious, church, mosque, temple, synagogue, prayer, praying, pray, god,
        jesus, allah, buddha, bible, quran, koran, priest, imam, rabbi, sermon, 宗教, 教会,
        祈り, 祈る, 神様, 聖書, 仏教, 布教, お寺""",
    Topic.ROMANCE: """
        romance, romantic, love scene, love story, lover, in love, dating, date night, going on a
        date, boyfriend, girlfriend, flirt, flirting, flirty, kiss, kissing, make out, making out,
        cuddling, honeymoon, wedding night, 恋愛, 恋人, 彼氏, 彼女とデート, デート, ロマンス,
        ロマンチック, 口説く, いちゃつく, キス, 告白シーン""",
    Topic.SEXUAL: """
        sex, sexual, sexy, nude, nudity, naked, topless, undressed, undressing, underwear,
        lingerie, bikini, striptease, erotic, porn, pornographic, orgasm, seductive, kissing,
        kiss, 性的, セックス, 裸, ヌード, 下着, 水着, エロ, 官能, キス, セクシー""",
    Topic.TOBACCO: """
        tobacco, smoking, smoke a, smoker, cigarette, cigar, vape, vaping, nicotine, ashtray,
        タバコ, たばこ, 煙草, 喫煙, 葉巻, 電子タバコ""",
    Topic.VIOLENCE: """
        violence, violent, fight, fighting, fought, kill, killing, killer, murder, blood,
        bloody, bleeding, gore, torture, stab, stabbing, punch, punching, beaten up,
        beating up, shooting, attack, corpse, explosion, war, 暴力, 殺す, 殺人, 流血,
        血まみれ, 拷問, 殴る, 刺す, 戦争, 死体, 爆発, 喧嘩""",
    Topic.WEAPONS: """
        weapon, gun, pistol, rifle, firearm, machine gun, knife, knives, sword, grenade, bomb,
        ammunition, bullet, missile, 武器, 銃, 拳銃, ナイフ, 刀, 爆弾, 手榴弾, 弾丸""",
}

# What strict mode keeps out: a person made to look like someone else, or made a fool of.
_STRICT = """
    bald, fat, obese, skinny, muscular version, old age, aged, elderly version, wrinkled,
    as a baby, as a child, as a toddler, younger version, de-aged, gender swap, as a man,
    as a woman, skin colour, skin color, blackface, face swap, disguised, zombie, vampire,
    monster, mutant, deformed, disfigured, amputee, cyborg, as an animal, half animal,
    caricature, cross-eyed, plastic surgery, different face, unrecognisable, unrecognizable,
    shaved head, tattooed, ハゲ, 禿げ, 太った, 老けた, 老人になった, 子供になった,
    赤ちゃんになった, ゾンビ, 女装, 男装, 変装, 別人, vomit, vomiting, puke, toilet, diaper,
    fart, farting, pee, peeing, poop, drool, drooling, snot, humiliated, humiliating,
    humiliation, ashamed, mocked, ridiculed, slapped, spanked, begging, crawling, grovelling,
    pantsed, trousers down, pants down, wedgie, drunk, passed out, naked, undressed,
    pie in the face, covered in mud, tied up, handcuffed, arrested, mugshot, in jail, crying,
    screaming, stupid, idiot, loser, clown, dunce, おもらし, 嘔吐, 吐く, トイレ, おむつ,
    おなら, 恥, 辱め, 土下座, 逮捕, 泣き叫ぶ, 変顔, 馬鹿, バカ"""

# Within these, words of the lists mean something else, or nothing.
_INNOCENT = """
    for the sake of, joint venture, knee joint, killer whale, kill time, blood orange, blood moon,
    fruit punch, punch line, punch bowl, shooting star, photo shoot, film shoot, video shoot,
    bullet train, bullet time, bullet points, bath bomb, photo bomb, glue gun, god rays, pill bug,
    medicine ball, naked eye, bald eagle, monster truck, clown fish, vampire bat, fat tire,
    aged cheese, aged wood, explosion of colour, explosion of color, ドローン, クローン, スローン,
    モビール, トワイン, ワインディング, ヌードル, イエロー, ピエロ, ヒエログリフ, テキスト,
    テキスタイル, エキスパート, エキストラ, エキスポ, パキスタン, ウズベキスタン, タジキスタン,
    サセックス, エセックス, ウェセックス, バカンス, アルバカーキ, ハゲワシ, ハゲタカ, 個性的,
    男性的, 女性的, 中性的, 知性的, 理性的, 感性的, 野性的, 母性的, 父性的, 慢性的, 裸足, 裸眼,
    裸電球, 太刀魚, 彫刻刀, 刀削麺, 執刀, 株式会社, 息を吐く"""


def _phrases(words: str) -> frozenset[Phrase]:
    return frozenset(wording.phrase(entry) for entry in words.split(","))


PHRASES: Mapping[Topic, frozenset[Phrase]] = {
    topic: _phrases(words) for topic, words in _WORDS.items()
}
FOUND_BY: Mapping[Topic, Index] = {
    topic: wording.index(phrases) for topic, phrases in PHRASES.items()
}
INNOCENT: Index = wording.index(_phrases(_INNOCENT))
STRICT_PHRASES = _phrases(_STRICT)
STRICT: Index = wording.index(STRICT_PHRASES)
# What people call a topic when they deny it in their own words.
_NAMES: Mapping[Topic, str] = {
    Topic.ALCOHOL: "alcohol, drinking, お酒, 飲酒",
    Topic.DRUGS: "drugs, narcotics, 薬物, 麻薬",
    Topic.GAMBLING: "gambling, betting, ギャンブル, 賭博",
    Topic.HEALTH: "health, medical, 健康",
    Topic.MONEY: "money, financial, 投資",
    Topic.POLITICS: "politics, political, 政治",
    Topic.RELIGION: "religion, religious, 宗教",
    Topic.ROMANCE: "romance, romantic, 恋愛",
    Topic.SEXUAL: "sexual, sex, nudity, erotic, 性的",
    Topic.TOBACCO: "tobacco, smoking, タバコ, たばこ, 煙草, 喫煙",
    Topic.VIOLENCE: "violence, violent, 暴力",
    Topic.WEAPONS: "weapons, 武器",
}
_BY_NAME: Mapping[Phrase, Topic] = {
    phrase: topic for topic, names in _NAMES.items() for phrase in _phrases(names)
}
EXAMPLES: Mapping[Topic, str] = {
    topic: words.split(",")[0].strip() for topic, words in _WORDS.items()
}


def named(phrase: Phrase) -> Topic | None:
    """Return the topic of which a phrase is the name, as in "politics" or "political"."""
    return _BY_NAME.get(phrase)


def phrases_of(denied: Iterable[Topic]) -> frozenset[Phrase]:
    """Return all phrases of some topics."""
    return frozenset(phrase for topic in denied for phrase in PHRASES[topic])
