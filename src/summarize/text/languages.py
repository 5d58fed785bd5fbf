"""What is known of each language: its name, its stemmer, its months, its commonest words.

This is the one table of languages. What a full stop behind a word says is in
:mod:`.segmentation.abbreviations`, because only the splitter asks; which words say nothing of a
text's matter is in ``stop_words.txt``, because it is long (:func:`stop_words`).

:meta private:
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ..errors import UnknownLanguageError

__all__ = [
    "LANGUAGES",
    "MONTHS",
    "WEEKDAYS",
    "Language",
    "month_words",
    "normalize_language",
    "stemmer",
    "stop_words",
]


class Language(NamedTuple):
    """One language.

    Attributes:
        name: its English name.
        stemmer: the name of PyStemmer's stemmer for it, or for a neighbour so near that it does;
            ``""`` where there is none.
        spaces: whether it puts spaces between words.
        function_words: what its texts are known by: short common words that its neighbours write
            otherwise. Empty where the script alone tells it.
    """

    name: str
    stemmer: str = ""
    spaces: bool = True
    function_words: str = ""


LANGUAGES = {
    "af": Language(
        "Afrikaans",
        function_words="die nie het van en is in dat vir op met sy te om ook aan deur wat by "
        "hulle ons jy ek maar wees was uit kan na daar baie hierdie sal moet tot asook",
    ),
    "am": Language("Amharic"),
    "ar": Language(
        "Arabic",
        "arabic",
        function_words="في من على إلى أن التي الذي عن هذا هذه مع كان كانت لا ما أو بعد قد قال قبل "
        "بين كل ذلك حيث إن وقال خلال أكثر وفي عند لم غير ومن اليوم أنه لكن تم كما",
    ),
    "az": Language(
        "Azerbaijani",
        function_words="və bir bu ilə üçün olan də da ki edir kimi daha olub sonra görə ən hər nə "
        "isə bildirib olunub qədər tərəfindən həm onun edib deyil əgər üzrə çox əsas",
    ),
    "be": Language(
        "Belarusian",
        function_words="на што не які каб па для гэта якія таксама было быў але ад пры як ён яна "
        "яго якая можа толькі год быць мы яны або пра ужо калі яшчэ паводле",
    ),
    "bg": Language(
        "Bulgarian",
        function_words="на да се за от не са по като че до това той със или които който беше през "
        "след ще няма само ги му бе още при може което която обаче има към първи те във",
    ),
    "bn": Language("Bengali"),
    "bo": Language("Tibetan", spaces=False),
    "bs": Language("Bosnian", "serbian"),
    "ca": Language(
        "Catalan",
        "catalan",
        function_words="de la que el els les en per un una amb del al no es va ha com més són dels "
        "aquest aquesta també seva seu però han als ser entre pel des fins quan això molt tot "
        "perquè sobre hi",
    ),
    "cs": Language(
        "Czech",
        "czech",
        function_words="se na je že to do za by ve pro si jsem ale jako tak po jsou které který "
        "která jeho od již však podle také při nebo už jen před byl byla bylo než když může své "
        "ze mezi bude řekl až protože",
    ),
    "cy": Language(
        "Welsh",
        function_words="yn yr ar ei wedi am fod gan mae oedd bod hyn hwn sydd fel ond eu ac mewn "
        "nid roedd gyda bydd cael at dros hefyd drwy ni",
    ),
    "da": Language(
        "Danish",
        "danish",
        function_words="og at det er en til af på for som med der de har ikke den han et var fra "
        "om vi jeg ved blev kan sig efter også eller være skal mod nu blevet have siger hvad hvor "
        "noget nogle været ud når kun hun havde hvordan da",
    ),
    "de": Language(
        "German",
        "german",
        function_words="der die und das den von zu mit sich ist des auf für nicht ein eine dem im "
        "es auch als an nach wie aus er hat dass sie wird bei einer um am sind noch war einem "
        "einen über zum haben nur oder aber vor zur bis mehr durch sein wurde sei wenn ich "
        "wir hatte kann gegen vom können wurden wegen seine",
    ),
    "el": Language("Greek", "greek"),
    "en": Language(
        "English",
        "english",
        function_words="the of and to in that is was for with on as are by at from have has this "
        "not but his her they we you which were been had their will would its an be or if who "
        "what it he she said there more about when all can one out up so than them into after my "
        "me do our your just how could because other some then now only over also did where "
        "should before being these those him us while does don couldn didn isn ll ve re",
    ),
    "eo": Language(
        "Esperanto",
        "esperanto",
        function_words="la kaj de en estas ne al por ke kun li mi ĝi sed ili pri kiel kiu tiu "
        "ankaŭ estis aŭ el kiuj oni ĉi unu plej per nur inter tio ĝis sia pli",
    ),
    "es": Language(
        "Spanish",
        "spanish",
        function_words="de la que el en los del las un por con no una su para es al lo como más se "
        "sus le ha pero este sin sobre muy entre también fue desde hasta donde está porque han "
        "cuando ya ser son esta según dos años había todo era hay tras contra nos ante",
    ),
    "et": Language(
        "Estonian",
        "estonian",
        function_words="ja on ei et kui oli mis ka ta ning aga või oma ma selle tema nii seda "
        "kes siis pärast ole ütles kuid juba välja veel tuleb olid aasta võib mida nad üks sest "
        "nagu eesti",
    ),
    "eu": Language(
        "Basque",
        "basque",
        function_words="eta da ez du izan dira ere zuen zen baina dute egin beste edo den "
        "behar hau dela duten zuten baino bere egiten hori dituzte horren gero arte batean ditu "
        "duela izango",
    ),
    "fa": Language(
        "Persian",
        "persian",
        function_words="در به از که این را با است برای آن یک خود تا کرد بر هم نیز شده می شد بود "
        "باید گفت کرده اند دو ها وی یا ما هر اما دارد شود کند او بین پس های",
    ),
    "fi": Language(
        "Finnish",
        "finnish",
        function_words="ja on ei että se oli mutta myös hän kun ovat kuin niin joka mukaan ole sen "
        "olla jos tai ollut hänen jotka sekä nyt mitä voi vielä jälkeen sitä tämä eivät "
        "sanoi kanssa joita siitä koska ennen minä me jo aina kuitenkin noin kaikki eli ihan "
        "sillä oman vuoden vuonna ettei sitten siis muun eikä oikein tässä näin paljon taas kuten "
        "kai",
    ),
    "fr": Language(
        "French",
        "french",
        function_words="de la le les et des en un une du est que pour dans qui il au sur par pas "
        "plus ne ce se avec sont son sa cette ont mais comme elle aux être nous leur ses vous été "
        "ou ces fait après même aussi tout deux bien entre sans je où très peut encore depuis "
        "avait était selon qu",
    ),
    "ga": Language(
        "Irish",
        "irish",
        function_words="an na agus ar is bhí ag le do sa tá ach sé leis atá mar seo sin ó "
        "sí nach chun faoi ina féin raibh den don iad siad",
    ),
    "gl": Language(
        "Galician",
        function_words="de que do da en unha un os as non se por para no na co dos das pola polo "
        "ao máis foi como pero tamén seu súa son este esta ata entre ano onde moi xa dende "
        "aínda nos coa",
    ),
    "gu": Language("Gujarati"),
    "he": Language(
        "Hebrew",
        function_words="של את על לא הוא עם זה כי גם אבל היא היה אל או כל יותר אני בין אם יש רק "
        "אחרי",
    ),
    "hi": Language(
        "Hindi",
        "hindi",
        function_words="के में की है और से को का एक पर ने यह कि हैं इस लिए नहीं भी हो कर था जो साथ "
        "अपने गया थे कहा तो ही या कुछ बाद थी रहा",
    ),
    "hr": Language(
        "Croatian",
        "serbian",
        function_words="je na se za da su od koji što kao nije ali koja koje sa ili samo do bi te "
        "nakon iz bio kako će biti kada zbog prema po još već gdje prije tko dvije vrijeme "
        "također tijekom ovdje uvijek poslije mjesto",
    ),
    "hu": Language(
        "Hungarian",
        "hungarian",
        function_words="az és hogy nem is egy meg volt csak de ez már el még mint ha vagy van azt "
        "után lesz kell szerint ki amely amelyek pedig majd akkor lehet ezt minden miatt között "
        "őket azonban illetve nagy mert olyan",
    ),
    "hy": Language("Armenian", "armenian"),
    "id": Language(
        "Indonesian",
        "indonesian",
        function_words="yang dan di dari untuk dengan ini pada itu dalam tidak akan adalah oleh "
        "juga ke karena bisa ada mereka saya kata tersebut telah bahwa menjadi sebagai dapat "
        "lebih kami kita sudah atau seperti saat namun hanya tahun secara para belum",
    ),
    "is": Language(
        "Icelandic",
        function_words="og að er um en sem til við var með það af hann fyrir ekki eru þetta hún "
        "því þegar frá eða hafa þess sé verið sér þeir verður þeirra segir hefur þar ég",
    ),
    "it": Language(
        "Italian",
        "italian",
        function_words="di che la il un per in una del non sono le della con si da gli dei al alla "
        "ha più nel lo anche delle ma se è dal nella questo quando su suo degli essere hanno "
        "sua stato anni alle tra dopo dalla cui mi ci ai sul prima era tutti perché",
    ),
    "ja": Language("Japanese", spaces=False),
    "ka": Language("Georgian"),
    "kk": Language(
        "Kazakh",
        function_words="және бұл үшін мен бір да деп болып бар оның сол осы ол туралы еді емес "
        "кейін дейін деген де қазақстан бойынша болды жоқ пен соң",
    ),
    "km": Language("Khmer", spaces=False),
    "kn": Language("Kannada"),
    "ko": Language("Korean"),
    "lo": Language("Lao", spaces=False),
    "lt": Language(
        "Lithuanian",
        "lithuanian",
        function_words="ir kad iš į su tai yra bet per jau jis buvo kaip už apie dėl po ar nuo tik "
        "metų būti gali prie šis dar taip savo jų jo prieš pat tačiau šio kuris mes labai "
        "turi ne",
    ),
    "lv": Language(
        "Latvian",
        function_words="un ir no ar par uz ka kas arī tas bet pie kā gan tika tiek bija gada ne "
        "vai to šis pēc lai savu viņš viņa pirms ja ko kurā latvijas tikai jau būs starp kad "
        "vairāk nav sev",
    ),
    "mk": Language(
        "Macedonian",
        function_words="на да се од за не во со што ќе ги како тој беше кои или по ова има бил "
        "сите само многу нема кој која уште дека меѓу овој треба може сум ние",
    ),
    "ml": Language("Malayalam"),
    "mn": Language(
        "Mongolian",
        function_words="нь байна юм энэ бол гэж гэсэн болон тэр уу байсан байгаа ба хийх гэхэд "
        "болно",
    ),
    "mr": Language(
        "Marathi",
        function_words="आहे आणि या व की तर होते आहेत हा ही हे नाही त्या ते होता होती पण मध्ये केली "
        "केला असे त्यांनी यांनी झाली झाले म्हणून",
    ),
    "ms": Language(
        "Malay",
        function_words="yang dan di untuk dengan ini pada itu dalam tidak akan adalah oleh juga ke "
        "kerana boleh ada mereka daripada telah bahawa menjadi sebagai beliau berkata lebih kami "
        "kita sudah atau seperti bagi turut tersebut antara ialah mahu selepas",
    ),
    "my": Language("Burmese", spaces=False),
    "nb": Language("Norwegian Bokmål", "norwegian"),
    "ne": Language(
        "Nepali",
        "nepali",
        function_words="छ र छन् भने पनि हो थियो को मा ले लाई गर्न गरेको भएको छैन यो त्यो तर हुन "
        "भन्ने गरेका अनुसार बताए",
    ),
    "nl": Language(
        "Dutch",
        "dutch",
        function_words="de van het een en is dat op te in zijn voor met niet die aan er om ook als "
        "dan maar bij nog naar uit over ze hij heeft was wordt of hun meer worden deze kan "
        "zo tot geen hebben werd ik wel je dit zich al onder ons veel we waar zal haar tegen toen "
        "had moet na omdat volgens",
    ),
    "nn": Language(
        "Norwegian Nynorsk",
        "norwegian",
        function_words="og det er ein eit ikkje som på til av med dei frå vart har eg for om ho "
        "kva meir også etter når vere korleis noko mykje berre skal sidan",
    ),
    "no": Language(
        "Norwegian",
        "norwegian",
        function_words="og det er en til av på for som med har ikke den han et var fra om vi jeg "
        "ved ble kan seg etter også eller være skal mot nå blitt sier hva hvor noe noen vært ut "
        "når hun hadde hvordan at de men opp",
    ),
    "or": Language("Odia"),
    "pa": Language("Punjabi"),
    "pl": Language(
        "Polish",
        "polish",
        function_words="na się nie jest do że to jak ale po co przez od dla za są jego tym już "
        "oraz był które która który ich ze lub może tylko czy jednak przy było będzie tak jako "
        "była mnie przed bez by pod nad także tego jej jedna dwa dwie gdy nim bardzo we nią jeden "
        "wszystko",
    ),
    "ps": Language(
        "Pashto", function_words="په د او چې کې له سره دی ته هم دا ده کړي وي شوي یې لپاره"
    ),
    "pt": Language(
        "Portuguese",
        "portuguese",
        function_words="de que do da em um para com não uma os no se na por mais as dos como mas "
        "ao ele das à seu sua ou foi ser é são pelo pela até isso entre era depois sem mesmo "
        "também quando muito nos já está eu só aos ela num tem ainda você segundo disse há sobre "
        "às lhe esta essa esse dele seus suas nas após porque quem nem qual foram será pelos "
        "pelas então",
    ),
    "ro": Language(
        "Romanian",
        "romanian",
        function_words="și de în la cu nu să pe din că un este mai pentru ca fi au fost sau "
        "după până dar prin lui ce sunt când acest această ai al ale unei unui foarte are fără "
        "între doar astfel către si sa",
    ),
    "ru": Language(
        "Russian",
        "russian",
        function_words="и на не что по из как это он от для до но за или его было также был при "
        "все после того их так она бы уже если была были мы том во только более чтобы еще ещё "
        "которые который со между может есть этот где когда я",
    ),
    "si": Language("Sinhala"),
    "sk": Language(
        "Slovak",
        "czech",
        function_words="sa na je že to do za by vo pre si som ale ako tak po sú ktoré ktorý ktorá "
        "jeho od už však podľa aj pri alebo len pred bol bola bolo než keď môže svoje zo medzi "
        "bude povedal až pretože",
    ),
    "sl": Language(
        "Slovenian",
        function_words="je in na se za da so ki pa bi po tudi ne kot iz bil ali pri še že do od "
        "kaj bo ker lahko bila tako ko samo med smo sem sta več leta zaradi bilo ni pred",
    ),
    "so": Language(
        "Somali", function_words="oo iyo ka ku waa ah uu in la soo ee waxaa ayaa si laga lagu waxa"
    ),
    "sq": Language(
        "Albanian",
        function_words="të në dhe një për me nga që është nuk si ka por janë ishte kjo ky edhe më "
        "se do tij saj kanë pas ku kur mund deri gjatë",
    ),
    "sr": Language(
        "Serbian",
        "serbian",
        function_words="је на се за да су од који што као није али која које са или само до би те "
        "након из био како ће бити када због према по још већ где пре ко две време такође током "
        "овде увек после место je na se za da su od koji šta kao nije ali koja koje sa ili samo "
        "do bi nakon iz bio kako će biti kada zbog prema po još već gde pre ko dve vreme takođe "
        "ovde uvek posle mesto",
    ),
    "st": Language(
        "Sotho", "sesotho", function_words="ho ba ka le ke ya tsa hore ea mme sa ha feela"
    ),
    "sv": Language(
        "Swedish",
        "swedish",
        function_words="och att det är en som på för av med till den har inte de ett om han var "
        "jag från vi men kan så efter när sig också ska sin än nu under finns eller mot vid blev "
        "vara skulle mycket säger hade hon bara där hur alla här ut något upp över vad varit",
    ),
    "sw": Language(
        "Swahili",
        function_words="na ya wa kwa ni katika za la kuwa hiyo huo hii alisema cha kama baada hata "
        "lakini watu huu yake mwaka kutoka pia ambao ambayo",
    ),
    "ta": Language(
        "Tamil",
        "tamil",
        function_words="ஒரு என்று மற்றும் இந்த அந்த என அவர் இது அது உள்ள வேண்டும் கொண்டு ஆனால் அவர்கள் "
        "என்ற பின்னர் தான் போல இருந்து பற்றி",
    ),
    "te": Language("Telugu"),
    "tg": Language("Tajik"),
    "th": Language("Thai", spaces=False),
    "tl": Language(
        "Tagalog",
        function_words="ang ng sa na mga at ay ni hindi para ito kung siya nang dahil si mula "
        "pa kanyang isang ako bilang din sila naman niya",
    ),
    "tr": Language(
        "Turkish",
        "turkish",
        function_words="ve bir bu için da de ile olarak daha çok en gibi olan ne sonra kadar var "
        "ama ise dedi değil ki her ya göre olduğunu olduğu tarafından veya şu nasıl ilk etti oldu "
        "yok hem",
    ),
    "uk": Language(
        "Ukrainian",
        function_words="на що не та за від це як до але його він для по про які який було також "
        "або із був у в є вже після під може щоб між коли буде ще бути через ми вони тільки якщо "
        "її яка при де зі цей ця ті цього той тим нас них лише ними навіть собі цьому яких тому "
        "проте адже",
    ),
    "ur": Language(
        "Urdu",
        function_words="کے میں کی ہے اور سے کو کا ایک پر نے یہ کہ ہیں اس لیے نہیں بھی ہو کر تھا جو "
        "ساتھ اپنے گیا تھے کہا تو ہی یا کچھ بعد تھی رہا",
    ),
    "uz": Language(
        "Uzbek",
        function_words="va bu bilan uchun bir haqida esa kerak edi deb yoki lekin qilish "
        "tomonidan hamda keyin emas mumkin",
    ),
    "vi": Language(
        "Vietnamese",
        function_words="của và là có cho được trong các không một với đã những này người đến khi ở "
        "từ như để cũng ra vào tại sẽ về nhiều đó phải hơn còn bị trên làm năm theo sau",
    ),
    "yi": Language(
        "Yiddish",
        "yiddish",
        function_words="די איז און אין דער צו פֿון פון האָט דאָס האט מיט אַ נישט אויף זיך אַז אז ער",
    ),
    "zh": Language("Chinese", spaces=False),
}
"""By ISO 639 code, of two letters where there is one."""


# --- Dates --------------------------------------------------------------------------------------

MONTHS = {
    "ar": "يناير فبراير مارس أبريل إبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر "
    "كانون شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين",
    "cs": "ledna února března dubna května června července srpna září října listopadu prosince",
    "da": "januar februar marts april maj juni juli august september oktober november december "
    "jan feb mar apr jun jul aug sep okt nov dec",
    "de": "januar jänner februar märz april mai juni juli august september oktober november "
    "dezember jan feb mär mrz apr jun jul aug sep sept okt nov dez",
    "el": "ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου "
    "οκτωβρίου νοεμβρίου δεκεμβρίου",
    "en": "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre "
    "noviembre diciembre ene feb mar abr may jun jul ago sep sept oct nov dic",
    "fi": "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta "
    "syyskuuta lokakuuta marraskuuta joulukuuta",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre "
    "janv jan févr fév avr juil aoû sept oct nov déc",
    "hi": "जनवरी फरवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर सितम्बर अक्टूबर अक्तूबर नवंबर नवम्बर "
    "दिसंबर दिसम्बर",
    "hu": "január február március április május június július augusztus szeptember október "
    "november december",
    "id": "januari februari maret april mei juni juli agustus september oktober november desember",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre "
    "dicembre gen feb mar apr mag giu lug ago set sett ott nov dic",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december "
    "jan feb mrt apr jun jul aug sep sept okt nov dec",
    "no": "januar februar mars april mai juni juli august september oktober november desember "
    "jan feb mar apr jun jul aug sep sept okt nov des",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października "
    "listopada grudnia",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro "
    "dezembro jan fev mar abr mai jun jul ago set out nov dez",
    "ro": "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie "
    "noiembrie decembrie ian feb mar apr iun iul aug sep sept oct noi nov dec",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря "
    "янв фев мар апр июн июл авг сен сент окт ноя нояб дек",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december "
    "jan feb mar apr jun jul aug sep sept okt nov dec",
    "tr": "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "ur": "جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر",
}
"""The months as they stand in dates, in lower case and without full stops, and how they are
abbreviated. Chinese, Japanese and Korean count them, Vietnamese and Thai write a word before.
"""

WEEKDAYS = {
    "de": "montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag",
    "en": "monday tuesday wednesday thursday friday saturday sunday",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "hu": "hétfő kedd szerda csütörtök péntek szombat vasárnap",
    "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica",
    "nl": "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
    "pt": "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo",
    "ru": "понедельник вторник среда четверг пятница суббота воскресенье",
}
"""The days of the week, in lower case."""


def month_words(*languages: str) -> list[str]:
    """Return the months' names and abbreviations in some languages, or in all, each once.

    >>> month_words("en")[:3], "mär" in month_words()
    (['january', 'february', 'march'], True)
    """
    tables = [MONTHS[language] for language in languages] or MONTHS.values()
    return list(dict.fromkeys(word for table in tables for word in table.split()))


# --- Stems and stop words -----------------------------------------------------------------------

_SAME_STOP_WORDS = {"nb": "no", "nn": "no", "bs": "hr"}
_STOP_WORDS = Path(__file__).with_name("stop_words.txt")


def stemmer(language: str, *, remembers: bool = True) -> Callable[[str], str]:
    """Return the function that stems a word in lower case: PyStemmer's; for Ukrainian, sumy's.

    In a language without one, it returns the word. It must not be shared between threads, so each
    call makes a new one.

    Args:
        language: the language.
        remembers: whether it keeps the stems of the last 10,000 words, of whatever length; who
            keeps the stemmer, or the stems, does without.

    >>> stemmer("de")("häuser"), stemmer("hi")("लड़कियों"), stemmer("ka")("მდინარე")
    ('haus', 'लड़क', 'მდინარე')
    """
    if language == "uk":
        from sumy.nlp.stemmers.ukrainian import stem_word

        return stem_word  # type: ignore[no-any-return]
    known = LANGUAGES.get(language)
    if known is None or not known.stemmer:
        return str
    import Stemmer

    kept = {} if remembers else {"maxCacheSize": 0}
    stem: Callable[[str], str] = Stemmer.Stemmer(known.stemmer, **kept).stemWord
    return stem


@cache
def stop_words(language: str) -> frozenset[str]:
    """Return the words of a language, in lower case, that say nothing of a text's matter.

    They are those of stopwords-iso and the function words of the table; of English, sumy's. Of a
    language that has neither there are none.

    >>> {"une", "de"} <= stop_words("fr"), {"y", "que"} <= stop_words("es"), stop_words("ka")
    (True, True, frozenset())
    """
    if language == "en":
        from sumy.utils import get_stop_words

        return frozenset(get_stop_words("english"))
    listed = _listed_stop_words()
    same = _SAME_STOP_WORDS.get(language, language)
    known = LANGUAGES.get(language)
    own = known.function_words.split() if known is not None else ()
    return frozenset((*listed.get(same, "").split(), *own))


@cache
def _listed_stop_words() -> dict[str, str]:
    lines = _STOP_WORDS.read_text(encoding="utf-8").splitlines()
    pairs = (line.partition(" ") for line in lines if not line.startswith("#"))
    return {code: words for code, _, words in pairs}


# --- Codes ------------------------------------------------------------------------

_ISO_639_1 = frozenset(
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da "
    "de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy "
    "hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg "
    "li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or "
    "os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta "
    "te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu".split()
)
_ISO_639_2 = {
    "ara": "ar", "bul": "bg", "cat": "ca", "ces": "cs", "chi": "zh", "cze": "cs", "dan": "da",
    "deu": "de", "dut": "nl", "ell": "el", "eng": "en", "est": "et", "eus": "eu", "fas": "fa",
    "fin": "fi", "fra": "fr", "fre": "fr", "ger": "de", "gre": "el", "heb": "he", "hin": "hi",
    "hrv": "hr", "hun": "hu", "hye": "hy", "ind": "id", "ita": "it", "jpn": "ja", "kor": "ko",
    "lit": "lt", "nld": "nl", "nor": "no", "per": "fa", "pol": "pl", "por": "pt", "ron": "ro",
    "rum": "ro", "rus": "ru", "slk": "sk", "slo": "sk", "slv": "sl", "spa": "es", "srp": "sr",
    "swe": "sv", "tam": "ta", "tha": "th", "tur": "tr", "ukr": "uk", "vie": "vi", "zho": "zh",
}  # fmt: skip


def normalize_language(language: str) -> str:
    """Return the primary subtag, in lower case, of a BCP-47 language tag.

    >>> normalize_language("en-US"), normalize_language("PT_br")
    ('en', 'pt')

    Three-letter codes of languages that have one of two letters become that one.

    Raises:
        UnknownLanguageError: for anything that is not an ISO 639 language code, with or without
            further subtags. (Private and grandfathered BCP-47 tags such as ``x-private`` name no
            language of which anything is known here.)
    """
    if not isinstance(language, str):
        raise UnknownLanguageError(language)
    match = re.fullmatch(r"([a-z]{2,3})(?:[-_][a-z0-9]{1,8})*", language.strip().lower())
    if match is None or (len(match[1]) == 2 and match[1] not in _ISO_639_1):
        raise UnknownLanguageError(language)
    return _ISO_639_2.get(match[1], match[1])
