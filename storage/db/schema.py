"""The steps that bring a file from nothing to what this version expects. Only added to, never edited.

Applied by `storage.db.database`, inside one transaction, after the file was copied. Each step is SQL, so
that it says the same in ten years, whatever the libraries do by then.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

migrations = Migrations("newsdesk")


def _run(db: Database, script: str) -> None:
    """Statement by statement: `executescript` would commit the transaction we are in."""
    for statement in script.split(";\n"):
        if statement.strip():
            db.conn.execute(statement)


@migrations(name="0001_line")
def line(db: Database) -> None:
    """Sources, hosts, stories and what was said of them, visits and runs."""
    _run(
        db,
        """
CREATE TABLE source (
  id INTEGER PRIMARY KEY,
  address TEXT NOT NULL UNIQUE,
  host TEXT NOT NULL REFERENCES host(host),
  site TEXT NOT NULL,
  name TEXT,
  title TEXT,
  home TEXT,
  format TEXT,
  language TEXT,
  country TEXT,
  timezone TEXT,
  tags TEXT NOT NULL DEFAULT '[]',
  every_s INTEGER,
  cron TEXT,
  full_text INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'paused', 'retired')),
  added_at TEXT NOT NULL,
  etag TEXT,
  last_modified TEXT,
  body_digest TEXT,
  known BLOB NOT NULL DEFAULT x'',
  identity TEXT NOT NULL DEFAULT 'guid',
  next_visit_at TEXT,
  next_visit_why TEXT,
  last_visit_at TEXT,
  last_ok_at TEXT,
  last_new_at TEXT,
  failures INTEGER NOT NULL DEFAULT 0,
  outcome TEXT,
  outcome_category TEXT,
  outcome_message TEXT,
  outcome_status INTEGER,
  outcome_at TEXT,
  moved_to TEXT,
  moved_since TEXT,
  moved_count INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX source_due ON source (next_visit_at) WHERE state = 'active';
CREATE INDEX source_host ON source (host);

CREATE TABLE host (
  host TEXT PRIMARY KEY,
  lease_owner TEXT,
  lease_until TEXT,
  next_at TEXT,
  delay_s REAL,
  blocked_until TEXT,
  blocked_why TEXT,
  robots TEXT,
  robots_at TEXT
) WITHOUT ROWID;
CREATE INDEX host_blocked ON host (blocked_until) WHERE blocked_until IS NOT NULL;
CREATE INDEX host_leased ON host (lease_until) WHERE lease_until IS NOT NULL;

CREATE TABLE story (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  url TEXT NOT NULL,
  site TEXT NOT NULL,
  title TEXT,
  summary TEXT,
  kind TEXT NOT NULL DEFAULT 'article',
  language TEXT,
  sort_at TEXT NOT NULL,
  published TEXT,
  published_offset_min INTEGER,
  published_day TEXT,
  precision TEXT,
  updated TEXT,
  first_seen_at TEXT NOT NULL,
  changed_at TEXT,
  image TEXT,
  cluster INTEGER,
  standing TEXT NOT NULL,
  merged_into INTEGER REFERENCES story(id)
);
CREATE INDEX story_newest ON story (sort_at DESC, id DESC) WHERE merged_into IS NULL;

CREATE TABLE story_body (
  story_id INTEGER PRIMARY KEY REFERENCES story(id),
  text TEXT,
  html BLOB,
  categories TEXT NOT NULL DEFAULT '[]',
  evidence TEXT NOT NULL DEFAULT '{}'
);

