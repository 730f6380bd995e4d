"""What customers of the demo firm say when they are asked: by language and score. Made up, like everything here."""

from typing import Final

COMMENTS: Final[dict[str, dict[int, tuple[str, ...]]]] = {
    "en": {
        5: (
            "Sorted within the hour, and in plain words. Thank you!",
            "Lovely people. They even told me how to look after the membrane.",
            "I expected a fight about the return and got a label and a smile.",
            "The new pair fits perfectly. Best service I have had in years.",
            "Quick answer, real person, problem gone.",
            "Replaced without a question. I will be back.",
        ),
        4: (
            "Good help, only the first answer took a day.",
            "All fine in the end. The tracking page could say more.",
            "Friendly and clear. I had to send the photos twice, though.",
        ),
        3: (
            "It is settled, but I had to ask twice.",
            "All right. Nobody could tell me when the part comes in.",
            "The answer was correct but read like a form letter.",
        ),
        2: (
            "Four days for an answer is too long when the trip is on Saturday.",
            "I was asked for the order number three times.",
            "The refund came, but nobody told me. I am disappointed.",
        ),
        1: (
            "Still no replacement, and nobody calls back. I am fed up.",
            "Two wrong sizes in a row and then silence. Never again.",
        ),
    },
    "de": {
        5: (
            "Schnell, freundlich, gelöst. So muss das sein.",
            "Die Beratung zur Größe war Gold wert. Danke!",
            "Nach zwei Stunden war alles geklärt, und das am Wochenende.",
            "Umtausch ohne Nachfragen. Ich komme gern wieder.",
        ),
        4: (
            "Gute Hilfe, nur die erste Antwort hat etwas gedauert.",
            "Alles bestens, das Etikett kam allerdings erst am nächsten Tag.",
        ),
        3: ("Hat geklappt, aber ich musste zweimal nachfragen.", "In Ordnung, aber sehr knapp formuliert."),
        2: (
            "Fünf Tage bis zur Antwort, da war die Tour schon vorbei. Ich bin enttäuscht.",
            "Dreimal nach der Bestellnummer gefragt worden. Das nervt.",
        ),
        1: ("Immer noch kein Ersatz und keine Rückmeldung. Nie wieder!",),
    },
}
NOTES: Final = {
    "en": "Called, apologised, sent the right part by express. The customer was glad that somebody rang.",
    "de": "Angerufen, entschuldigt, das richtige Teil per Express geschickt. Der Anruf kam gut an.",
}
