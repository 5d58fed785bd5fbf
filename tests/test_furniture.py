import subprocess
import sys
import time

import pytest

from summarize import Document
from summarize.text.furniture import find_furniture, is_boilerplate
from summarize.text.furniture.rules import read_rules
from summarize.text.segmentation import paragraph_spans

BOILERPLATE = """
Read more
Read more:
Read more: ten storms that changed the coast
READ MORE: Ten storms
Read more from Ada Roe
▶ Read the full story here
Related: Storm shuts port
Related articles
Also read: Ten storms
You might also like:
More on this story
Share this article
Share on Facebook
Share
Facebook Twitter Pinterest
Facebook | Twitter | WhatsApp | Email
FacebookTwitterGoogle plusShareShare this postFacebookTwitterGoogle plusclose
The wall    Facebook    Twitter    Pinterest   Workers at the wall in May.
Sign up to our newsletter
Sign up for the Morning Briefing email
Subscribe
Subscribe to our newsletter for more.
Get our free newsletter, delivered daily.
Advertisement
Story continues below
Story continues below advertisement
Continue reading the main story
We use cookies to improve your experience.
This site uses cookies.
By continuing to use this site you agree to our use of cookies.
Accept all cookies
Accept All
Cookie settings
Manage your preferences
Click here to read the report.
For more stories about Ellery, click here
To read the full report, click here.
Follow us on Twitter
Follow Ada Roe on Twitter @adaroe
All rights reserved.
© 2024 The Ellery Star
©The Ellery Star
Copyright 2024 The Ellery Star. All rights reserved.
(c) 2024 Ada Roe
Photograph: Ada Roe/AFP
Workers at the wall. Photograph: Ada Roe/AFP/Getty Images
Photo: Ada Roe
Photo by Ada Roe/Getty
(AP Photo/Ada Roe)
Ada Roe/Reuters
Getty Images
Image caption The wall broke in two places.
Image copyright Ada Roe
Image source, Getty Images
Media playback is not supported on this device
Last updated at 12:01 GMT, 3 March 2014
25 August 2015 Last updated at 09:05 BST
Published: 12:01 EST, 3 March 2014.
Published on Tue 3 Mar 2020 09.00 GMT
By Ada Roe and Ben Low
This article was amended on 14 August.
A version of this article first appeared in The Ellery Star
Twitter: @adaroe
ada.roe@example.org
https://example.org/storm
12 comments
5 min read
Reporting by Ada Roe; Editing by Ben Low
Already a subscriber? Log in
Already have an account? Sign in.
Additional reporting by Ada Roe.
Match report supplied by the Press Association.
Also in Sport: Ten storms
Watch: ten storms that changed the coast
Source: Ellery Council
Anzeige
Lesen Sie auch: Zehn Stürme
Mehr zum Thema
Artikel teilen
Auf Facebook teilen
Foto: Ada Roe/dpa
Wir verwenden Cookies, um unser Angebot zu verbessern.
Alle Cookies akzeptieren
Folgen Sie uns auf Facebook
Alle Rechte vorbehalten.
Stand: 12.03.2020
Publicité
Lire aussi : Dix tempêtes
À lire aussi
Partager sur Facebook
Nous utilisons des cookies pour mesurer l'audience.
Tout accepter
Abonnez-vous à notre lettre
Photo : Ada Roe
Publié le 3 mars 2014 à 12h30
Tous droits réservés
Publicidad
Leer más
Lea también: Diez tormentas
Compartir en Facebook
Utilizamos cookies propias y de terceros.
Aceptar todas las cookies
Síguenos en Twitter
Suscríbete a nuestro boletín
Todos los derechos reservados
"""

