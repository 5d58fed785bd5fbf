"""Word lists of the check: what is a function word, a negation, a number, a title.

:meta private:
"""

from __future__ import annotations

__all__ = [
    "AMOUNTS",
    "APPROXIMATE",
    "CURRENCIES",
    "FUNCTION_WORDS",
    "HELPERS",
    "LIGHT_WORDS",
    "MONTHS",
    "NEGATIONS",
    "NOUNS_IN_CAPITALS",
    "ORDINALS",
    "SAME_NAMES",
    "SAME_WORDS",
    "SCALES",
    "TITLES",
]

# Languages that write every noun with a capital: a capital says nothing of a name.
NOUNS_IN_CAPITALS = frozenset({"de", "lb"})

FUNCTION_WORDS = {
    "en": frozenset(
        "a an the of in on at to for from by with and or but as is was are were be been being am "
        "has have had having it its he she they his her hers their theirs him them himself herself "
        "itself themselves that this these those which who whom whose will would can could may "
        "might must shall should do did does doing done not no never so than then there here says "
        "said saying say after before over into about up out off i we you my our your us me if "
        "when while where what how why because until since during between through against under "
        "also only just more most very too such both each any some all other another own same "
        "however although though yet still even now per via amid among around within without "
        "toward towards upon onto despite including one ones".split()
    ),
    "de": frozenset(
        "der die das den dem des ein eine einen einem einer eines und oder aber als ist war sind "
        "waren sein hat haben hatte hatten wird werden wurde wurden er sie es ihr ihre ihren ihm "
        "sich mit von zu zum zur in im an am auf für bei nach aus über unter vor um durch dass "
        "nicht kein keine auch nur noch so wie wenn da".split()
    ),
    "fr": frozenset(
        "le la les l un une des de du d et ou mais à au aux en dans sur pour par avec est sont "
        "était étaient été a ont avait il elle ils elles son sa ses leur leurs ce cette ces qui "
        "que qu se s ne pas n plus".split()
    ),
    "es": frozenset(
        "el la los las un una unos unas de del y o pero a al en con por para es son era fue han ha "
        "había su sus se que no lo le les como más".split()
    ),
}
# What may stand beside a negation, or where one was, and says nothing itself.
HELPERS = frozenset(
    "do does did done be been being is was are were am has have had will would can could may might "
    "must shall should to any ever yet at all that it there a an the of one thing body some every "
    "always still also everyone everybody someone somebody anyone anybody everything something "
    "anything with either or both and only just even".split()
)
NEGATIONS = {
    "en": frozenset(
        "not no never none nobody nothing neither nor without hardly nowhere cannot unable".split()
    ),
    "de": frozenset(
        "nicht kein keine keinen keinem keiner keines nie niemals niemand nichts ohne".split()
    ),
    "fr": frozenset("ne n pas jamais aucun aucune rien sans personne".split()),
    "es": frozenset("no nunca jamás sin nadie nada ningún ninguna ninguno".split()),
    "it": frozenset("non mai senza nessuno nessuna niente".split()),
    "pt": frozenset("não nunca jamais sem ninguém nada nenhum nenhuma".split()),
    "nl": frozenset("niet geen nooit niemand niets zonder".split()),
    "sv": frozenset("inte ej aldrig ingen inget inga utan".split()),
    "da": frozenset("ikke aldrig ingen intet uden".split()),
    "pl": frozenset("nie nigdy nikt nic bez żaden żadna".split()),
    "ru": frozenset("не нет никогда никто ничего без ни".split()),
    "zh": frozenset("不没未无非"),
}

