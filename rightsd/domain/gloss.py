"""Japanese as English words, one by one: what a model that reads English alone is given.

Not a translation: particles and endings are left out, and words that are not here are lost. The
words are those by which works are described: looks, creatures, people, things, places, doings.
Verbs and adjectives stand by their stems, so that 走る and 走って are both "run". The list is ours.
"""

import unicodedata
from collections.abc import Mapping

_LENGTH_MAX = 8  # Of the longest word below.
_SIGNS = {"、": ",", "。": ".", "・": " "}


def is_japanese(text: str) -> bool:
    """Say whether a text has kana or ideographs."""
    return any("\u3041" <= letter <= "\u30ff" or "\u3400" <= letter <= "\u9fff" for letter in text)


def english(text: str) -> str:
    """Return the words of a text that are known, in English, and those in Latin letters."""
    folded = unicodedata.normalize("NFKC", text)
    words: list[str] = []
    rest, place = "", 0
    while place < len(folded):
        for length in range(min(_LENGTH_MAX, len(folded) - place), 0, -1):
            meaning = _WORDS.get(folded[place : place + length])
            if meaning is not None:
                words += [rest, meaning]
                rest = ""
                place += length
                break
        else:
            letter = folded[place]
            # What is written in Latin letters is kept, and ends sentences as well.
            rest += {"、": ",", "。": ".", "・": " "}.get(
                letter, letter if letter.isascii() else ""
            )
            place += 1
    return " ".join(word for word in (part.strip() for part in [*words, rest]) if word)


def _read(written: str) -> Mapping[str, str]:
    """Return the words by what they are written: "red:赤 紅" and so on, one meaning a line part."""
    words: dict[str, str] = {}
    for entry in written.split("/"):
        meaning, _, spellings = entry.strip().partition(":")
        words |= dict.fromkeys(spellings.split(), meaning.replace("\n", " "))
    return words


