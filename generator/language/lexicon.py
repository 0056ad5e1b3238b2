# ruff: noqa: E501, SIM905 - a row of the table is one line, a word list is prose.
"""The words the generator knows: one concept a row, in English and Japanese.

A concept that is drawn only in part says so in `instead`; that sentence reaches the person who
wrote the word. To teach the engine a word, add it here; to teach it a thing, add a row and draw it.
"""

from dataclasses import dataclass

from generator.base import Colour


@dataclass(frozen=True, slots=True)
class Concept:
    """A thing that words stand for.

    Attributes:
        slot: What kind of thing: place, light, prop, body, action, and so on.
        name: What the rest of the engine calls it.
        instead: What is drawn in its place; empty if it is drawn as it is.
        english: Surface forms, lower case.
        japanese: Surface forms.
    """

    slot: str
    name: str
    instead: str
    english: tuple[str, ...]
    japanese: tuple[str, ...]


def row(slot: str, name: str, english: str, japanese: str = "", instead: str = "") -> Concept:
    """Return a concept of forms in English (parted by commas) and Japanese (by blanks)."""
    split = tuple(form.strip() for form in english.split(",") if form.strip())
    return Concept(slot, name, instead, split, tuple(japanese.split()))


_TOY = "a toy figure stands in"
_HEARD = "heard, not seen"
_USUAL_VOICE = "it is said in the usual voice"

