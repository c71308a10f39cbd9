"""Data: query parameters that do not identify a story: tracking, sessions, forms of a page.

A name is in ALWAYS only when no site is known to identify stories by it. Names that some sites use to identify
stories are in BY_VALUE; they are removed only with the name of a channel as value (`ref=rss` is removed,
`ref=docket-12` stays), or where the path alone names the story and the name says where the reader came from.
Names are compared whole, in lower case: removal by pattern makes other libraries merge two stories (courlan and
url-normalize on our cases). A prefix is in ALWAYS_PREFIX only when one measuring system owns it.
"""

# ruff: noqa: SIM905  (tables of words are easier to edit as text)

from __future__ import annotations

import re

ALWAYS_PREFIX = (
    *("utm_", "_utm_", "pk_", "mtm_", "hsa_", "matomo_", "piwik_", "sfmc_", "aspsessionid", "ga_", "itm_"),
    *("stm_", "otm_", "hmb_", "bsft_", "elq", "cx_", "lmd_", "wt.", "cm_mmc", "adobe_mc", "mindbox-"),
    *("aef_campaign_", "id_externo_", "pinned_post_", "sara_", "rdx.ident", "__cft__", "__xts__", "_bta_"),
)

ALWAYS = frozenset(
    # advertising clicks
    "fbclid fb_clid gclid gclsrc gbraid wbraid dclid msclkid yclid ymclid ysclid twclid ttclid li_fat_id epik "
    "rdt_cid sccid irclickid irgwc igsh igshid clickid click_id dicbo obclid tblci s_kwcid s_kw ef_id s_cid "
    "zanpid _openstat wickedid wickedsource vmcid _branch_match_id _branch_referrer srsltid gad_source "
    "gad_campaignid gad mibextid admitad_uid tduid sscid cjevent cjdata clickref afftrack ranmid raneaid "
    "ransiteid "
    # newsletters and marketing systems
    "mc_cid mc_eid mc_tc mkt_tok oly_enc_id oly_anon_id vero_id vero_conv _hsenc _hsmi __hssc __hstc __hsfp "
    "hsctatracking hslang ml_subscriber ml_subscriber_hash trk_contact trk_msg trk_module trk_sid _kx _ke "
    "ck_subscriber_id sc_campaign sc_channel sc_content sc_medium sc_outcome sc_geo sc_country sc_cid sc_lid "
    "sc_uid sc_llid sc_eh sc_customer __s rb_clickid nltr nlid nrid nlcid vgo_ee bxid cndid esrc hasha hashb "
    "hashc regi_id hootpostid hss_channel taid lctg _bhlid bhlid o_eid omnsrc dm_i et_rid pnespid pn_cid li_did "
    "spmailingid spuserid spjobid spreportid sp_aid sp_rid et_cid _ri_ _ei_ _di_ m_bt mktcid mktcval mktsrc "
    "isfreemail triedredirect "
    # social networks and share buttons
    "fb_action_ids fb_action_types fb_source fb_ref fb_comment_id fb_news_token fbrefresh action_object_map "
    "action_type_map action_ref_map __tn__ _rdc _rdr _ft_ fref hc_ref hc_location sfnsn paipv comment_tracking "
    "__twitter_impression ref_src ref_url spref sr_share smid smtyp smprod soc_src soc_trk sref spm "
    "spm_id_from from_spmid vd_source share_token share_source share_medium share_plat share_session_id "
    "sharer_shareid sharer_sharetime nsukey isappinstalled wxshare pass_ticket tg_rhash rdt dlvrit echobox "
    "hpt xtor xtref is_from_webapp is_copy_url sender_device sender_web_id recruiter recruited_by_id "
    # measuring
    "_ga _gl gaa_at gaa_n gaa_sig gaa_ts wt_mc wt_ref wt_zmc wt_cc1 wt_cc2 wt_eid wtmc cmpid cmp_id alcmpid "
    "ncid ocid icid itid tpcc ns_mchannel ns_source ns_campaign ns_linkname ns_fee at_medium at_campaign "
    "at_custom1 at_custom2 at_custom3 at_custom4 at_link_id at_link_type at_link_origin at_ptr_name at_format "
    "at_bbc_team at_campaign_type at_creation at_variant at_emailtype at_recipient_id at_recipient_list "
    "at_send_date at_send_time at_platform ito feedtype feedname wprss srnd guccounter guce_referrer "
    "guce_referrer_sig _guc_consent_skip cmpredirect reflink intcid int_cid intcmp int_cmp icmp dcmp emc gepc "
    "iref n_cid refresh_ce oborigurl .tsrc tsrc yptr ftcamp leadsource ftag fsrc __source maca pfrom "
    "hpid wpisrc wpmm wpmk pgtype contentcollection contentplacement clicksource mcubz rref inid "
    "referringsource li_source li_medium cm_re cm_sp cm_ven cm_cat cm_pla cm_ite mboxsession psafe_param "
    "virtualbrandchannel adtag pgv_ref __vfz cn-reloaded oref eref ex_cid xg_source partnerref gws_rd "
    # subscriptions that a reader passes on; comments; caches
    "unlocked_article_code accesstoken sharetype embedded-checkout replytocom moderation-hash unapproved "
    "doing_wp_cron nocache __cf_chl_jschl_tk__ __cf_chl_tk amp_js_v amp_gsa amp_ct amp_analytics usqp aoh xtatc "
    # sessions
    "phpsessid phpsessionid jsessionid".split()
)

