"""中日新聞: an offer to register follows the free beginning of a story."""

from newsdesk.crawler.sites import Layout, SiteFile

SITE = SiteFile(
    hosts=("chunichi.co.jp",),
    timezone="Asia/Tokyo",
    language="ja",
    layouts=(
        Layout(
            title="h1.hdg",
            body="#entry .block",
            drop=(
                "#entry .cmp-misc021",
                "#entry .cmp-lst003",
            ),
        ),
    ),
)