CONCEPTS: tuple[Concept, ...] = (
    row("place", "court", "basketball court, court", "バスケットコート コート"),
    row("place", "court", "playground, gym", "校庭 体育館", "an open court stands in"),
    row("place", "park", "park, lawn, garden, grass", "公園 庭 芝生"),
    row("place", "park", "meadow, field", "草原 野原", "a park stands in"),
    row("place", "room", "living room, room, indoors", "居間 部屋 室内"),
    row("place", "room", "bedroom, kitchen, house", "寝室 台所", "a living room stands in"),
    row("place", "street", "city street, street, alley, city, town, road", "通り 路地 街 町 道路 都会"),
    row("place", "beach", "beach, seaside, shore, sea, ocean", "海辺 浜辺 海岸 砂浜 海"),
    row("place", "forest", "forest, woods", "森 林"),
    row("place", "snowfield", "snowfield, snowy field, tundra", "雪原"),
    row("place", "desert", "desert, dunes, dune", "砂漠 砂丘"),
    row("place", "studio", "studio, white room, backdrop", "スタジオ"),
    row("light", "golden", "golden hour, sunset, sunrise, late afternoon, evening, warm light, golden light", "夕方 夕暮れ 夕日 夕焼け ゴールデンアワー 日の出 朝焼け"),
    row("light", "noon", "noon, midday, daylight, sunny, bright day, afternoon, sunlight, day", "真昼 昼間 昼 晴れ 日中 午後"),
    row("light", "morning", "early morning, morning, dawn", "早朝 朝 夜明け"),
    row("light", "dusk", "dusk, twilight, blue hour", "黄昏 薄暮 たそがれ"),
    row("light", "night", "moonlit, midnight, night, moonlight, dark", "真夜中 夜中 夜 月明かり"),
    row("light", "overcast", "overcast, cloudy, grey sky, gray sky", "曇り 曇り空 くもり"),
    row("weather", "rain", "raining, rainy, rain", "雨 🌧"),
    row("weather", "snow", "snowing, snowfall, snowy, snow", "雪 ❄"),
    row("weather", "fog", "foggy, fog, misty, mist, haze", "霧 もや"),
    row("prop", "ball", "rubber ball, toy ball, balls, ball", "ボール 球 玉 ゴムまり"),
    row("prop", "basketball", "basketballs, basketball", "バスケットボール 🏀"),
    row("prop", "football", "football, soccer ball", "サッカーボール ⚽"),
    row("prop", "crate", "cardboard boxes, cardboard box, crates, crate, boxes, box", "段ボール 木箱 箱 📦"),
    row("prop", "tree", "trees, tree", "木々 樹木 木 🌳"),
    row("prop", "bench", "park bench, benches, bench", "ベンチ"),
    row("prop", "lamp", "street lamp, streetlight, lamps, lamp, lantern", "街灯 ランプ 電灯"),
    row("prop", "rock", "boulder, rocks, rock, stones, stone", "岩 石"),
    row("prop", "table", "tables, table, desk", "テーブル 机"),
    row("prop", "cone", "traffic cone, cones, cone", "コーン 三角コーン"),
    row("prop", "balloon", "balloons, balloon", "風船 🎈"),
    row("prop", "parasol", "parasol, umbrella, beach umbrella", "パラソル 傘"),
    row("prop", "cactus", "cactus, cacti", "サボテン"),
    row("prop", "crate", "suitcase, parcel, package, tv, fridge", "荷物 スーツケース", "a wooden crate stands in"),
    row("prop", "ball", "apple, orange fruit, melon, egg, marble", "りんご 卵 ビー玉", "a ball of that size stands in"),
    row("body", "man", "men, man, guy, father, grandfather, actor", "男性 男 父 おじさん"),
    row("body", "woman", "women, woman, lady, mother, grandmother, actress, dancer", "女性 女 母 おばさん"),
    row("body", "child", "children, child, kid, kids, boy, boys, girl, girls, toddler", "子供 子ども 少年 少女 男の子 女の子"),
    row("body", "person", "people, person, someone, figure, friend, friends, stranger, strangers, teacher, teachers", "人物 人々 人 友達 先生"),
    row("body", "robot", "robots, robot, android", "ロボット"),
    row("body", "person", "chef, chefs, wizard, wizards, king, kings, queen, queens, soldier, soldiers, astronaut, astronauts, pirate, pirates, police officer", "料理人 魔法使い 王様 宇宙飛行士", _TOY),
    row("action", "throw", "throws, throw, throwing, tosses, toss, shoots, pitches", "投げる 投げ シュートする シュート"),
    row("action", "walk", "walks, walk, walking, strolls, wanders", "歩いて 歩く 歩き"),
    row("action", "walk", "runs, running, run, jogs", "走って 走る", "the figure walks fast"),
    row("action", "wave", "waves, wave, waving, greets", "手を振る 手を振って"),
    row("action", "nod", "nods, nod, nodding, agrees", "うなずく 頷く"),
    row("action", "jump", "jumps, jump, jumping, leaps", "ジャンプする ジャンプ 跳ぶ"),
    row("action", "jump", "dances, dancing, dance, celebrates, cheers", "踊る 喜ぶ", "the figure hops"),
    row("action", "talk", "talks, talk, talking, says, say, saying, said, speaks, speaking, tells, asks, asked, replies, replied, answers, answered, adds, calls out, calls", "と言う と言って と話す と答える と尋ねる と聞く と呼ぶ 話す 話して 答える 尋ねる しゃべる 言う"),
    row("action", "talk", "whispers, whispering, shouts, shouting, yells, mutters, murmurs, exclaims, screams", "と叫ぶ 叫ぶ 叫んで ささやく 囁く つぶやく 呟く", _USUAL_VOICE),
    row("action", "stand", "stands, standing, waits, waiting, watches, looks, looking", "立って 立つ 待つ 見る 見つめる"),
    row("motion", "bounce", "bounces, bounce, bouncing, rebounds", "跳ねる 跳ねて 跳ね返る 弾む バウンドする バウンド"),
    row("motion", "drop", "drops, drop, dropping, falls, fall, falling", "落とす 落ちる 落ちて 落下する"),
    row("motion", "roll", "rolls, roll, rolling", "転がる 転がって"),
    row("size", "wide", "extreme wide shot, wide shot, establishing shot, long shot, wide", "ロングショット 全景 引きの画 ワイド"),
    row("size", "medium", "medium shot, mid shot, medium", "ミディアムショット ミディアム 中景"),
    row("size", "close", "extreme close-up, extreme close up, close-up, close up, closeup, tight shot, portrait, macro", "超クローズアップ クローズアップ アップ 寄り"),
    row("move", "push_in", "slow push-in, push-in, push in, pushes in, dolly in, zoom in, zooms in", "ドリーイン プッシュイン 寄っていく ズームイン"),
    row("move", "pull_out", "pull-out, pull out, pulls back, pull back, dolly out, zoom out", "ドリーアウト 引いていく ズームアウト"),
    row("move", "pan", "pan left, pan right, pans left, pans right, pans, pan", "パン"),
    row("move", "tilt", "tilt up, tilt down, tilts up, tilts down, tilts, tilt", "ティルトアップ ティルトダウン ティルト"),
    row("move", "orbit", "arc shot, orbits, orbit, circles around", "回り込み オービット"),
    row("move", "handheld", "hand-held, handheld", "手持ち"),
    row("move", "static", "locked-off, locked off, static, tripod", "固定 フィックス"),
    row("move", "crane", "crane shot, crane up, crane", "クレーン"),
    row("move", "track", "tracking shot, tracks, tracking, follows", "トラッキング 追う"),
    row("angle", "low", "low-angle, low angle, worm's eye", "ローアングル あおり"),
    row("angle", "high", "high-angle, high angle, bird's eye", "ハイアングル 俯瞰"),
    row("angle", "overhead", "top-down, overhead, top down", "真上 真俯瞰"),
    row("angle", "dutch", "dutch angle, canted, tilted horizon", "ダッチアングル"),
    row("angle", "eye", "eye-level, eye level", "アイレベル 目線"),
    row("depth", "shallow", "shallow depth of field, shallow focus, bokeh", "浅い被写界深度 ボケ"),
    row("depth", "deep", "deep focus, deep depth of field", "パンフォーカス 深い被写界深度"),
    row("cue", "birds", "birds chirping, birdsong, chirping, birds, bird", "鳥のさえずり 鳥の声 鳥", _HEARD),
    row("cue", "wind", "windy, howling wind, wind, breeze", "風の音 風", _HEARD),
    row("cue", "traffic", "distant traffic, traffic", "車の音 街の音", _HEARD),
    row("cue", "waves", "sound of waves, surf", "波の音 波", _HEARD),
    row("cue", "rain", "sound of rain, pattering rain", "雨音 雨の音", _HEARD),
    row("cue", "hum", "room tone, humming, hum", "環境音", _HEARD),
    row("cue", "leaves", "rustling leaves, leaves rustle, rustling", "葉ずれの音 葉ずれ 木の葉の音", _HEARD),
    row("cue", "stream", "babbling brook, flowing water, brook, stream, river", "せせらぎ 小川 川の音", _HEARD),
    row("cue", "fire", "crackling fire, campfire, bonfire, fire crackles, fire", "焚き火 たき火 炎 火", _HEARD),
    row("cue", "earthquake", "earthquake, rumbling, rumble", "地震 地鳴り", _HEARD),
    row("cue", "crickets", "crickets chirp, crickets, cicadas", "虫の声 虫の音 コオロギ 鈴虫", _HEARD),
    row("cue", "frogs", "frogs croak, croaking, frogs, frog", "カエルの声 カエル 蛙", _HEARD),
    row("cue", "crowd", "murmuring crowd, crowd noise, crowd, chatter", "人混み 雑踏 ざわめき 群衆", _HEARD),
    row("cue", "heartbeat", "beating heart, heartbeat, heart beats", "心臓の音 鼓動", _HEARD),
    row("cue", "clock", "ticking clock, clock ticks, clock ticking, ticking, clock", "時計の音 時計", _HEARD),
    row("cue", "typing", "typing, keyboard clatter, types on a keyboard", "タイピング キーボードの音", _HEARD),
    row("cue", "siren", "police siren, sirens, siren", "サイレン", _HEARD),
    row("cue", "alarm", "alarm clock, alarm, beeping", "アラーム 目覚まし 警報", _HEARD),
    row("cue", "engine", "engine roars, engine, motor", "エンジン音 エンジン", _HEARD),
    row("cue", "train", "passing train, train", "電車の音 電車 列車", _HEARD),
    row("cue", "drip", "dripping water, dripping, drips", "水滴 しずく 滴る", _HEARD),
    row("effect", "door", "slamming door, door slams, door slam, door shuts, door closes", "ドアが閉まる ドアの閉まる音 ドアの音", _HEARD),
    row("effect", "knock", "knock on the door, knocks on the door, knocking, knock", "ノックする ノック", _HEARD),
    row("effect", "creak", "creaking door, door creaks, creaks, creaking", "きしむ きしみ", _HEARD),
    row("effect", "bell", "church bell, bells ring, bell rings, bell tolls, bells, bell", "鐘の音 鐘が鳴る 鐘", _HEARD),
    row("effect", "doorbell", "doorbell rings, doorbell, chime", "呼び鈴 チャイム インターホン", _HEARD),
    row("effect", "phone", "phone rings, telephone rings, ringing phone, ringtone, telephone", "電話が鳴る 電話の音 電話", _HEARD),
    row("effect", "whistle", "referee's whistle, whistle blows, whistle", "ホイッスル 笛", _HEARD),
    row("effect", "horn", "car horn, honking, honks, honk", "クラクション", _HEARD),
    row("effect", "shutter", "camera shutter, shutter click, shutter", "シャッター音 シャッター", _HEARD),
    row("effect", "drum_roll", "drum roll, drumroll", "ドラムロール", _HEARD),
    row("effect", "thunder", "thunderclap, thunder rolls, thunder, thunderstorm", "雷鳴 雷", _HEARD),
    row("effect", "glass_break", "breaking glass, glass breaks, glass shatters, shattering glass", "ガラスが割れる ガラスの割れる音", _HEARD),
    row("effect", "whoosh", "whooshes, whoosh, swoosh", "風切り音 ヒュッ", _HEARD),
    row("effect", "explosion", "explosion, explodes, blast", "爆発音 爆発する 爆発", _HEARD),
    row("effect", "splash", "splashes, splash, splashing", "水しぶき 水音 バシャッ", _HEARD),
    row("effect", "applause", "applause, clapping, claps, applauds", "拍手する 拍手", _HEARD),
    row("effect", "cheer", "cheering crowd, crowd cheers, cheering", "歓声", _HEARD),
    row("effect", "dog", "dog barks, barking dog, dog barking, barking, barks, dogs, dog", "犬の鳴き声 犬が吠える 犬が吠え 吠える 犬", _HEARD),
    row("effect", "cat", "cat meows, meowing cat, meows, meow, cats, cat", "猫の鳴き声 猫が鳴く 猫", _HEARD),
    row("effect", "rooster", "rooster crows, rooster, cock crows", "ニワトリ 鶏", _HEARD),
    row("effect", "owl", "owl hoots, hooting owl, owl", "フクロウ 梟", _HEARD),
    row("cue", "music-calm", "gentle music, calm music, soft music, peaceful music, lullaby", "穏やかな音楽 静かな音楽 優しい音楽", _HEARD),
    row("cue", "music-happy", "happy music, cheerful music, upbeat music, joyful music", "楽しい音楽 明るい音楽 陽気な音楽", _HEARD),
    row("cue", "music-sad", "sad music, melancholy music, sombre music, somber music", "悲しい音楽 切ない音楽", _HEARD),
    row("cue", "music-tense", "tense music, suspenseful music, ominous music, scary music", "緊張感のある音楽 不穏な音楽 怖い音楽", _HEARD),
    row("cue", "music-epic", "epic music, heroic music, dramatic music, triumphant music", "壮大な音楽 劇的な音楽", _HEARD),
    row("cue", "music-mysterious", "mysterious music, dreamy music, eerie music, magical music", "神秘的な音楽 幻想的な音楽 不思議な音楽", _HEARD),
    row("cue", "music", "soundtrack, music, melody, score", "音楽 bgm メロディー", _HEARD),
    row("cue", "music-calm", "soft piano, gentle piano, piano, guitar, violin", "ピアノ ギター バイオリン", "heard: plucked strings and a pad play instead"),
    row("cue", "silence", "no music, silence", "音楽なし 無音"),
    row("wear", "clothes", "hoodie, sweater, jacket, coat, shirt, dress, t-shirt, suit, kimono", "パーカー セーター ジャケット コートを着た シャツ ドレス 着物", "the figure's clothes take the colour, not the cut"),
    row("take", "single", "single take, one take, one shot, single shot", "ワンカット 長回し"),
)  # fmt: skip