_WORDS = _read("""
red:赤 紅 真っ赤 赤色 赤い / blue:青 青色 青い 真っ青 / yellow:黄色 黄色い 黄 / green:緑 緑色 みどり
/ white:白 白い 白色 真っ白 / black:黒 黒い 黒色 真っ黒 / purple:紫 紫色 / pink:ピンク 桃色 ピンク色
/ orange:オレンジ 橙 オレンジ色 / brown:茶色 茶 / grey:灰色 グレー / golden:金 金色 黄金 /
silver:銀 銀色 / teal:青緑 / turquoise:ターコイズ / indigo:藍色 藍 / rainbow:虹 虹色 /
transparent:透明 透き通 / colourful:カラフル 色とりどり / colour:色 / bright:明る 鮮やか /
dark:暗 闇 / light:光 明かり 灯り / shining:輝 光る 光って きらめ 光り / big:大き 大 /
giant:巨大 巨 / small:小さ 小 ちいさ / tiny:極小 ちっちゃ / long:長 / short:短 / tall:高 /
low:低 / round:丸 まる 円 / square:四角 / triangle:三角 / thin:細 薄 / thick:太 厚 /
chubby:ぽっちゃり でっぷり まるまる / old:古 老 年老い / young:若 / new:新 / cute:かわい 可愛 /
beautiful:美 きれい 綺麗 / ugly:醜 / scary:怖 恐ろし 恐 / gentle:優し やさし /
cheerful:陽気 元気 明るい / grumpy:怒 不機嫌 怒りっぽい / sad:悲し 悲 / shy:内気 恥ずかし /
lonely:孤独 寂し / brave:勇敢 勇気 / clever:賢 / lazy:怠け / strong:強 / weak:弱 /
fast:速 早 / slow:遅 ゆっくり / cold:冷た 寒 / hot:熱 暑 / wet:濡れ / dry:乾い /
broken:壊れ / torn:破れ / cracked:ひび割れ ひび / rusty:錆び さび / fluffy:ふわふわ 柔らか
もふもふ / hard:硬 固 / heavy:重 / empty:空っぽ / crooked:曲が / twisted:ねじれ /
hidden:隠れ / secret:秘密 / strange:不思議 奇妙 / magic magical:魔法 / mysterious:謎
神秘 / absent-minded:忘れっぽい うっかり / blind:盲目 目の見えない / glowing:光る 発光 /
floating:浮かぶ 浮い 浮か / frozen:凍った 凍りついた / endless:果てしな 無限 / one:一つ 一 一人 /
two:二つ 二 二人 / three:三つ 三 三人 / four:四つ 四 四本 / five:五つ 五 五人 / six:六 /
seven:七 七人 / eight:八 / ten:十 / hundred:百 / thousand:千 / many:多く たくさん 無数
/ all:全て すべて みんな / last:最後 / first:最初 / every:毎 ごと / same:同じ / cat:猫 ネコ
ねこ / kitten:子猫 / dog:犬 イヌ いぬ / puppy:子犬 仔犬 / rabbit:ウサギ うさぎ 兎 /
mouse:ネズミ ねずみ 鼠 / squirrel:リス / bear:熊 クマ くま / bear cub:子熊 小熊 / fox:狐
キツネ きつね / wolf:狼 オオカミ / lion:ライオン 獅子 / tiger:虎 トラ / elephant:象 ゾウ /
monkey:猿 サル / horse:馬 ウマ / cow:牛 / pig:豚 ブタ / sheep:羊 ヒツジ / deer stag:鹿
シカ / badger:アナグマ 穴熊 / raccoon:タヌキ 狸 アライグマ / capybara:カピバラ /
hedgehog:ハリネズミ / panda:パンダ / penguin:ペンギン / owl:フクロウ ふくろう 梟 / crow:カラス 烏
からす / swallow:ツバメ 燕 / eagle:鷲 ワシ / hawk:鷹 タカ / heron:サギ 鷺 / parrot:オウム /
duck:アヒル 鴨 / chicken:鶏 ニワトリ / bird:鳥 小鳥 / canary:カナリア / swan:白鳥 /
crane:鶴 / fish:魚 / goldfish:金魚 / whale:鯨 クジラ / dolphin:イルカ / shark:サメ 鮫
/ octopus:タコ 蛸 / crab:カニ 蟹 / jellyfish:クラゲ / turtle:亀 カメ / frog:カエル 蛙 /
snake:蛇 ヘビ / lizard:トカゲ / dinosaur:恐竜 / dragon:竜 龍 ドラゴン / bee:蜂 ハチ ミツバチ
/ butterfly:蝶 チョウ / moth:蛾 ガ / ant:蟻 / spider:蜘蛛 クモ / insect:虫 昆虫 /
bat:コウモリ 蝙蝠 / camel:ラクダ / animal:動物 獣 / creature:生き物 / monster:怪獣 怪物
モンスター 妖怪 / fairy:妖精 / ghost:幽霊 お化け / angel:天使 / demon devil:悪魔 鬼 / god:神
/ giant:巨人 / robot:ロボット / mechanical:機械 マシン / alien:宇宙人 エイリアン /
zombie:ゾンビ / vampire:吸血鬼 / mermaid:人魚 / unicorn:ユニコーン / skeleton:骸骨 /
doll:人形 / mascot:マスコット / snowman:雪だるま / person:人 / people:人々 人たち / man:男
男性 / woman:女 女性 / boy:少年 男の子 / girl:少女 女の子 / children:子供 子ども 子供たち /
baby:赤ちゃん 赤ん坊 / old man:老人 おじいさん / old woman:おばあさん 老婆 / friend:友達 仲間 /
family:家族 / mother:母 / father:父 / brother:兄 弟 / sister:姉 妹 / twins:双子 /
king:王 王様 / queen:女王 / prince:王子 / princess:姫 王女 / knight:騎士 / samurai:侍
武士 / swordsman:剣士 / warrior:戦士 / soldier:兵士 / army:軍隊 軍 / ninja:忍者 /
pirate:海賊 / captain:船長 / wizard:魔法使い 魔術師 / witch:魔女 / hero:ヒーロー 英雄 勇者 /
heroine:ヒロイン / detective:探偵 刑事 / thief:泥棒 盗賊 怪盗 / police:警察 / doctor:医者
/ scientist:科学者 博士 / inventor:発明家 / teacher:先生 教師 / pupil:生徒 学生 /
schoolgirls:女子生徒 女子高生 / pilot:パイロット 操縦士 / driver:運転手 / postman:郵便屋 郵便配達
/ baker:パン屋 / cook:料理人 コック / farmer:農夫 農家 / fisherman:漁師 / hunter:狩人 /
traveller:旅人 / guard:番人 警備員 / night watchman:夜警 / singer:歌手 / dancer:踊り子
/ painter:画家 / nurse:看護師 / nun:修道女 / monk:僧 / orphan:孤児 / survivor:生存者 /
retired:引退した 引退 / smuggler:密輸 / head:頭 / face:顔 / eye:目 瞳 眼 / eyes:両目 /
ear:耳 / nose:鼻 / mouth:口 / tooth:歯 / fang:牙 / tongue:舌 / hair:髪 髪の毛 /
beard:ひげ 髭 / moustache:口ひげ / cheek:頬 ほっぺ ほほ / forehead:額 おでこ / neck:首 /
shoulder:肩 / arm:腕 / hand:手 / finger:指 / chest:胸 / back:背中 / belly:腹 お腹
/ leg foot:足 脚 / tail:しっぽ 尻尾 尾 / wing:翼 羽根 / feather:羽 羽毛 / horn:角 /
skin:肌 皮膚 / fur:毛 毛皮 / bone:骨 / ribs:肋骨 / heart:心臓 / blood:血 / tear:涙 /
body:体 身体 / scale:鱗 / claw:爪 / ponytail:ポニーテール / smile:笑顔 / hat:帽子 / top
hat:シルクハット / crown:冠 王冠 / helmet:ヘルメット 兜 / mask:仮面 マスク / glasses:眼鏡 メガネ
/ monocle:片眼鏡 モノクル / goggles:ゴーグル / eyepatch:眼帯 / hairpin:かんざし 髪飾り /
ribbon:リボン / cape:マント / coat:コート / lab coat:白衣 / uniform:制服 / school
uniform:セーラー服 学生服 / kimono:着物 和服 浴衣 / dress:ドレス / suit:スーツ / shirt:シャツ /
armour:鎧 / clothes:服 衣 / shoe:靴 / sock:靴下 / glove:手袋 / scarf:マフラー /
belt:ベルト / ring:指輪 / necklace:首飾り / jewel gem:宝石 / umbrella:傘 / bag:鞄 袋
/ backpack:リュック / crest:紋 家紋 / sword:剣 刀 / knife:ナイフ / spear:槍 /
trident:三叉 三叉の槍 / bow:弓 / arrow:矢 / gun:銃 / shield:盾 / hammer:ハンマー /
staff wand:杖 / axe:斧 / weapon:武器 / brush:筆 / brushwork:筆づかい 筆致 / gold
plough:金色の鋤 / plough:鋤 / lantern:ランタン 提灯 / lamp:ランプ / candle:ろうそく 蝋燭 /
fire:火 炎 / smoke:煙 / spark:火花 / ember:燃えさし / ash:灰 / lightning:稲妻 雷 /
electricity electric:電気 / bomb:爆弾 / book:本 / letter:手紙 / character
writing:文字 / calligraphy:書道 / paper:紙 / scroll:巻物 掛け軸 / map:地図 /
painting:絵 絵画 / photo:写真 / footage:映像 映画 / camera:カメラ / clock:時計 /
mirror:鏡 / key:鍵 / keyhole:鍵穴 / door:扉 ドア / window:窓 / bell:鐘 鈴 / box:箱
/ bottle:瓶 / can:缶 / cup:カップ / bowl:鉢 / teapot:ティーポット 急須 / birdcage:鳥かご
鳥籠 / cage:檻 / chair:椅子 / table:机 テーブル / furniture:家具 / bed:ベッド /
pillow:枕 / toy:おもちゃ 玩具 / ball:玉 ボール 球 / balloon:風船 / antenna:アンテナ /
screen:画面 / pixel:ピクセル / hologram:ホログラム / neon:ネオン / computer:パソコン /
laptop:ノートパソコン / phone:電話 スマホ 携帯 / headphones:ヘッドホン ヘッドフォン / emblem:ロゴ
マーク / vending machine:自動販売機 自販機 / mailbox:郵便ポスト ポスト / stamp postage
stamps:切手 / broom:ほうき / car:車 自動車 / sports car:スポーツカー / grille:グリル /
truck:トラック / bus:バス / train:電車 列車 汽車 / tram:路面電車 / bicycle:自転車 /
motorcycle:バイク / scooter:スクーター / ship:船 / boat:ボート 舟 / submarine:潜水艦 /
airship:飛行船 / airplane:飛行機 / airliner:旅客機 / tailfin:尾翼 /
helicopter:ヘリコプター / rocket:ロケット / spaceship:宇宙船 / sled:そり ソリ /
snowplough:除雪車 / tank:戦車 / fin:ひれ / food:食べ物 / bread:パン / dough:生地 パン生地
/ flour:粉 小麦粉 / rice cake:餅 / rice:ご飯 米 / noodles:麺 / cake:ケーキ / candy:飴
/ sugar:砂糖 / honey:蜂蜜 / honeycomb:蜂の巣 / nest:巣 / fruit:果物 / apple:リンゴ
りんご / pear:梨 / peach:桃 / strawberry:イチゴ / berry:ベリー / tea:お茶 /
coffee:コーヒー / water:水 / milk:牛乳 / wine:ワイン / soda:炭酸飲料 ソーダ / drink:飲み物 /
bubbles:泡 / egg:卵 / stone:石 / rock:岩 / crystal:水晶 クリスタル / glass:ガラス /
iron:鉄 / brass:真鍮 / copper:銅 / steel:鋼 / clay:粘土 / porcelain:磁器 陶器 /
wood:木 木製 / leather:革 / cloth:布 / silk:絹 / amber:琥珀 / diamond:ダイヤモンド ダイヤ
/ pearl:真珠 / ink:墨 インク / sand:砂 / mud:泥 / salt:塩 / dust:埃 / stardust:星くず
星屑 / ice:氷 / snow:雪 / petal:花びら 花弁 / moss:苔 / mistletoe:ヤドリギ / cherry
blossom:桜 / rose:薔薇 バラ / flower:花 / leaf:葉 / tree:樹 / grass:草 /
mushroom:キノコ / seed:種 / forest:森 / bamboo:竹 / garden:庭 庭園 /
greenhouse:温室 / field:畑 野 / meadow:草原 / mountain:山 / hill:丘 / valley:谷 /
cliff:崖 / cave:洞窟 / river:川 / lake:湖 / sea:海 / seabed:海底 / beach:浜 海岸 /
harbour:港 / island:島 / desert:砂漠 / swamp:沼 湿地 / volcano:火山 / waterfall:滝
/ sky:空 / cloud:雲 / rain:雨 / wind:風 / storm:嵐 / fog:霧 / thunder:雷鳴 /
star:星 / moon:月 / full moon:満月 / sun:太陽 日 / comet:彗星 / planet:惑星 /
earth:地球 / space:宇宙 / aurora northern lights:オーロラ / night:夜 / morning:朝
/ evening:夕方 夕日 / day:昼 / spring:春 / summer:夏 / autumn:秋 / winter:冬 /
future:未来 / past:過去 昔 / dream:夢 / memory:記憶 思い出 / childhood:子供の頃 幼い頃 /
time:時間 / world:世界 / city:都市 街 / future city:未来都市 / town:町 / village:村 /
house:家 / cottage:小屋 / castle:城 / palace:宮殿 / tower:塔 / lighthouse:灯台 /
bridge:橋 / road:道 道路 / street:通り / alley:路地 / stairs:階段 / roof:屋根 /
wall:壁 / gate:門 / school:学校 学園 / boarding school:寄宿学校 全寮制 / library:図書館
/ museum:博物館 / hospital:病院 / cathedral:教会 大聖堂 / temple:神殿 寺 / shrine:神社
/ greek:ギリシャ / grave:墓 / ruined:廃墟 遺跡 / base:基地 / secret base:秘密基地 /
factory:工場 / laboratory:研究所 実験室 / kitchen:台所 / room:部屋 / throne:玉座 /
pulpit:説教壇 / stage:舞台 / stadium:競技場 / shop:店 / inn:宿 / station:駅 /
prison:牢獄 / park:公園 / bakery:パン工房 / hell:地獄 / heaven:天国 / run:走 / walk:歩
/ fly:飛 翔 / swim:泳 / jump:跳 / dance:踊 / sing:歌 / talking:しゃべる 話す しゃべ 喋 /
laugh:笑 / cry:泣 / sleep:眠 寝 / eat:食べ / drink:飲 / fight:戦 闘 / attack:攻撃 /
kill:殺 / dead:死 死んだ 死者 / living:生 生者 住んで 住む 住み / guard:守 / save:救 /
help:助け / steal:盗 / hide:隠 / search:探 / find:見つけ / collect:集め / carry:運ぶ
運ん 運び / deliver:届け / pull:引 / push:押 / lift:持ち上げ / ride:乗 / drive:運転 /
fall:落ち / rise:昇 / appear:現れ / disappear:消え / change:変わ 変身 変え / turn
into:なって なる / combine:合体 / melt:溶け とけ / freeze:凍る 凍っ 凍り / burn:燃え /
break:壊 / crack:欠け / open:開 / close:閉 / write:書 / draw:描 / read:読 /
play:遊 / watch:見張 見守 / see:見 / hear:聞 聴 / sneeze:くしゃみ / lie:嘘 /
complain:文句 / argue quarrel:争い 喧嘩 口論 / judge:裁く 裁き / solve:解 / case:事件 /
travel journey:旅 / wander:さまよ 放浪 / lost:迷った 迷い / guide lead:導 / return:帰
戻 / wait:待 / build:建 / make:作 / made of:でできた でできて / wear:着 かぶ つけ 身につけ /
hold:持 / swing:振るう 振り / pound:搗き 搗く / breathe:吐く 吐き 吐 / blink
flash:点滅 / move:動 / grow:生え / bounce:弾 弾む / shout:叫 / rule:治め 支配 /
war:戦争 / love:恋 愛 / story:物語 / adventure:冒険 / festival:祭り / contest:対決 /
crew:乗組員 / companion:相棒 / pet:ペット / trainer:トレーナー / team:チーム 戦隊 /
clan:一族 / name:名前 / voice:声 / music:音楽 / game:ゲーム / anime cartoon:アニメ /
swirl:渦巻き 渦 / shaped like:形 型 / pattern:模様 / stripe:縞 / dot:点 / doors
open upward:ドアは上に開く / up above:上 / below under:下 / inside:中 内 /
beside:そば 隣 / outside:外 / front:前 / between:間 / footprints:足跡 /
toddler:幼児 幼
""")
