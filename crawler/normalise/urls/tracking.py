"""Data: query parameters that do not identify a story: tracking, sessions, forms of a page.

A name is in ALWAYS only when no site is known to identify stories by it. Names that some sites use to identify
stories are in BY_VALUE; they are removed only with the name of a channel as value (`ref=rss` is removed,
`ref=docket-12` stays). Names are compared whole, in lower case: removal by pattern makes other libraries merge
two stories (courlan and url-normalize on our cases).
"""

# ruff: noqa: SIM905  (tables of words are easier to edit as text)

from __future__ import annotations

import re

ALWAYS_PREFIX = ("utm_", "pk_", "mtm_", "hsa_", "matomo_", "piwik_", "sfmc_", "aspsessionid")

ALWAYS = frozenset(
    # advertising clicks
    "fbclid gclid gclsrc gbraid wbraid dclid msclkid yclid ymclid ysclid twclid ttclid li_fat_id epik "
    "rdt_cid sccid irclickid igsh igshid clickid click_id dicbo obclid tblci s_kwcid ef_id s_cid zanpid "
    "_openstat wickedid vmcid _branch_match_id _branch_referrer srsltid gad_source gad_campaignid mibextid "
    "fb_action_ids fb_action_types fb_source fb_ref action_object_map action_type_map action_ref_map "
    # newsletters and marketing systems
    "mc_cid mc_eid mkt_tok oly_enc_id oly_anon_id vero_id vero_conv _hsenc _hsmi __hssc __hstc __hsfp "
    "hsctatracking ml_subscriber ml_subscriber_hash trk_contact trk_msg trk_module trk_sid _bta_tid "
    "_bta_c _kx _ke ck_subscriber_id sc_campaign sc_channel sc_content sc_medium sc_outcome sc_geo "
    "sc_country __s rb_clickid elqtrackid elqtrack nltr nlid "
    "sc_cid sc_lid sc_uid sc_llid sc_eh vgo_ee bxid cndid esrc hasha hashb hashc regi_id hootpostid "
    "hss_channel taid lctg spref fb_comment_id "
    # measuring
    "_ga _gl gaa_at gaa_n gaa_sig gaa_ts xtor xtref wt.mc wt.mc_id wt.mc_ev wt_mc wt.nav wt.tsrc cmpid "
    "cmp_id ncid ocid icid itid tpcc smid smtyp smprod ns_mchannel ns_source ns_campaign ns_linkname "
    "ns_fee at_medium at_campaign at_custom1 at_custom2 at_custom3 at_custom4 at_link_id at_link_type "
    "at_link_origin at_ptr_name at_format at_bbc_team at_campaign_type at_creation at_variant ito "
    "feedtype feedname wprss soc_src soc_trk srnd guccounter guce_referrer guce_referrer_sig "
    "__twitter_impression ref_src ref_url echobox cmpredirect reflink intcid int_cid "
    "emc gepc iref n_cid refresh_ce wt_zmc wt_cc1 wt_cc2 wt_eid oborigurl .tsrc tsrc yptr ftcamp leadsource "
    "isappinstalled recruiter __vfz unlocked_article_code "
    "__cf_chl_jschl_tk__ amp_js_v amp_gsa amp_ct usqp aoh xtatc ftag "
    # sessions
    "phpsessid jsessionid".split()
)

BY_VALUE = frozenset(
    "ref referer referrer source src from share shared mod cid via view feature campaign channel medium "
    "origin traffic_source feed mbid partner spm partnerid output ns ana sref sr_share".split()
)

CHANNELS = frozenset(
    "rss rss2 atom feed feeds xml rssfeed rss_feed rss-feed twitter tw t.co facebook fb linkedin reddit "
    "whatsapp telegram instagram pinterest tumblr flipboard feedburner feedly newsletter email e-mail "
    "mail social socialflow googlenews google_news google-news apple_news applenews bluesky mastodon "
    "threads youtu.be timeline singlemessage groupmessage share messenger "
    "sharebutton share_button copy_link copylink".split()
)

# Campaigns; but some sites use a number in them that identifies the story.
UNLESS_NUMBER = frozenset(("cmp", "sh", "trk"))

# A form of the same page: by a switch (`amp=1`, `print`), or by its name (`output=amp`, `view=print`).
FORM_SWITCHES = frozenset("amp _amp noamp nonamp print printable mobile singlepage socialshare rss".split())
SWITCHED_ON = frozenset(("", "1", "true", "yes", "amp", "mobile"))
FORM_NAMES = frozenset("outputtype output view mode format layout platform".split())
FORMS = frozenset("amp print printable mobile".split())

_SID = re.compile(r"[0-9a-fA-F]{24,}")


def is_tracking_parameter(name: str, value: str) -> bool:
    """Whether a parameter (name in lower case) does not identify the story: tracking, a session, or a form of
    the page (for phones, for print)."""
    if name in ALWAYS or name.startswith(ALWAYS_PREFIX):
        return True
    if name in UNLESS_NUMBER:
        return not value.isdigit()
    if name in FORM_SWITCHES:
        return value.lower() in SWITCHED_ON
    if name in BY_VALUE:
        value = value.lower()
        if value in FORMS and name in FORM_NAMES:
            return True
        return value in CHANNELS or value.startswith(("rss-", "rss_", "rss:"))
    if name in FORM_NAMES:
        return value.lower() in FORMS
    return name in ("sid", "sessionid", "session_id") and bool(_SID.fullmatch(value))