# Cues that go on as long as the shot, and over a cut if the next shot asks for nothing else.
LASTING: frozenset[str] = frozenset(row.name for row in CONCEPTS if row.slot == "cue")

COLOURS: tuple[tuple[str, Colour, tuple[str, ...], tuple[str, ...]], ...] = (
    ("red", (206, 44, 38), ("crimson", "scarlet", "red"), ("真っ赤な", "赤い", "赤")),
    ("orange", (236, 122, 32), ("orange",), ("オレンジ色の", "オレンジ")),
    ("yellow", (244, 200, 48), ("golden", "yellow", "gold"), ("黄色い", "黄色", "金色")),
    ("green", (64, 156, 72), ("green",), ("緑色の", "緑の", "緑")),
    ("teal", (30, 150, 150), ("turquoise", "teal", "cyan"), ("水色の", "水色")),
    ("blue", (44, 96, 204), ("navy", "blue"), ("青い", "青")),
    ("purple", (124, 70, 176), ("purple", "violet"), ("紫色の", "紫")),
    ("pink", (238, 130, 168), ("magenta", "pink"), ("ピンク色の", "ピンク")),
    ("white", (240, 238, 232), ("white",), ("白い", "白")),
    ("black", (38, 38, 44), ("black",), ("黒い", "黒")),
    ("brown", (128, 82, 48), ("wooden", "brown"), ("茶色い", "茶色")),
    ("grey", (140, 142, 146), ("silver", "grey", "gray"), ("銀色の", "灰色の", "灰色")),
)

# Words that only hold a sentence together: there is nothing in them to draw.
GRAMMAR: frozenset[str] = frozenset(
    "a an the of in on at to and or with is are was be been it its his her hers their he she they "
    "off from into onto by for over under up down out as this that these those very through "
    "while toward towards here there where who which him them again slowly past across along through "
    "slightly quickly some no not but so if when after before then scene shot camera lens view video "
    "clip film movie show shows showing see seen we i you my your our has have had do does will "
    "would can could one another each other same more much also just only all made look "
    "'s ’s it's that's there's he's she's they're".split()
)
# Words for where something stands: the sets place things themselves.
POSITIONS: frozenset[str] = frozenset(
    "left right behind beside between front back side top middle above below next "
    "near around against inside outside 左 右 後ろ 前 上 下 横 隣 中".split()
)
GRAMMAR_JA = "がをにはでとのへもやかよりてたしだるなさせらいれらまねぞっ、。・"
