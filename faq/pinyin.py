"""Pinyin without tones: how characters sound, and which syllables a run of letters may be.

`pypinyin` is told to load no phrases (12 MB instead of 57): a character's commonest reading is
enough for a search, and the few words of this house that are read otherwise stand below.
"""

from __future__ import annotations

import functools
import os
from typing import Final

os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "true")  # nobody changes it

from pypinyin import lazy_pinyin

_ALL: Final = """
a ai an ang ao ba bai ban bang bao bei ben beng bi bian biao bie bin bing bo bu ca cai can cang
cao ce cen ceng cha chai chan chang chao che chen cheng chi chong chou chu chuai chuan chuang
chui chun chuo ci cong cou cu cuan cui cun cuo da dai dan dang dao de deng di dian diao die ding
diu dong dou du duan dui dun duo e ei en er fa fan fang fei fen feng fou fu ga gai gan gang gao
ge gei gen geng gong gou gu gua guai guan guang gui gun guo ha hai han hang hao he hei hen heng
hong hou hu hua huai huan huang hui hun huo ji jia jian jiang jiao jie jin jing jiong jiu ju
juan jue jun ka kai kan kang kao ke ken keng kong kou ku kua kuai kuan kuang kui kun kuo la lai
lan lang lao le lei leng li lia lian liang liao lie lin ling liu long lou lu luan lun luo lv lve
ma mai man mang mao me mei men meng mi mian miao mie min ming miu mo mou mu na nai nan nang nao
ne nei nen neng ni nian niang niao nie nin ning niu nong nou nu nuan nuo nv nve o ou pa pai pan
pang pao pei pen peng pi pian piao pie pin ping po pou pu qi qia qian qiang qiao qie qin qing
qiong qiu qu quan que qun ran rang rao re ren reng ri rong rou ru ruan rui run ruo sa sai san
sang sao se sen seng sha shai shan shang shao she shen sheng shi shou shu shua shuai shuan
shuang shui shun shuo si song sou su suan sui sun suo ta tai tan tang tao te teng ti tian tiao
tie ting tong tou tu tuan tui tun tuo wa wai wan wang wei wen weng wo wu xi xia xian xiang xiao
xie xin xing xiong xiu xu xuan xue xun ya yan yang yao ye yi yin ying yo yong you yu yuan yue
yun za zai zan zang zao ze zei zen zeng zha zhai zhan zhang zhao zhe zhen zheng zhi zhong zhou
zhu zhua zhuai zhuan zhuang zhui zhun zhuo zi zong zou zu zuan zui zun zuo
"""
SYLLABLES: Final = frozenset(_ALL.split())
_BEGINNINGS: Final = frozenset(
    syllable[:end] for syllable in SYLLABLES for end in range(1, len(syllable))
)
LONGEST: Final = 6
MOST_SPLITS: Final = 12
# Characters that in these words are not read as they mostly are.
_READINGS: Final[dict[str, str]] = {
    "重新": "chong xin",
    "重启": "chong qi",
    "重装": "chong zhuang",
    "重做": "chong zuo",
    "重试": "chong shi",
    "重复": "chong fu",
    "银行": "yin hang",
    "调整": "tiao zheng",
    "校准": "jiao zhun",
    "还没": "hai mei",
    "还是": "hai shi",
    "还要": "hai yao",
    "长度": "chang du",
}
INITIALS: Final = frozenset("bpmfdtnlgkhjqxrzcsyw" + "aoe")
VOWELS: Final = frozenset("aeiouv")


@functools.lru_cache(maxsize=16_384)
def _sound(character: str) -> str:
    heard: list[str] = lazy_pinyin(character, v_to_u=False, errors="ignore")
    return heard[0] if heard else ""


def sounds(run: str) -> list[str]:
    """The syllable of every Chinese character of the run; empty where none is known."""
    heard = [_sound(character) for character in run]
    for word, reading in _READINGS.items():
        at = run.find(word)
        while at >= 0:
            heard[at : at + len(word)] = reading.split()
            at = run.find(word, at + 1)
    return heard


def fold(syllable: str) -> str:
    """What sounds alike to many speakers is one: zh z, ch c, sh s, -ng -n."""
    if syllable[1:2] == "h":
        syllable = syllable[0] + syllable[2:]
    return syllable[:-1] if syllable.endswith("ng") else syllable


@functools.lru_cache(maxsize=4096)
def splits(letters: str) -> tuple[tuple[str, ...], ...]:
    """Every way to read the letters as the fewest syllables; none if they are no pinyin.

    jiesuo → (jie, suo); fangan → (fan, gan), (fang, an).
    """
    best: list[list[tuple[str, ...]]] = [[()]]
    for end in range(1, len(letters) + 1):
        found: list[tuple[str, ...]] = []
        for start in range(max(0, end - LONGEST), end):
            if best[start] and letters[start:end] in SYLLABLES:
                found += [(*before, letters[start:end]) for before in best[start]]
        fewest = min(map(len, found), default=0)
        best.append([way for way in found if len(way) == fewest][:MOST_SPLITS])
    return tuple(best[-1]) if letters else ()


def begun(letters: str) -> str:
    """The syllables before one that is still being typed: faren for farenk; empty without any.

    At least two, so that initials are not taken for it.
    """
    for end in range(len(letters) - 1, max(0, len(letters) - LONGEST), -1):
        ways = splits(letters[:end])
        if ways and len(ways[0]) > 1 and letters[end:] in _BEGINNINGS:
            return letters[:end]
    return ""


def could_be_initials(letters: str) -> bool:
    """Whether every letter begins a syllable: frkgq may stand for 法人卡过期."""
    return len(letters) > 1 and INITIALS.issuperset(letters)