BY_VALUE = frozenset(
    "ref refid referer referrer source src from share shared mod cid via view feature campaign channel medium "
    "origin traffic_source feed mbid partner partnerid output ns ana tid xid ssm "
    "affiliate aff".split()
)
BY_VALUE_SUFFIX = ("_source", "_medium", "_campaign", "_affiliate", "_referrer", "_referer")

# These say where a reader came from, or how. A path that names the story alone is not changed by them, unless the
# value is a number, which may be a position (`from=20`).
REFERRALS = frozenset(
    "ref refid referer referrer source src from share shared mod cid via feature campaign channel medium origin "
    "traffic_source partner mbid segmentid xid csp ico iid gift".split()
)

CHANNELS = frozenset(
    "rss rss2 atom feed feeds xml rssfeed rss_feed rss-feed twitter tw t.co facebook fb linkedin reddit "
    "whatsapp telegram instagram pinterest tumblr flipboard feedburner feedly newsletter nl email e-mail "
    "mail social socialflow googlenews google_news google-news apple_news applenews bluesky bsky mastodon "
    "threads youtu.be timeline singlemessage groupmessage share messenger hootsuite trueanthem echobox pocket "
    "sharebutton share_button copy_link copylink homepage frontpage hp oembed embed embedded emb "
    "e2tw e2fb e2li e2rd".split()
)
# What may stand beside a channel: `twitter_share_button`, `hp_lead_pos1`, `ss_tw`.
_BESIDE_CHANNELS = frozenset(
    "share shared sharing button btn link links media sm ss sf post posts top bottom main header footer nav "
    "sidebar widget click web desktop mobile app ios android iphone ipad copy tools bar icon page article player "
    "title logo i rel related inline auto organic paid promo daily weekly lead pos t cc com www".split()
)
_BREAKS = re.compile(r"[^a-z0-9]+")
_NAMES_OF_SITES = frozenset(("ref", "referrer", "referer", "via"))
_SITE = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,12}|(?:@|%40)\w+")  # or an account: `via=@paper`
_ZERO_IS_NONE = (*BY_VALUE_SUFFIX, "affiliate", "aff")

# Campaigns; but some sites use a number in them that identifies the story.
UNLESS_NUMBER = frozenset(("cmp", "sh", "trk"))

# A form of the same page: by a switch (`amp=1`, `print`), or by its name (`output=amp`, `view=print`).
FORM_SWITCHES = frozenset(
    "amp _amp noamp nonamp print printable mobile singlepage socialshare rss rssfeed skipmobile skip_mobile "
    "printpage printview lite".split()
)
SWITCHED_ON = frozenset(("", "1", "true", "yes", "amp", "mobile"))
FORM_NAMES = frozenset("outputtype output view mode format layout platform".split())
FORMS = frozenset("amp print printable mobile".split())
WHOLE_STORY = frozenset(("page", "pagewanted", "seite"))  # with the value `all`: all its pages as one
# Names that mean something else on other sites, with the one value that is tracking or a form.
KNOWN_PAIRS = frozenset(
    (
        *(("tmpl", "component"), ("type", "amp"), ("service", "amp"), ("service", "print")),
        *(("action", "click"), ("platform", "hootsuite"), ("track", "rss")),
    )
)

_SID = re.compile(r"[0-9a-fA-F]{24,}")
_LONG_HASH = re.compile(r"[0-9a-fA-F]{24,}(?:-\d+)?")
_SPREDFAST = re.compile(r"sf\d{6,12}")  # `sf123456789=1`, from a tool that posts to social networks


def is_tracking_parameter(name: str, value: str, *, identified: bool = False) -> bool:
    """Whether a parameter (name in lower case) does not identify the story: tracking, a session, or a form of
    the page (for phones, for print). `identified`: the path alone names the story."""
    if name in ALWAYS or name.startswith(ALWAYS_PREFIX):
        return True
    if name in UNLESS_NUMBER:
        return not value.isdigit()
    value = value.lower()
    if name in FORM_SWITCHES:
        return value in SWITCHED_ON
    if name in FORM_NAMES and value in FORMS:
        return True
    if name in BY_VALUE or name.endswith(BY_VALUE_SUFFIX):
        if not value or is_channel(value) or (name in _NAMES_OF_SITES and _SITE.fullmatch(value)):
            return True
        if value == "0" and name.endswith(_ZERO_IS_NONE):
            return True
    if identified and name in REFERRALS:
        return not value.isdigit()
    return _is_known_pair(name, value)


def is_channel(value: str) -> bool:
    """Whether a value in lower case is the name of a channel: `rss`, `rss-topnews`, `twitter_share_button`."""
    if value in CHANNELS or value.startswith(("rss-", "rss_", "rss:")):
        return True
    words = [word.rstrip("0123456789") or word for word in _BREAKS.split(value) if word]
    return (
        len(words) > 1
        and any(word in CHANNELS for word in words)
        and all(word in CHANNELS or word in _BESIDE_CHANNELS for word in words)
    )


def _is_known_pair(name: str, value: str) -> bool:
    if name in ("sid", "sessionid", "session_id"):
        return bool(_SID.fullmatch(value))
    if name == "nk":  # a reader's hash, on Australian sites
        return bool(_LONG_HASH.fullmatch(value))
    if name == "_r":  # 0 or 1 on American sites
        return value in ("0", "1")
    if name in WHOLE_STORY:
        return value == "all"
    return (name, value) in KNOWN_PAIRS or (value == "1" and bool(_SPREDFAST.fullmatch(name)))
