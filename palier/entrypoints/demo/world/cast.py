"""Who lives in the demo's world. Every name is invented; every address ends in `.example`."""

from dataclasses import dataclass

#: Of everyone who can sign in. The demo is open to whoever reaches it.
PASSWORD = "demo-palier"  # noqa: S105


@dataclass(frozen=True)
class Person:
    name: str
    email: str
    can_sign_in: bool = False


@dataclass(frozen=True)
class Client:
    name: str
    street: str
    city: str
    postal_code: str
    owner: Person
    region: str = "QC"
    language: str = "fr"
    kind: str = "business"


HOST = "hebergement-boreal.example"
ALICE = Person("Alice Tremblay", "alice@ateliers-boreale.example", can_sign_in=True)
BOB = Person("Bob Gagnon", "bob@ateliers-boreale.example", can_sign_in=True)
CHARLIE = Person("Charlie Miller", "charlie@charlie-miller.example", can_sign_in=True)
DANA = Person("Dana Roy", f"dana@{HOST}", can_sign_in=True)
EMILE = Person("Émile Fortin", f"emile@{HOST}", can_sign_in=True)

BOREALE = Client("Ateliers Boréale inc.", "12, rue Saint-Jean", "Québec", "G1R 1N8", ALICE)
MILLER = Client(
    "Charlie Miller",
    "4810 Sherbrooke St. W.",
    "Montréal",
    "H3Z 1G8",
    CHARLIE,
    language="en",
    kind="consumer",
)
COOP = Client(
    "Coop du Vieux-Port",
    "85, rue Dalhousie",
    "Québec",
    "G1K 8R2",
    Person("Mathilde Caron", "mathilde@coop-vieux-port.example"),
)
CLINIQUE = Client(
    "Clinique dentaire Saint-Roch",
    "340, rue du Pont",
    "Québec",
    "G1K 6M6",
    Person("Dr Samuel Nguyen", "samuel@clinique-saint-roch.example"),
)
BOULANGERIE = Client(
    "Boulangerie Sainte-Foy",
    "2600, chemin Sainte-Foy",
    "Québec",
    "G1V 1T6",
    Person("Louise Pelletier", "louise@boulangerie-sainte-foy.example"),
)
LIBRAIRIE = Client(
    "Librairie du Faubourg",
    "1205, rue Saint-Jean",
    "Québec",
    "G1R 1S6",
    Person("Hugo Lavoie", "hugo@librairie-du-faubourg.example"),
)
GARAGE = Client(
    "Garage Bélanger et filles",
    "77, route Kennedy",
    "Lévis",
    "G6V 6C9",
    Person("Josée Bélanger", "josee@garage-belanger.example"),
)
STUDIO = Client(
    "Studio Marée",
    "18, rue de la Grève",
    "Rimouski",
    "G5L 7N4",
    Person("Noémie Ross", "noemie@studio-maree.example"),
)
ECOLE = Client(
    "École de voile du Bic",
    "3, chemin du Quai",
    "Rimouski",
    "G0L 1B0",
    Person("Yannick Dubé", "yannick@ecole-de-voile.example"),
)
BAKERY = Client(
    "Maple Grove Bakery Ltd.",
    "210 Bank Street",
    "Ottawa",
    "K2P 1X4",
    Person("Grace Chen", "grace@maple-grove.example"),
    region="ON",
    language="en",
)
NORDET = Client(
    "Nordet Architecture",
    "455, boulevard Charest Est",
    "Québec",
    "G1K 3J2",
    Person("Isabelle Côté", "isabelle@nordet.example"),
)
LUMEN = Client(
    "Productions Lumen",
    "5795, avenue de Gaspé",
    "Montréal",
    "H2S 2X3",
    Person("Karim Haddad", "karim@lumen.example"),
)