_UNITS = (
    "zero two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
AMOUNTS = {"zero": 0, "one": 1, "dozen": 12}
AMOUNTS |= {word: value for value, word in enumerate(_UNITS.split()[1:], start=2)}
AMOUNTS |= {word: 10 * value for value, word in enumerate(_TENS.split(), start=2)}
SCALES = {
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12,
    "k": 1e3, "m": 1e6, "mn": 1e6, "mln": 1e6, "bn": 1e9, "b": 1e9, "tn": 1e12,
}  # fmt: skip
_ORDINALS = (
    "second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
ORDINALS = {"first": 1} | {word: value for value, word in enumerate(_ORDINALS.split(), start=2)}
CURRENCIES = {
    "$": "dollar", "£": "pound", "€": "euro", "¥": "yen", "₹": "rupee", "₽": "rouble",
    "dollar": "dollar", "dollars": "dollar", "pounds": "pound", "euro": "euro", "euros": "euro",
    "yen": "yen", "yuan": "yuan", "rupees": "rupee", "francs": "franc", "roubles": "rouble",
    "rubles": "rouble", "pesos": "peso", "cents": "cent",
}  # fmt: skip
APPROXIMATE = frozenset(
    "about around almost nearly roughly approximately some over more least most up under fewer "
    "less above below close estimated circa exceeding just".split()
)
MONTHS = (
    "january february march april may june july august september october november december"
).split()
TITLES = frozenset(
    "mr mrs ms miss dr sir dame lord lady president vice prime minister chancellor senator sen rep "
    "representative congressman congresswoman governor gov mayor professor prof judge justice "
    "king queen prince princess duke duchess pope bishop archbishop rev reverend father sister "
    "captain capt colonel col general gen lieutenant lt sergeant sgt major officer detective chief "
    "inspector superintendent sheriff secretary ambassador director coach st saint".split()
)

_IRREGULAR = """
be am is are was were been being|have has had|do does did done|go went gone goes|say said says
win won|lose lost|rise rose risen|fall fell fallen|take took taken|give gave given
get got gotten|make made|come came|see saw seen|know knew known|think thought|find found
tell told|leave left|feel felt|bring brought|begin began begun|keep kept|hold held
write wrote written|stand stood|hear heard|mean meant|meet met|run ran|pay paid|sit sat
speak spoke spoken|lead led|grow grew grown|build built|send sent|break broke broken|spend spent
drive drove driven|buy bought|wear wore worn|choose chose chosen|seek sought|throw threw thrown
catch caught|deal dealt|fight fought|draw drew drawn|become became|show shown|sell sold
fly flew flown|shoot shot|strike struck|steal stole stolen|swear swore sworn|teach taught
understand understood|die died dying|eat ate eaten|sing sang sung|sink sank sunk|swim swam swum
sleep slept|shake shook shaken|ride rode ridden|lend lent|hide hid hidden|freeze froze frozen
forget forgot forgotten|feed fed|bear bore borne|blow blew blown|man men|woman women
child children|person people|foot feet|tooth teeth|wife wives|life lives
""".replace("\n", "|")
SAME_WORDS = {
    form: forms[0]
    for line in _IRREGULAR.split("|")
    if (forms := line.split())
    for form in forms[1:]
}
SAME_WORDS |= {"ca": "can", "wo": "will", "sha": "shall"}
SAME_WORDS |= {month[:3]: month for month in MONTHS if month != "may"} | {"sept": "september"}
SAME_WORDS |= {"tue": "tuesday", "tues": "tuesday", "thu": "thursday", "thur": "thursday"}
SAME_WORDS |= {"thurs": "thursday", "fri": "friday"}
# Names of one thing that no rule of letters connects: each side says the other.
SAME_NAMES = {
    "us": ("united", "states", "america", "american", "americans", "usa"),
    "usa": ("united", "states", "america", "american", "us"),
    "america": ("us", "usa", "states"),
    "american": ("us", "usa", "america"),
    "americans": ("us", "usa", "america"),
    "uk": ("united", "kingdom", "britain", "british"),
    "britain": ("uk", "british"),
    "british": ("uk", "britain"),
    "un": ("united", "nations"),
    "eu": ("european", "union", "europe"),
    "french": ("france",),
    "france": ("french",),
    "dutch": ("netherlands", "holland"),
    "netherlands": ("dutch", "holland"),
    "spanish": ("spain",),
    "spain": ("spanish",),
    "greek": ("greece",),
    "greece": ("greek", "greeks"),
    "swiss": ("switzerland",),
    "danish": ("denmark",),
    "welsh": ("wales",),
    "wales": ("welsh",),
}
# Light words: a run of unsupported words needs another one than these to be marked.
LIGHT_WORDS = frozenset(
    "year years day days week weeks month months time times today yesterday tomorrow old new last "
    "next first later earlier ago".split()
)
