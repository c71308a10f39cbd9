"""The country of an outlet by its address and language, and the time zone of that country.

Pure. Only a hint: dates parsed with it carry a doubt. Countries with several time zones (United States, Canada,
Australia, Russia) have no entry.
"""

# ruff: noqa: SIM905  (tables of words are easier to edit as text)

from __future__ import annotations

from functools import lru_cache

from newsdesk.crawler.normalise.urls.hosts import bare_host

# The IANA time zone of (nearly) all newspapers of a country.
_ZONES = {
    country: f"{area}/{town}"
    for area, towns in {
        "Europe": "AD=Andorra AL=Tirane AT=Vienna BA=Sarajevo BE=Brussels BG=Sofia BY=Minsk CH=Zurich"
        " CZ=Prague DE=Berlin DK=Copenhagen EE=Tallinn ES=Madrid FI=Helsinki FR=Paris GB=London GI=Gibraltar"
        " GR=Athens HR=Zagreb HU=Budapest IE=Dublin IT=Rome LI=Vaduz LT=Vilnius LU=Luxembourg LV=Riga"
        " MC=Monaco MD=Chisinau MK=Skopje MT=Malta NL=Amsterdam NO=Oslo PL=Warsaw PT=Lisbon RO=Bucharest"
        " RS=Belgrade SE=Stockholm SI=Ljubljana SK=Bratislava SM=San_Marino TR=Istanbul UA=Kyiv VA=Vatican",
        "Atlantic": "CV=Cape_Verde FO=Faroe IS=Reykjavik",
        "Asia": "AE=Dubai AF=Kabul AM=Yerevan AZ=Baku BD=Dhaka BH=Bahrain BN=Brunei BT=Thimphu CN=Shanghai"
        " CY=Nicosia GE=Tbilisi HK=Hong_Kong ID=Jakarta IL=Jerusalem IN=Kolkata IQ=Baghdad IR=Tehran"
        " JO=Amman JP=Tokyo KG=Bishkek KH=Phnom_Penh KR=Seoul KW=Kuwait KZ=Almaty LA=Vientiane LB=Beirut"
        " LK=Colombo MM=Yangon MN=Ulaanbaatar MO=Macau MY=Kuala_Lumpur NP=Kathmandu OM=Muscat PH=Manila"
        " PK=Karachi PS=Gaza QA=Qatar SA=Riyadh SG=Singapore SY=Damascus TH=Bangkok TJ=Dushanbe"
        " TM=Ashgabat TW=Taipei UZ=Tashkent VN=Ho_Chi_Minh YE=Aden",
        "Africa": "AO=Luanda BF=Ouagadougou BI=Bujumbura BJ=Porto-Novo BW=Gaborone CI=Abidjan CM=Douala"
        " DZ=Algiers EG=Cairo ET=Addis_Ababa GA=Libreville GH=Accra GM=Banjul GN=Conakry KE=Nairobi"
        " LR=Monrovia LS=Maseru LY=Tripoli MA=Casablanca ML=Bamako MR=Nouakchott MW=Blantyre MZ=Maputo"
        " NA=Windhoek NE=Niamey NG=Lagos RW=Kigali SD=Khartoum SL=Freetown SN=Dakar SO=Mogadishu"
        " SZ=Mbabane TD=Ndjamena TG=Lome TN=Tunis TZ=Dar_es_Salaam UG=Kampala ZA=Johannesburg"
        " ZM=Lusaka ZW=Harare",
        "America": "BB=Barbados BO=La_Paz BR=Sao_Paulo BZ=Belize CL=Santiago CO=Bogota CR=Costa_Rica"
        " CU=Havana DO=Santo_Domingo EC=Guayaquil GT=Guatemala GY=Guyana HN=Tegucigalpa HT=Port-au-Prince"
        " JM=Jamaica MX=Mexico_City NI=Managua PA=Panama PE=Lima PR=Puerto_Rico PY=Asuncion SR=Paramaribo"
        " SV=El_Salvador TT=Port_of_Spain UY=Montevideo VE=Caracas",
        "Indian": "MG=Antananarivo MU=Mauritius MV=Maldives",
        "Pacific": "FJ=Fiji NZ=Auckland PG=Port_Moresby",
    }.items()
    for country, _, town in (pair.partition("=") for pair in towns.split())
} | {"AR": "America/Argentina/Buenos_Aires"}
# Country-code domains that are sold to anybody, in any country.
_GENERIC_ENDS = frozenset(
    "ai am bz cc co fm gd gg im io la ly me ms nu sc sh so st tk to tv vc vg ws".split()
)
_ALIASES = {"uk": "GB"}


@lru_cache(maxsize=4096)
def country_of_address(address: str) -> str | None:
    """The country of the top-level domain of an address; None for `.com` and the like."""
    end = (bare_host(address) or "").rpartition(".")[2]
    if len(end) != 2 or not end.isalpha() or end in _GENERIC_ENDS:
        return None
    return _ALIASES.get(end, end.upper())


def country_of_language(tag: str | None) -> str | None:
    """The region of a language tag; None for `en-US`, because it is the default of many systems."""
    primary, _, rest = (tag or "").replace("_", "-").partition("-")
    region = rest.rpartition("-")[2].upper()
    is_default = primary.lower() == "en" and region == "US"
    return region if len(region) == 2 and region.isalpha() and not is_default else None


def zone_of_country(country: str | None) -> str | None:
    """The IANA time zone of a country; None where it has several or is not known."""
    return _ZONES.get("GB" if country == "UK" else country or "")


def countries() -> dict[str, str]:
    """All known countries with their time zones."""
    return dict(_ZONES)