PROSE = """
We use cookies in this recipe, said Ada Roe.
The firm says it uses cookies to follow readers around.
The council wants residents to read more about the storms.
Read more books, she said.
For more than a decade she has gone to see the harbour.
Sharing is caring.
Share prices fell.
By the river a man sat down.
By Monday the rain had stopped.
He told Reuters
Image copyright is a mess.
More people came than before.
Related stories show that the wall had cracked before.
Updated rules come in 2024.
Published in 1984, the book sold well.
Copyright law is changing.
All rights were reserved.
Twitter said on Tuesday it would close.
Facebook and Twitter were down on Tuesday.
Follow the money.
Also on Tuesday, a man was warned that he could be jailed.
Cookies help us bake, said the boy.
Sign up they did, in thousands, and now they wait.
She had one wish for the photo: a smile that lasted.
Advertisement revenues fell by a third.
Der Verlag verwendet Cookies, um Leser zu verfolgen.
Teilen ist schön.
Le site utilise des cookies, selon la CNIL.
La empresa utiliza cookies, dijo el ministro.
NATO AND EU REACT.
Leer más libros es bueno.
Comparte este piso con su hermana.
Recibe un correo cada día.
Accepter les faits est dur.
En savoir plus sur les oiseaux est utile.
Jetzt testen Forscher das Mittel.
Alle Cookies waren weg.
Follow the path here and you will fall.
Already a third of the town has left.
By using a false name she broke the terms of her bail.
Your privacy is at risk.
Show more respect for the dead.
Keep reading to your children, doctors say.
Sign up for a class at a college near you.
For further talks he will go to U.S. officials.
This report was published on Tuesday and blames the council.
A version of this story is told in every village.
Comments on the plan are open until May.
Cookie policy is a mess.
Cookies are used by most firms to track people.
Our partners in the village baked cookies.
We use butter in our cookies.
You may also like to know that he won.
Promoted by her editor, she left.
Filed in May, the suit says that he lied.
Reading time is short.
Follow me, and I will make you fishers of men.
Follow up with Ada Roe via email by Friday.
Listen: the wall has come unstuck.
Poll: most residents want a new wall, survey finds.
Recommended: that the council approve the budget.
Also in attendance: Ada Roe, clerk, and Ben Low, treasurer
Also in the room: a nervous accountant with a large bag.
Already a member of the European Parliament, she ran for president in 2019.
Report provided by the treasurer showed a surplus of $300.
Additional research by the university has shown that the drug works.
Play video games for less than an hour a day.
Get your emails under control before noon.
Please enter your house by the back door.
Leave a message for the captain at the desk, and wait.
Inscrivez-vous avant le 3 mai à la mairie.
We use satellite trackers to follow whales across the northern sea.
(c) 2019 was the hottest year on record.
We process your data in the hospital before the doctors see it, she said.
We use similar technologies to measure the depth of the harbour.
Read the full story of the wall in her new book, which appears in May.
Follow the river for two miles and you reach the lighthouse.
Click here was the only button on the old ticket machine.
Download the app store figures and you see how few people pay.
Listen to the podcast hosts and you would think nobody had a job.
Watch this space, the minister said, because the wall will be finished.
For more than a decade the town has asked for more information.
For more information the police asked the captain of the second ship.
To win the race he had to go to see example.com in person.
Contact us was the last message from the boat.
Email us, said the sign, but nobody ever answered.
Please sign in at the desk when you arrive at the hospital.
Please log in the trees before the winter comes.
Thank you for registering all 400 houses, the mayor told the volunteers.
Sign up for the army was all the boy could think of.
Sign up to run the marathon by Friday, organisers say.
Subscribe to the view that the wall was badly built and you must blame the council.
Subscribe now and the price falls by half, which critics call a trap.
Get your newsletter out of the door by noon was the editor's rule.
Stay connected to the people who pay for the newsletter, she advises.
Share this with your neighbours: the water must be boiled.
Share it with your children in small portions.
Got a question about the dam that nobody could answer?
Do you have a story about the flood that your grandmother told you?
Have your say was the motto of the new party.
Have you been affected by the flood is what the doctor asks first.
Support our independent schools, journalism students told the minister.
Already a member of the club, he did not have to pay.
Our website uses less power than a lamp, thanks to cookies baked by hand.
This site requires cookies of the old sort, said the baker.
This app uses the phone's camera and needs javascript programmers, the firm says.
This service needs cookies and tea, the vicar joked.
By clicking on the map you can see what the privacy policy of each town costs.
By visiting the camp she broke the terms of her parole.
By entering the house you accept the terms of its owner.
By submitting the bid the firm agreed to the terms of the council.
Cookies help us deliver a good Christmas, the bakers say.
Accept my cookies, said the old woman, and sit down.
Manage your cookies well and they stay fresh for weeks.
Your browser doesn't need to know who you are, the engineer says.
Your privacy is important to the judges, the ruling shows.
Your privacy matters more than our profit, the firm told the court.
JavaScript is the language most students learn first.
JavaScript must be taught in every school, the minister said.
Copyright 2019 law protects the photographs for seventy years.
Copyright of the songs went to the widow in 1984.
Copyright the song before 2030 or lose it, lawyers warn.
All rights reserved for the crown were given back in 1911.
All content copyright holders asked for was a fair price.
This article was amended twice before parliament passed it in May.
This article is published in every constitution of Europe since the war.
This story was updated for the stage by Ada Roe in 1994.
This report contains affiliate firms that nobody had heard of.
This video is not available to the defence, the judge ruled.
This post was published by Roe in 1923 and sold 400 copies.
A version of this story is told in every village on the coast.
A version of this article said that the king must pay, and parliament agreed.
Comments on this article of the treaty are open until May.
Comments on the post office plan are moderated by the council.
Tags: the town gives each dog one, and nobody pays.
Recevez cette lettre comme un gage de mon amitié.
"""


