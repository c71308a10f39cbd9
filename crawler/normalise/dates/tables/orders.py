"""From CLDR 47, © Unicode, Inc., Unicode licence. Written by tools/date_words.py."""

BY_LANGUAGE = {
    'DMY': 'am ar as az be bg bn bs ca cs cy da de el es et fi fr ga gl gu he hi hr hy id is it ka kk km kn ky lo lv mk ml mr ms mt my nb nl nn pa pl pt ro ru sk sl so sq sr sw ta te tg th tk tr uk ur uz vi yo',
    'MDY': 'en fil or zu',
    'YMD': 'eu hu ja ko lt mn ne ps sd si zh',
    'YMD DMY': 'af fa sv',
}
BY_COUNTRY = {
    'DMY': 'AD AE AG AI AL AM AO AR AT AU AW BA BB BD BE BF BG BH BI BJ BL BM BN BO BR BS BY BZ CC CD CF CG CH CI CK CL CM CO CR CU CV CW CX CY CZ DE DG DJ DK DM DO DZ EA EC EE EG EH ES ET FJ FK FM FO FR GA GB GD GE GF GG GH GI GM GN GP GQ GR GS GT GW GY HK HN HR HT IC ID IE IL IM IN IO IQ IS IT JE JM JO KE KG KH KI KM KN KW KY KZ LA LB LC LI LR LU LV LY MA MC MD MF MK ML MM MQ MR MS MT MU MV MX MY MZ NC NE NF NG NI NL NO NR NU NZ OM PE PF PG PK PL PM PN PS PT QA RE RO RU SA SB SC SD SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY TC TD TG TH TJ TK TL TM TN TO TR TT TZ UA UG UY VA VC VE VG VN VU WF XK YE YT ZM',
    'MDY': 'AS GU MH MP PA PH PR UM US VI',
    'YMD': 'AF BT CA HU JP KP KR LK LS LT MN NP PY RW',
    'YMD DMY': 'AX GL IR MG SE ZA',
}