CREATE TABLE address (
  key TEXT PRIMARY KEY,
  story_id INTEGER NOT NULL REFERENCES story(id),
  url TEXT NOT NULL,
  found TEXT NOT NULL,
  added_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX address_story ON address (story_id);

CREATE TABLE entry (
  id INTEGER PRIMARY KEY,
  source_id INTEGER NOT NULL REFERENCES source(id),
  story_id INTEGER REFERENCES story(id),
  entry_key TEXT NOT NULL,
  first_seen_at TEXT NOT NULL,
  gone_at TEXT,
  verdict TEXT NOT NULL,
  reason TEXT
);
CREATE INDEX entry_entry ON entry (source_id, entry_key);
CREATE INDEX entry_live ON entry (source_id) WHERE gone_at IS NULL;
CREATE INDEX entry_story ON entry (story_id, source_id);

CREATE TABLE snapshot (
  story_id INTEGER NOT NULL REFERENCES story(id),
  entry_id INTEGER NOT NULL DEFAULT 0,
  digest TEXT NOT NULL,
  reader_version INTEGER NOT NULL,
  said TEXT NOT NULL,
  said_at TEXT NOT NULL,
  PRIMARY KEY (story_id, entry_id)
) WITHOUT ROWID;

CREATE TABLE revision (
  id INTEGER PRIMARY KEY,
  story_id INTEGER NOT NULL REFERENCES story(id),
  entry_id INTEGER REFERENCES entry(id),
  found_at TEXT NOT NULL,
  fields TEXT NOT NULL
);
CREATE INDEX revision_story ON revision (story_id);

CREATE TABLE author (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  UNIQUE (name, kind)
);

CREATE TABLE story_author (
  story_id INTEGER NOT NULL REFERENCES story(id),
  place INTEGER NOT NULL,
  author_id INTEGER NOT NULL REFERENCES author(id),
  role TEXT NOT NULL DEFAULT 'writer',
  PRIMARY KEY (story_id, place)
) WITHOUT ROWID;
CREATE INDEX story_author_author ON story_author (author_id);

CREATE TABLE page (
  id INTEGER PRIMARY KEY,
  url TEXT NOT NULL UNIQUE,
  host TEXT NOT NULL,
  story_id INTEGER REFERENCES story(id),
  due_at TEXT,
  why TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  etag TEXT,
  last_modified TEXT,
  body_digest TEXT,
  reader_version INTEGER,
  outcome TEXT,
  outcome_message TEXT,
  outcome_at TEXT
);
CREATE INDEX page_due ON page (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE run (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  owner TEXT NOT NULL,
  asked_at TEXT NOT NULL,
  ended_at TEXT,
  ended_by TEXT
);

CREATE TABLE visit (
  id INTEGER PRIMARY KEY,
  run_id INTEGER REFERENCES run(id),
  source_id INTEGER NOT NULL REFERENCES source(id),
  part INTEGER NOT NULL DEFAULT 1,
  started_at TEXT NOT NULL,
  ended_at TEXT NOT NULL,
  outcome TEXT NOT NULL,
  outcome_category TEXT NOT NULL,
  words TEXT NOT NULL,
  status INTEGER,
  wire_bytes INTEGER NOT NULL DEFAULT 0,
  rung TEXT,
  repairs TEXT,
  seen INTEGER NOT NULL DEFAULT 0,
  new INTEGER NOT NULL DEFAULT 0,
  changed INTEGER NOT NULL DEFAULT 0,
  same INTEGER NOT NULL DEFAULT 0,
  duplicate INTEGER NOT NULL DEFAULT 0,
  refused INTEGER NOT NULL DEFAULT 0,
  left_out INTEGER NOT NULL DEFAULT 0,
  traceback TEXT,
  CHECK (seen = new + changed + same + duplicate + refused)
);
CREATE INDEX visit_source ON visit (source_id, started_at);
CREATE INDEX visit_run ON visit (run_id);

CREATE VIEW story_words AS
  SELECT story.id AS id, story.title AS title, story.summary AS summary, story_body.text AS text
  FROM story JOIN story_body ON story_body.story_id = story.id;
CREATE VIRTUAL TABLE story_fts USING fts5(
  title, summary, text, content='story_words', content_rowid='id', tokenize="unicode61 remove_diacritics 2"
);
INSERT INTO story_fts (story_fts, rank) VALUES ('automerge', 8);
CREATE VIRTUAL TABLE story_bigram USING fts5(words, content='', tokenize='ascii');

CREATE VIEW stories AS
  SELECT story.id, story.title, story.url, story.published, story.published_day, story.precision,
    story.first_seen_at, story.changed_at, story.language, story.site,
    (SELECT group_concat(name, ', ') FROM (SELECT author.name AS name FROM story_author JOIN author
       ON author.id = story_author.author_id WHERE story_author.story_id = story.id
       ORDER BY story_author.place)) AS authors,
    (SELECT group_concat(name, ', ') FROM (SELECT DISTINCT coalesce(source.name, source.title, source.address)
       AS name FROM entry JOIN source ON source.id = entry.source_id
       WHERE entry.story_id = story.id)) AS sources,
    story.summary, story_body.text
  FROM story JOIN story_body ON story_body.story_id = story.id
  WHERE story.merged_into IS NULL;
CREATE VIEW sources AS
  SELECT source.id, coalesce(source.name, source.title) AS name, source.address, source.state, source.tags,
    source.outcome, source.outcome_message, source.outcome_at, source.next_visit_at, source.next_visit_why,
    source.last_ok_at, source.failures,
    (SELECT count(DISTINCT story_id) FROM entry WHERE entry.source_id = source.id) AS stories
  FROM source;
CREATE VIEW runs AS
  SELECT run.id, run.kind, run.asked_at, run.ended_at, run.ended_by,
    count(DISTINCT CASE WHEN visit.part = 1 THEN visit.id END) AS visits,
    count(CASE WHEN visit.outcome_category <> 'ok' THEN 1 END) AS failed,
    coalesce(sum(visit.seen), 0) AS seen, coalesce(sum(visit.new), 0) AS new,
    coalesce(sum(visit.changed), 0) AS changed, coalesce(sum(visit.same), 0) AS same,
    coalesce(sum(visit.duplicate), 0) AS duplicate, coalesce(sum(visit.refused), 0) AS refused,
    coalesce(sum(visit.wire_bytes), 0) AS wire_bytes
  FROM run LEFT JOIN visit ON visit.run_id = run.id
  GROUP BY run.id;
""",
    )


@migrations(name="0002_source_counts")
def source_counts(db: Database) -> None:
    """How many stories a source carried is read from the index of its entries alone, which has no more
    rows to write for it."""
    _run(
        db,
        "DROP INDEX entry_entry;\nCREATE INDEX entry_entry ON entry (source_id, entry_key, story_id);\n",
    )


@migrations(name="0003_pages")
def pages(db: Database) -> None:
    """Pages are read: a visit is a source's or a page's, and a page's outcome has its class."""
    _run(
        db,
        """
ALTER TABLE page ADD COLUMN outcome_category TEXT;
CREATE INDEX page_host ON page (host, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX page_story ON page (story_id);
DROP VIEW runs;
CREATE TABLE visit_new (
  id INTEGER PRIMARY KEY,
  run_id INTEGER REFERENCES run(id),
  source_id INTEGER REFERENCES source(id),
  page_id INTEGER REFERENCES page(id),
  part INTEGER NOT NULL DEFAULT 1,
  started_at TEXT NOT NULL,
  ended_at TEXT NOT NULL,
  outcome TEXT NOT NULL,
  outcome_category TEXT NOT NULL,
  words TEXT NOT NULL,
  status INTEGER,
  wire_bytes INTEGER NOT NULL DEFAULT 0,
  rung TEXT,
  repairs TEXT,
  seen INTEGER NOT NULL DEFAULT 0,
  new INTEGER NOT NULL DEFAULT 0,
  changed INTEGER NOT NULL DEFAULT 0,
  same INTEGER NOT NULL DEFAULT 0,
  duplicate INTEGER NOT NULL DEFAULT 0,
  refused INTEGER NOT NULL DEFAULT 0,
  left_out INTEGER NOT NULL DEFAULT 0,
  traceback TEXT,
  CHECK (seen = new + changed + same + duplicate + refused),
  CHECK ((source_id IS NULL) <> (page_id IS NULL))
);
INSERT INTO visit_new SELECT id, run_id, source_id, NULL, part, started_at, ended_at, outcome, outcome_category,
  words, status, wire_bytes, rung, repairs, seen, new, changed, same, duplicate, refused, left_out, traceback
  FROM visit;
DROP TABLE visit;
ALTER TABLE visit_new RENAME TO visit;
CREATE INDEX visit_source ON visit (source_id, started_at) WHERE source_id IS NOT NULL;
CREATE INDEX visit_page ON visit (page_id) WHERE page_id IS NOT NULL;
CREATE INDEX visit_run ON visit (run_id);
CREATE VIEW runs AS
  SELECT run.id, run.kind, run.asked_at, run.ended_at, run.ended_by,
    count(DISTINCT CASE WHEN visit.part = 1 AND visit.source_id IS NOT NULL THEN visit.id END) AS visits,
    count(CASE WHEN visit.outcome_category <> 'ok' AND visit.source_id IS NOT NULL THEN 1 END) AS failed,
    count(visit.page_id) AS pages,
    count(CASE WHEN visit.outcome_category <> 'ok' AND visit.page_id IS NOT NULL THEN 1 END) AS pages_failed,
    coalesce(sum(visit.seen), 0) AS seen, coalesce(sum(visit.new), 0) AS new,
    coalesce(sum(visit.changed), 0) AS changed, coalesce(sum(visit.same), 0) AS same,
    coalesce(sum(visit.duplicate), 0) AS duplicate, coalesce(sum(visit.refused), 0) AS refused,
    coalesce(sum(visit.wire_bytes), 0) AS wire_bytes
  FROM run LEFT JOIN visit ON visit.run_id = run.id
  GROUP BY run.id;
""",
    )


@migrations(name="0004_led_to")
def led_to(db: Database) -> None:
    """Hosts to which the pages of a host led: their robots.txt is remembered for it too."""
    _run(db, "ALTER TABLE host ADD COLUMN led_to TEXT NOT NULL DEFAULT '[]';\n")


@migrations(name="0005_news_since")
def news_since(db: Database) -> None:
    """Since when what a source's document newly carries is news: all that was read before is known."""
    _run(
        db,
        "ALTER TABLE source ADD COLUMN news_since TEXT;\n"
        "UPDATE source SET news_since = last_ok_at WHERE last_ok_at IS NOT NULL;\n",
    )


@migrations(name="0006_service")
def service(db: Database) -> None:
    """The one service of the file."""
    _run(
        db,
        """
CREATE TABLE service (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  owner TEXT NOT NULL,
  version TEXT NOT NULL,
  listen TEXT,
  started_at TEXT NOT NULL,
  beat_at TEXT NOT NULL,
  boot TEXT,
  up_s REAL NOT NULL,
  ended_at TEXT
);
""",
    )


@migrations(name="0007_found_by")
def found_by(db: Database) -> None:
    """How the address of a source was found, and on which page."""
    _run(db, "ALTER TABLE source ADD COLUMN found_by TEXT;\nALTER TABLE source ADD COLUMN found_on TEXT;\n")


@migrations(name="0008_night")
def night(db: Database) -> None:
    """Daily counts of old visits, tombstones of purged stories, how long a source's stories are kept."""
    _run(
        db,
        """
ALTER TABLE source ADD COLUMN keep_days INTEGER;
ALTER TABLE run ADD COLUMN rolled_up INTEGER NOT NULL DEFAULT 0;
CREATE TABLE tombstone (
  key TEXT PRIMARY KEY,
  purged_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE visit_day (
  day TEXT NOT NULL,
  source_id INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  visits INTEGER NOT NULL,
  seen INTEGER NOT NULL,
  new INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  same INTEGER NOT NULL,
  duplicate INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  wire_bytes INTEGER NOT NULL,
  PRIMARY KEY (day, source_id, outcome),
  CHECK (seen = new + changed + same + duplicate + refused)
) WITHOUT ROWID;
CREATE INDEX visit_ended ON visit (ended_at);
DROP VIEW runs;
CREATE VIEW runs AS
  SELECT run.id, run.kind, run.asked_at, run.ended_at, run.ended_by,
    run.rolled_up + count(DISTINCT CASE WHEN visit.part = 1 AND visit.source_id IS NOT NULL THEN visit.id END)
      AS visits,
    count(CASE WHEN visit.outcome_category <> 'ok' AND visit.source_id IS NOT NULL THEN 1 END) AS failed,
    count(visit.page_id) AS pages,
    count(CASE WHEN visit.outcome_category <> 'ok' AND visit.page_id IS NOT NULL THEN 1 END) AS pages_failed,
    coalesce(sum(visit.seen), 0) AS seen, coalesce(sum(visit.new), 0) AS new,
    coalesce(sum(visit.changed), 0) AS changed, coalesce(sum(visit.same), 0) AS same,
    coalesce(sum(visit.duplicate), 0) AS duplicate, coalesce(sum(visit.refused), 0) AS refused,
    coalesce(sum(visit.wire_bytes), 0) AS wire_bytes
  FROM run LEFT JOIN visit ON visit.run_id = run.id
  GROUP BY run.id;
""",
    )


@migrations(name="0009_secret_names")
def secret_names(db: Database) -> None:
    """Sources name secrets; what the names stand for is in no store."""
    _run(
        db,
        """
ALTER TABLE source ADD COLUMN auth TEXT;
ALTER TABLE source ADD COLUMN headers TEXT NOT NULL DEFAULT '[]';
ALTER TABLE source ADD COLUMN cookies TEXT;
ALTER TABLE source ADD COLUMN proxy TEXT;
""",
    )


@migrations(name="0010_new_today")
def new_today(db: Database) -> None:
    """How many new stories a source brought on its latest day: a flood is bounded."""
    _run(
        db,
        "ALTER TABLE source ADD COLUMN new_day TEXT;\n"
        "ALTER TABLE source ADD COLUMN new_count INTEGER NOT NULL DEFAULT 0;\n",
    )


@migrations(name="0011_rhythm")
def profile(db: Database) -> None:
    """What a source's visits taught of its rhythm, what its feed wishes, since when it fails; and the planner
    that spends the budget of visits on all of them."""
    _run(
        db,
        """
ALTER TABLE source ADD COLUMN failing_since TEXT;
ALTER TABLE source ADD COLUMN feed_hints TEXT;
ALTER TABLE source ADD COLUMN rhythm_at TEXT;
ALTER TABLE source ADD COLUMN rhythm_stories REAL;
ALTER TABLE source ADD COLUMN rhythm_days REAL;
ALTER TABLE source ADD COLUMN rhythm_finds REAL;
ALTER TABLE source ADD COLUMN rhythm_recent REAL;
ALTER TABLE source ADD COLUMN rhythm_expected REAL;
ALTER TABLE source ADD COLUMN rhythm_quiet REAL;
ALTER TABLE source ADD COLUMN rhythm_hours BLOB;
ALTER TABLE source ADD COLUMN rhythm_evenness REAL;
ALTER TABLE source ADD COLUMN rhythm_window INTEGER;
ALTER TABLE source ADD COLUMN rhythm_new_at TEXT;
CREATE TABLE planner (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  price REAL NOT NULL,
  at TEXT,
  since TEXT,
  pool TEXT NOT NULL,
  aim REAL NOT NULL,
  aimed REAL NOT NULL,
  spent REAL NOT NULL,
  crowded TEXT NOT NULL
);
""",
    )


@migrations(name="0012_manners")
def host_updates(db: Database) -> None:
    """How often a host was asked of late, and how much of its rate is left after it said that this was too
    much; the sources of a shared platform are asked as one."""
    _run(
        db,
        """
ALTER TABLE host ADD COLUMN asked_at TEXT;
ALTER TABLE host ADD COLUMN asked_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE host ADD COLUMN share REAL;
ALTER TABLE host ADD COLUMN limited_at TEXT;
""",
    )
    for platform in (
        "blogspot.com", "wordpress.com", "substack.com", "medium.com", "tumblr.com", "livejournal.com",
        "dreamwidth.org", "typepad.com", "over-blog.com", "hatenablog.com", "ghost.io", "weebly.com",
        "wixsite.com", "squarespace.com", "canalblog.com", "blogger.com", "youtube.com", "vimeo.com",
        "dailymotion.com", "soundcloud.com", "libsyn.com", "podbean.com", "feedburner.com", "reddit.com",
    ):  # fmt: skip
        below = {"platform": platform, "below": f"%.{platform}"}
        for table in ("source", "page"):
            moved = db.conn.execute(
                f"SELECT EXISTS (SELECT 1 FROM {table} WHERE host LIKE :below)", below
            ).fetchone()[0]
            if moved:
                db.conn.execute("INSERT OR IGNORE INTO host (host) VALUES (:platform)", below)
                db.conn.execute(f"UPDATE {table} SET host = :platform WHERE host LIKE :below", below)


@migrations(name="0013_wishes_and_gaps")
def wishes_and_gaps(db: Database) -> None:
    """What the last answer's headers wished, and how often nothing known was left in a source's document."""
    _run(
        db,
        """
ALTER TABLE source ADD COLUMN answer_hints TEXT;
ALTER TABLE source ADD COLUMN gap_count INTEGER NOT NULL DEFAULT 0;
""",
    )


@migrations(name="0014_moves")
def moves(db: Database) -> None:
    """Validators that lie are not sent any more; a source that moved has a row for it. What was told so far
    counted visits that found no feed, too, so it is counted anew."""
    _run(
        db,
        """
ALTER TABLE source ADD COLUMN unchanged_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE source ADD COLUMN distrusted_at TEXT;
UPDATE source SET moved_since = NULL, moved_count = 0;
CREATE TABLE source_move (
  id INTEGER PRIMARY KEY,
  source_id INTEGER NOT NULL REFERENCES source(id),
  moved_at TEXT NOT NULL,
  old_address TEXT NOT NULL,
  new_address TEXT NOT NULL,
  merged_into INTEGER REFERENCES source(id),
  why TEXT NOT NULL
);
CREATE INDEX source_move_source ON source_move (source_id);
""",
    )


@migrations(name="0015_standing")
def authority(db: Database) -> None:
    """How a source stands that fails for long, and what the search for its new address brought."""
    _run(
        db,
        """
ALTER TABLE source ADD COLUMN standing TEXT NOT NULL DEFAULT 'active';
ALTER TABLE source ADD COLUMN sought_at TEXT;
ALTER TABLE source ADD COLUMN proposed TEXT NOT NULL DEFAULT '[]';
""",
    )


@migrations(name="0016_events")
def events(db: Database) -> None:
    """Alarms: each once, and once when it is over; and what is still to be sent of them."""
    _run(
        db,
        """
CREATE TABLE event (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('raised', 'recovered')),
  source_id INTEGER REFERENCES source(id),
  host TEXT,
  words TEXT NOT NULL,
  detail TEXT NOT NULL DEFAULT '{}',
  ended_at TEXT
);
CREATE UNIQUE INDEX event_open ON event (kind, coalesce(source_id, 0), coalesce(host, ''))
  WHERE state = 'raised' AND ended_at IS NULL;
CREATE INDEX event_source ON event (source_id, kind) WHERE source_id IS NOT NULL;
CREATE TABLE outbox (
  event_id INTEGER NOT NULL REFERENCES event(id),
  target TEXT NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  next_try_at TEXT,
  done_at TEXT,
  words TEXT,
  PRIMARY KEY (event_id, target)
) WITHOUT ROWID;
CREATE INDEX outbox_waiting ON outbox (next_try_at) WHERE done_at IS NULL;
CREATE INDEX entry_new ON entry (source_id) WHERE verdict = 'new';
""",
    )


@migrations(name="0017_rule_versions")
def rule_versions(db: Database) -> None:
    """By which rules the keys of addresses were made, and all that is needed to make them anew. What stands
    beside an address in its key was not kept so far: '?'. And which address was refused."""
    _run(
        db,
        """
CREATE TABLE rule_version (
  name TEXT PRIMARY KEY,
  version TEXT NOT NULL,
  since TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO rule_version (name, version, since)
  VALUES ('address', 'a1', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'));
ALTER TABLE address ADD COLUMN beside TEXT;
UPDATE address SET beside = '?' WHERE found IN ('entry', 'guid', 'original') AND (
  story_id IN (SELECT story_id FROM entry JOIN source ON source.id = entry.source_id
    WHERE source.identity IN ('address+guid', 'address+date+title') AND story_id IS NOT NULL)
  OR rtrim(url, '/') NOT GLOB '*://*/*');
ALTER TABLE tombstone ADD COLUMN url TEXT;
ALTER TABLE tombstone ADD COLUMN beside TEXT;
ALTER TABLE entry ADD COLUMN refused_key TEXT;
ALTER TABLE entry ADD COLUMN refused_url TEXT;
CREATE INDEX entry_refused ON entry (refused_key) WHERE refused_key IS NOT NULL;
""",
    )


@migrations(name="0018_boilerplate")
def boilerplate(db: Database) -> None:
    """Sentences that an outlet prints in many stories, and what of them was cut off a story's text."""
    _run(
        db,
        """
ALTER TABLE story_body ADD COLUMN cut_start TEXT;
ALTER TABLE story_body ADD COLUMN cut_end TEXT;
CREATE TABLE boilerplate (
  site TEXT NOT NULL,
  digest INTEGER NOT NULL,
  stories INTEGER NOT NULL,
  first_story INTEGER NOT NULL,
  last_story INTEGER NOT NULL,
  seen_on TEXT NOT NULL,
  PRIMARY KEY (site, digest)
) WITHOUT ROWID;
CREATE INDEX boilerplate_known ON boilerplate (site, seen_on) WHERE stories >= 3;
""",
    )


@migrations(name="0019_access")
def access(db: Database) -> None:
    """Whether a story is free to read; the view tells it, and of what kind a story is."""
    _run(
        db,
        """
ALTER TABLE story ADD COLUMN access TEXT;
DROP VIEW stories;
CREATE VIEW stories AS
  SELECT story.id, story.title, story.url, story.published, story.published_day, story.precision,
    story.first_seen_at, story.changed_at, story.kind, story.access, story.language, story.site,
    (SELECT group_concat(name, ', ') FROM (SELECT author.name AS name FROM story_author JOIN author
       ON author.id = story_author.author_id WHERE story_author.story_id = story.id
       ORDER BY story_author.place)) AS authors,
    (SELECT group_concat(name, ', ') FROM (SELECT DISTINCT coalesce(source.name, source.title, source.address)
       AS name FROM entry JOIN source ON source.id = entry.source_id
       WHERE entry.story_id = story.id)) AS sources,
    story.summary, story_body.text
  FROM story JOIN story_body ON story_body.story_id = story.id
  WHERE story.merged_into IS NULL;
""",
    )


@migrations(name="0020_gaps")
def gaps(db: Database) -> None:
    """How a source's last gap ended, and how often older documents were asked in vain."""
    _run(
        db,
        """
ALTER TABLE source ADD COLUMN gap_at TEXT;
ALTER TABLE source ADD COLUMN gap_words TEXT;
ALTER TABLE source ADD COLUMN gap_asked_at TEXT;
ALTER TABLE source ADD COLUMN gap_vain INTEGER NOT NULL DEFAULT 0;
""",
    )


@migrations(name="0021_learned_zones")
def learned_zones(db: Database) -> None:
    """The zone of a source whose dates carry none, and the entries that it was learned from."""
    _run(
        db,
        """
ALTER TABLE source ADD COLUMN learned_zone TEXT;
ALTER TABLE source ADD COLUMN zone_lags TEXT;
""",
    )


@migrations(name="0022_moves_told")
def moves_told(db: Database) -> None:
    """Whether a move was told as an event; those that were made before there were any are not told late."""
    _run(
        db,
        """
ALTER TABLE source_move ADD COLUMN told INTEGER NOT NULL DEFAULT 0;
UPDATE source_move SET told = 1;
CREATE INDEX source_move_untold ON source_move (source_id) WHERE NOT told;
""",
    )


@migrations(name="0023_rereadings")
def rereadings(db: Database) -> None:
    """When what was said was read again by other rules, and what that changed in which story."""
    _run(
        db,
        """
CREATE TABLE rereading (
  id INTEGER PRIMARY KEY,
  asked_at TEXT NOT NULL,
  ended_at TEXT,
  scope TEXT NOT NULL,
  reader_version INTEGER NOT NULL,
  after INTEGER NOT NULL DEFAULT 0,
  stories INTEGER NOT NULL DEFAULT 0,
  changed INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE reread (
  id INTEGER PRIMARY KEY,
  rereading_id INTEGER NOT NULL REFERENCES rereading(id),
  story_id INTEGER NOT NULL REFERENCES story(id),
  at TEXT NOT NULL,
  fields TEXT NOT NULL
);
CREATE INDEX reread_story ON reread (story_id);
CREATE INDEX address_beside ON address (url) WHERE beside IS NOT NULL;
""",
    )