@pytest.mark.parametrize("line", BOILERPLATE.strip().splitlines())
def test_boilerplate(line):
    assert is_boilerplate(line)
    text = f"Rain fell on the town all night.\n\n{line}\n\nThe wall broke in two places at noon."
    assert [s.text for s in Document.from_text(text).sentences] == [
        "Rain fell on the town all night.",
        "The wall broke in two places at noon.",
    ]


@pytest.mark.parametrize("line", PROSE.strip().splitlines())
def test_prose(line):
    assert not is_boilerplate(line)


def test_a_long_line_is_prose():
    assert not is_boilerplate("Read more: " + "storms " * 25)
    assert not is_boilerplate("Read more: " + "storm" * 50)


def test_odd_lines():
    assert not is_boilerplate("")
    assert not is_boilerplate(" ")
    assert not is_boilerplate("* * *")
    assert not is_boilerplate("...")
    assert is_boilerplate("• Read\nmore")


def sentences(*paragraphs, **options):
    document = Document.from_text("\n\n".join(paragraphs), **options)
    return [sentence.text for sentence in document.sentences]


RAIN = "Rain fell on the town all night."
WALL = "The harbour wall broke in two places at noon."


@pytest.mark.parametrize(
    "heading",
    ["What comes next", "3. Results", "NATO AND EU REACT", "‘A disaster’", "Key points:"],
)
def test_headings(heading):
    assert sentences(RAIN, heading, WALL) == [RAIN, WALL]
    assert sentences(heading, RAIN, WALL) == [RAIN, WALL]
    assert sentences("Storm", heading, RAIN, WALL) == [RAIN, WALL]


@pytest.mark.parametrize(
    "line",
    [
        "NATO AND EU REACT.",
        "What comes next?",
        "It rained all day and the next day the sun shone on the town",
        "and it rained",
        "the rain,",
        "- Boats",
        "“We are sorry.”",
        "The wall fell in 1990.[3]",
        "It cost $3 million.²",
    ],
)
def test_sentences_that_are_no_headings(line):
    assert sentences(RAIN, WALL, line, RAIN, WALL) == [RAIN, WALL, line, RAIN, WALL]


@pytest.mark.parametrize("tail", ["😀", "https://t.co/aB1", "#rain @ada_roe"])
def test_a_sentence_before_an_emoji_a_link_or_a_hashtag_is_no_heading(tail):
    assert "A fine day!" in " ".join(sentences(RAIN, f"A fine day! {tail}", WALL))
    assert sentences(RAIN, f"A fine day {tail}", WALL) == [RAIN, WALL]


def test_a_ruler_is_kept_and_hides_no_heading():
    assert sentences("Storm", "=====", RAIN, WALL) == ["=====", RAIN, WALL]
    assert sentences("* * *", "Share") == ["* * *", "Share"]


def test_lists_are_kept():
    items = ["Boats", "Walls", "Ropes"]
    assert sentences(RAIN, WALL, *items, RAIN, WALL) == [RAIN, WALL, *items, RAIN, WALL]
    numbered = ["1. Boats", "2. Walls"]
    assert sentences(RAIN, WALL, *numbered, RAIN) == [RAIN, WALL, *numbered, RAIN]
    steps = ["1. Open the door", "2. Walk in.", "3. Sit down", "4. Eat the bread."]
    assert sentences(RAIN, WALL, *steps, RAIN) == [RAIN, WALL, *steps, RAIN]


def test_a_long_line_without_a_mark_is_no_heading():
    long = "the rain fell " * 15
    assert sentences(RAIN * 9, long, WALL)[-1] == WALL
    assert len(sentences(RAIN * 9, long, WALL)) == len(sentences(RAIN * 9, WALL)) + 1


def test_the_last_line_is_no_heading():
    assert sentences(RAIN, WALL, "The trial continues") == [RAIN, WALL, "The trial continues"]


