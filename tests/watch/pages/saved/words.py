"""Words of which pages are made: titles, people, sites and sentences, in the languages that a watch reads."""

from datetime import date

PEOPLE = {
    "fr": ["Éloïse Garnier", "Jean-Baptiste Le Goff", "Anaïs Ferrand", "Noël d’Aubigné", "Inès Belkacem",
           "Thibault Rousselet", "Maÿlis Perrin", "Karim Haddad"],
    "en": ["Margaret O'Connell", "Desmond Achebe", "Priya Raghunathan", "Tom Whitfield", "Siân Rees",
           "Alexander van der Berg", "J. R. Hollis", "Mei-Ling Chow"],
    "de": ["Jürgen Brückner", "Käthe Weiß", "Annegret Schäfer", "Wolfram von Stetten"],
    "es": ["Begoña Núñez", "Íñigo Ibáñez Peña", "Lucía Marañón"],
    "it": ["Niccolò Benedetti", "Chiara D’Amico", "Lorenzo Però"],
    "nl": ["Sjoerd de Vries", "Femke van Dijk"],
    "pt": ["João Conceição", "Inês Magalhães"],
}  # fmt: skip

TITLES = {
    "fr": ["Pourquoi les index partiels changent tout", "L’été où nos sauvegardes n’ont servi à rien",
           "Chiffrer au repos : ce que cela ne protège pas", "Rust en production, un an après",
           "« Moins de microservices » : retour d’expérience", "Comment nous avons divisé la facture par trois",
           "Le noyau 7.2 accélère les lectures — et ralentit le reste", "Télémétrie & vie privée",
           "Faut-il encore écrire ses tests à la main ?", "Un an sans réunion le lundi"],
    "en": ["Why we stopped sharding", "The quiet cost of retries", "Postgres as a queue, revisited",
           "What the outage taught us: a postmortem", "Seven ways to lose a database", "Fast enough is a feature",
           "Designing for the slow network", "R&D on a shoestring", "Goodbye, cookies? Not so fast",
           "A field guide to flaky tests - part 2"],
    "de": ["Warum Backups ohne Probe keine sind", "Größer, schneller, teurer?", "Müssen Prüfungen so lange dauern?",
           "Das Ende der Passwörter", "Schlüssel übergeben – aber richtig"],
    "es": ["Por qué fallan las migraciones", "¿Sirve aún el correo electrónico?", "El año de las réplicas",
           "Cómo medimos la fatiga"],
    "it": ["Perché la cache mente", "Un registro più semplice", "La città che misura il rumore"],
    "nl": ["Waarom wij de wachtrij weggooiden", "Een jaar zonder vergaderingen"],
    "pt": ["Por que a fila nunca esvazia", "Segurança não é opção"],
}  # fmt: skip

SITES = {
    "fr": ["Le Carnet du Réseau", "Octets & Sens", "La Gazette des Données", "Atelier Numérique", "Courrier du Libre"],
    "en": ["The Build Log", "Systems Weekly", "Plain Sailing", "Kernel Notes", "Harbour & Code"],
    "de": ["Technikblick", "Die Werkstatt", "Netzwärts"],
    "es": ["Bitácora Técnica", "El Nodo"],
    "it": ["Il Taccuino", "Rete Aperta"],
    "nl": ["De Machinekamer"],
    "pt": ["Caderno Técnico"],
}  # fmt: skip

SENTENCES = {
    "fr": ["Nous avons mesuré pendant six semaines ce que chaque requête coûte à la base.",
           "Le résultat surprend : la moitié du temps passe dans des verrous que personne ne regarde.",
           "Dans cet article, nous montrons comment les trouver et ce qu’il faut changer pour les éviter.",
           "Il n’y a pas de recette, mais il y a des habitudes qui tiennent avec les années.",
           "Les équipes qui s’en sortent le mieux sont celles qui notent leurs essais, même les mauvais.",
           "Au bout du compte, ce sont les lecteurs qui attendent une réponse, pas les machines."],
    "en": ["We spent six weeks measuring what each query really costs the database.",
           "The result is surprising: half of the time is spent in locks that nobody looks at.",
           "In this post we show how to find them and what has to change to avoid them.",
           "There is no recipe, but there are habits that hold over the years.",
           "The teams that do best are those who write down what they tried, even when it failed.",
           "In the end it is the readers who wait for an answer, not the machines."],
    "de": ["Wir haben sechs Wochen lang gemessen, was jede Abfrage die Datenbank wirklich kostet.",
           "Das Ergebnis überrascht: die Hälfte der Zeit vergeht in Sperren, die niemand ansieht.",
           "In diesem Beitrag zeigen wir, wie man sie findet und was sich ändern muss.",
           "Es gibt kein Rezept, aber es gibt Gewohnheiten, die über die Jahre halten."],
    "es": ["Durante seis semanas hemos medido lo que cada consulta le cuesta a la base de datos.",
           "El resultado sorprende: la mitad del tiempo se va en bloqueos que nadie mira.",
           "En este artículo mostramos cómo encontrarlos y lo que hay que cambiar para evitarlos."],
    "it": ["Per sei settimane abbiamo misurato quanto costa davvero ogni interrogazione della base di dati.",
           "Il risultato sorprende: metà del tempo passa in blocchi che nessuno guarda.",
           "In questo articolo mostriamo come trovarli e che cosa bisogna cambiare per evitarli."],
    "nl": ["Zes weken lang hebben we gemeten wat elke vraag de databank echt kost.",
           "Het resultaat verrast: de helft van de tijd gaat op aan sloten waar niemand naar kijkt.",
           "In dit artikel laten we zien hoe je ze vindt en wat er moet veranderen om ze te vermijden."],
    "pt": ["Durante seis semanas medimos o que cada consulta custa de verdade ao banco de dados.",
           "O resultado surpreende: metade do tempo passa em bloqueios que ninguém vê.",
           "Neste artigo mostramos como encontrá-los e o que é preciso mudar para os evitar."],
}  # fmt: skip

MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
}

BY = {"fr": "Par", "en": "By", "de": "Von", "es": "Por", "it": "Di", "nl": "Door", "pt": "Por"}
AND = {"fr": "et", "en": "and", "de": "und", "es": "y", "it": "e", "nl": "en", "pt": "e"}
PUBLISHED = {
    "fr": "Publié le", "en": "Published on", "de": "Veröffentlicht am", "es": "Publicado el",
    "it": "Pubblicato il", "nl": "Gepubliceerd op", "pt": "Publicado em",
}  # fmt: skip
UPDATED = {
    "fr": "Mis à jour le", "en": "Updated", "de": "Aktualisiert am", "es": "Actualizado el",
    "it": "Aggiornato il", "nl": "Bijgewerkt op", "pt": "Atualizado em",
}  # fmt: skip


def spoken(day: date, language: str) -> str:
    """Say a day as people of that language write it in full."""
    month = MONTHS[language].split()[day.month - 1]
    return {
        "fr": f"{'1er' if day.day == 1 else day.day} {month} {day.year}",
        "en": f"{month} {day.day}, {day.year}",
        "de": f"{day.day}. {month} {day.year}",
        "es": f"{day.day} de {month} de {day.year}",
        "pt": f"{day.day} de {month} de {day.year}",
    }.get(language, f"{day.day} {month} {day.year}")


def byline(people: list[str], language: str) -> str:
    """Name people as a byline of that language does."""
    *others, last = people
    return f"{', '.join(others)} {AND[language]} {last}" if others else last
