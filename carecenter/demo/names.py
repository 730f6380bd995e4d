"""Ordinary made-up names and places. Numbers come from the ranges the regulators keep for fiction."""


def words(text: str) -> list[str]:
    return text.split()


FIRST = {
    "uk": words(
        "Amelia Oliver Isla George Freya Harry Ava Arthur Lily Noah Grace Leo Poppy Oscar Evie Callum Rosie Ewan Megan "
        "Rhys Priya Arjun Zainab Yusuf Chloe Finlay Ruth Graham Sheila Keith Joanne Darren Fatima Hamza Eilidh Angus "
        "Bethan Gareth Naomi Marcus Helen Stuart Linda Colin Tessa Rupert Adaeze Kwame Mei Daniel Hannah Iain"
    ),
    "de": words(
        "Anna Lukas Lea Jonas Marie Felix Lena Paul Clara Maximilian Sabine Thomas Birgit Jürgen Katrin Stefan Ayşe "
        "Mehmet Johanna Moritz Franziska Tobias Heike Uwe Miriam Florian Greta Emil Ines Matthias Ursula Dieter Nadja "
        "Sebastian Theresa Benedikt Jana Kai Elif Annika"
    ),
    "ie": words(
        "Aoife Cian Niamh Conor Saoirse Oisín Ciara Declan Róisín Eoin Sinéad Pádraig Orla Fionn Gráinne Tadhg Maeve "
        "Ronan Aisling Brendan Deirdre Kevin Laura Piotr Agnieszka Luca Sofia Emeka Divya Tomás"
    ),
}
LAST = {
    "uk": words(
        "Hartley Whitcombe Ashdown Pemberton Lister Okafor Patel Rahman MacLeod Drummond Fairclough Holroyd Sutcliffe "
        "Bracewell Thackray Nolan Kirkbride Teasdale Postlethwaite Ogden Marsden Rigby Evans Prosser Llewellyn Begum "
        "Iqbal Mensah Chen Sinclair Armitage Beckett Cartwright Dunmore Eastwood Garside Hepworth Iveson Kershaw Lomax"
    ),
    "de": words(
        "Bergmann Kessler Lindner Hofstetter Zeller Brandt Vogelsang Achterberg Steinbrecher Wiesner Yılmaz Demir "
        "Oberhauser Rauch Petersen Claasen Hagedorn Engelhardt Nussbaum Sailer Pichler Gruber Bachmann Wüthrich "
        "Kowalczyk Marquardt Reimann Sievers Thalmann Ulrich Winkelmann Dorfner Eberl Faßbinder Giesecke"
    ),
    "ie": words(
        "Byrne Gallagher Kavanagh Nolan Brennan Fitzgerald Keane Mulcahy Quigley Scanlon Tierney Hanrahan Duggan "
        "Costello Delaney Farrelly Grogan Heffernan Lenihan McGrath Nowak Rossi Okonkwo Menon Tuohy Whelan"
    ),
}
CITIES = {
    "uk": words(
        "Sheffield Kendal Leeds Edinburgh Bristol Keswick Manchester Cardiff Inverness Newcastle Buxton Exeter Glasgow "
        "York Lancaster Aviemore Nottingham Hebden"
    ),
    "de": words(
        "München Freiburg Rosenheim Stuttgart Leipzig Kempten Hamburg Innsbruck Salzburg Bern Köln Göttingen Dresden "
        "Garmisch Nürnberg Ulm Graz Konstanz"
    ),
    "ie": words("Dublin Galway Cork Limerick Sligo Kilkenny Waterford Ennis Westport Athlone Tralee Dundalk"),
}
STREETS = {
    "uk": (
        "Chapel Street",
        "Mill Lane",
        "Beck Road",
        "Station Road",
        "Fell View",
        "Orchard Close",
        "Quarry Bank",
    ),
    "de": (
        "Gartenstraße",
        "Am Mühlbach",
        "Lindenweg",
        "Bahnhofstraße",
        "Bergstraße",
        "Kirchgasse",
        "Seeblick",
    ),
    "ie": ("Castle Road", "Harbour View", "Chapel Lane", "Bridge Street", "Sea Road", "Abbey Court"),
}
POSTCODES = {"uk": "LA9 4{:02d}X", "de": "8{:04d}", "ie": "D0{} X{:03d}"}
MAIL_HOSTS = {
    "uk": ("postbag.example", "inkwell.example", "mailhouse.example", "letterbox.example"),
    "de": ("briefkasten.example", "postfach.example", "mailhaus.example"),
    "ie": ("postbag.example", "quayside.example", "mailhouse.example"),
}
PHONES = {"uk": "+447700900{:03d}", "de": "+4930231250{:02d}", "ie": "+35320910{:04d}"}
ORGANISATIONS = (
    ("outdoor", "Crag & Cave Outdoor Centre", "cragandcave.example", "uk"),
    ("outdoor", "Hillfoot Ramblers", "hillfootramblers.example", "uk"),
    ("outdoor", "Eastmoor Academy", "eastmooracademy.example", "uk"),
    ("outdoor", "Bergschule Hochgrat", "bergschule-hochgrat.example", "de"),
    ("outdoor", "Hüttenverein Talblick", "huettenverein-talblick.example", "de"),
    ("coffee", "Lantern Row Architects", "lanternrow.example", "ie"),
    ("coffee", "Quayfield Co-working", "quayfield.example", "ie"),
    ("coffee", "Small Harbour Bakery", "smallharbour.example", "ie"),
)