def test_unpunctuated_texts_keep_all():
    lines = ["so it rained", "The town was wet", "And the river rose", "It fell."]
    assert sentences(*lines) == lines
    poem = ["The river rose", "And took the bridge.", "The people rose", "And took the town."]
    assert sentences(*poem) == poem
    thai = ["ฝนตกทั้งคืน", "แม่น้ำสูงขึ้น", "ไม่มีใครบาดเจ็บ"]
    assert sentences(*thai, language="th") == thai


def test_transcripts_keep_all():
    turns = [f"ANN: {RAIN}", "BEN: Are you in a rush", f"ANN: {WALL}", f"BEN: {WALL}"]
    assert len(sentences(*turns)) == 4


def test_a_label_that_recurs_is_no_heading():
    minutes = [RAIN, "Action: Ada to mend the wall", WALL, "Action: Ben to pay", RAIN, WALL]
    assert sentences(*minutes) == minutes
    assert sentences(RAIN, "Analysis: The wall", WALL) == [RAIN, WALL]


def test_chinese():
    text = ["港口关闭", "大雨整夜倾泻在这座小镇上。港口的墙裂成了两段。", "没有人受伤。"]
    document = Document.from_text("\n\n".join(text), language="zh")
    assert document.title == "港口关闭"
    assert len(document.sentences) == 3


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (["Storm shuts port", RAIN, WALL], "Storm shuts port"),
        (["Share", "Storm shuts port", RAIN, WALL], "Storm shuts port"),
        (["Storm shuts port", "A second line", RAIN, WALL], "Storm shuts port"),
        (["# Storm shuts port", RAIN, WALL], "Storm shuts port"),
        (["Key points:", RAIN, WALL], None),
        (["* * *", RAIN, WALL], None),
        ([RAIN, "Storm shuts port", WALL], None),
        (["Storm shuts port"], None),
    ],
)
def test_title(lines, title):
    assert Document.from_text("\n\n".join(lines)).title == title


def test_nothing_is_furniture_where_all_would_be():
    text = "Advertisement\nShare"
    assert find_furniture(text, list(paragraph_spans(text))).skipped == {}


def test_no_line_takes_long():
    fillers = ["a ", "x" * 40 + " ", "visit ", "photo: A", "first ", ", said ", "1 ", "the link "]
    lines = [
        " ".join((f"{first} " + filler * 100)[:190].split()[:24]) + end
        for first in [*read_rules(), "published", "copyright", "Photo:"]
        for filler in fillers
        for end in ("", "?")
    ]
    started = time.process_time()
    for line in lines:
        is_boilerplate(line)
    assert time.process_time() - started < 1e-3 * len(lines)


def test_the_words_are_read_when_a_line_needs_them():
    script = (
        "import sys; from summarize import Document; words = 'summarize.text.furniture.wordings'\n"
        "Document.from_text('It rained. It fell.'); print(words in sys.modules)\n"
        "Document.from_text('Share\\n\\nIt rained. It fell.'); print(words in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "True"]


def test_a_line_that_leads_in_a_quotation_is_no_heading():
    text = (
        "Heavy rain closed the port on Tuesday, and repairs will take until May.\n\n"
        "Mayor Ada Roe put it bluntly:\n\n"
        "“The wall is older than the town, and nobody has looked after it.”\n\n"
        "What comes next:\n\n"
        "The council meets again on Friday to vote on the money."
    )
    found = [sentence.text for sentence in Document.from_text(text).sentences]
    assert "Mayor Ada Roe put it bluntly:" in found
    assert "What comes next:" not in found


@pytest.mark.parametrize(
    "line",
    [
        "Publié le 12 mars 2024 à 18h04 - Mis à jour le 13 mars 2024 à 09h12",
        "Veröffentlicht am 12. März 2024, aktualisiert am 13. März 2024",
        "Temps de lecture : 3 min.",
        "Lesezeit: 4 Minuten",
        "Reading time: 5 minutes",
    ],
)
def test_two_times_of_publication_and_the_time_it_takes_to_read(line):
    assert is_boilerplate(line)


def test_a_line_of_copyright_is_none_of_the_line_above():
    text = (
        "The wall broke at four in the morning. Nobody was hurt, and the port stayed shut.\n"
        "Keywords: wall; port; storm\n© 2023 The Authors. Published under CC BY 4.0."
    )
    assert [sentence.text for sentence in Document.from_text(text).sentences] == [
        "The wall broke at four in the morning.",
        "Nobody was hurt, and the port stayed shut.",
    ]
