"""What the shops sell: name by language, article number, price in minor units, sizes."""

from dataclasses import dataclass

SHOES = ("39", "40", "41", "42", "43", "44", "45")
CLOTHES = ("XS", "S", "M", "L", "XL")
COLOURS = {
    "en": ("slate grey", "moss green", "navy", "rust", "black", "ochre", "teal"),
    "de": ("Schiefergrau", "Moosgrün", "Marine", "Rostrot", "Schwarz", "Ocker", "Petrol"),
}


@dataclass(frozen=True)
class Product:
    category: str
    sku: str
    en: str
    de: str
    price_minor: int

    def name(self, language: str) -> str:
        return self.de if language == "de" else self.en


OUTDOOR = (
    Product("boots", "BT-1042", "Scarth Mid hiking boots", "Wanderschuhe Scarth Mid", 15900),
    Product("boots", "BT-1107", "Corrie GTX mountain boots", "Bergstiefel Corrie GTX", 22900),
    Product("boots", "BT-1013", "Fellpath approach shoes", "Zustiegsschuhe Fellpath", 12900),
    Product("boots", "BT-1220", "Win Ridge trail running shoes", "Trailrunningschuhe Win Ridge", 11900),
    Product("jacket", "JK-2204", "Storm Beck rain jacket", "Regenjacke Storm Beck", 18900),
    Product("jacket", "JK-2251", "Cairn down jacket", "Daunenjacke Cairn", 24900),
    Product("jacket", "JK-2230", "Tarn softshell jacket", "Softshelljacke Tarn", 13900),
    Product("jacket", "JK-2290", "Little Fell kids' rain jacket", "Kinderregenjacke Little Fell", 6900),
    Product("fleece", "FL-2110", "Hollin fleece", "Fleecejacke Hollin", 7900),
    Product("fleece", "FL-2134", "Wool Gate merino shirt", "Merinoshirt Wool Gate", 6900),
    Product("trousers", "TR-2310", "Gritstone walking trousers", "Wanderhose Gritstone", 8900),
    Product("trousers", "TR-2345", "Rainlight overtrousers", "Regenhose Rainlight", 9900),
    Product("tent", "TN-3102", "Moor 2 tent", "Zelt Moor 2", 32900),
    Product("tent", "TN-3104", "Moor 4 family tent", "Familienzelt Moor 4", 54900),
    Product("tent", "TN-3050", "Lone Star one-person tent", "Einpersonenzelt Lone Star", 27900),
    Product("pack", "PK-4035", "Drystone 35 rucksack", "Rucksack Drystone 35", 12900),
    Product("pack", "PK-4065", "Drystone 65 trekking pack", "Trekkingrucksack Drystone 65", 19900),
    Product("pack", "PK-4018", "Wicket 18 daypack", "Tagesrucksack Wicket 18", 6900),
    Product("bag", "SB-5002", "Bothy 2 sleeping bag", "Schlafsack Bothy 2", 16900),
    Product("bag", "SB-5008", "Bothy Winter sleeping bag", "Winterschlafsack Bothy", 28900),
    Product("mat", "MT-5110", "Heather sleeping mat", "Isomatte Heather", 8900),
    Product("stove", "ST-6001", "Ember gas stove", "Gaskocher Ember", 5900),
    Product("stove", "ST-6014", "Ember cook set", "Kochset Ember", 7900),
    Product("lamp", "LP-6203", "Beacon 400 head torch", "Stirnlampe Beacon 400", 5900),
    Product("poles", "PL-6305", "Two Stones trekking poles", "Trekkingstöcke Two Stones", 9900),
    Product("bottle", "BO-6402", "Spring insulated bottle", "Isolierflasche Spring", 2900),
)  # fmt: skip
COFFEE = (
    Product("coffee", "CO-1250", "House Espresso, 1 kg", "House Espresso, 1 kg", 2690),
    Product("coffee", "CO-1340", "Hillside Filter, 500 g", "Hillside Filter, 500 g", 1690),
    Product("coffee", "CO-1360", "Evening Decaf, 500 g", "Evening Decaf, 500 g", 1790),
    Product("coffee", "CO-1410", "Roaster's Choice, 2 x 250 g", "Roaster's Choice, 2 x 250 g", 1990),
    Product("subscription", "SU-0004", "Fortnightly coffee box", "Fortnightly coffee box", 2490),
    Product(
        "subscription",
        "SU-0010",
        "Office coffee plan, 5 kg a month",
        "Office coffee plan, 5 kg a month",
        11900,
    ),
    Product("grinder", "GR-2004", "Burrow hand grinder", "Burrow hand grinder", 7900),
    Product("grinder", "GR-2020", "Burrow electric grinder", "Burrow electric grinder", 18900),
    Product("machine", "MA-3001", "Thistle espresso machine", "Thistle espresso machine", 44900),
    Product("machine", "MA-3010", "Thistle Duo espresso machine", "Thistle Duo espresso machine", 79900),
    Product("part", "PA-4002", "Descaling kit", "Descaling kit", 1490),
    Product("part", "PA-4011", "Portafilter basket, 18 g", "Portafilter basket, 18 g", 2290),
)


def products(pool: str, category: str = "") -> list[Product]:
    """The shop's goods, of one category when it is named."""
    goods = COFFEE if pool == "Bramblecup" else OUTDOOR
    return [product for product in goods if not category or product.category == category]


def sizes(category: str) -> tuple[str, ...]:
    """Empty for what has no size."""
    if category == "boots":
        return SHOES
    return CLOTHES if category in ("jacket", "fleece", "trousers") else ()
