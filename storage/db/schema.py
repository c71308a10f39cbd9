"""The tables, indexes and views of a newsdesk file, as migrations.

From version 1.0 on a migration is never edited, only followed by another. Each one is SQL, so that it gives
the same tables whatever version the libraries have. `storage.db.database` applies them in one transaction.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

migrations = Migrations("newsdesk")


def migration_names(steps: Migrations) -> tuple[str, ...]:
    """The names of migrations in their order. sqlite-utils keeps that list in an attribute that is not public;
    `tests/storage/db/test_database.py` checks that it is there."""
    try:
        return tuple(step.name for step in steps._migrations)
    except AttributeError:
        raise RuntimeError(
            "the installed sqlite-utils has no list `Migrations._migrations`: install the version that"
            " requirements.lock names"
        ) from None


def _run(db: Database, script: str) -> None:
    """Statement by statement: `executescript` would commit the open transaction."""
    for statement in script.split(";\n"):
        if statement.strip():
            db.conn.execute(statement)


@migrations(name="0001_initial")
def initial(db: Database) -> None:
    _run(db, _SOURCES)
    _run(db, _STORIES)
    _run(db, _DUE)
    _run(db, _VISITS)
    _run(db, _ALARMS)
    _run(db, _MAINTENANCE)
    _run(db, _SEARCH)
    _run(db, _VIEWS)


_SOURCES = """
-- A feed, sitemap, site or spider that we visit: what the user set, its validators, its publication profile, its
-- next visit, its last outcome. Deleted only by `newsdesk sources delete`; its number is never used again.
CREATE TABLE source (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  address TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL DEFAULT 'feed' CHECK (kind IN ('feed', 'sitemap', 'site', 'spider')),
  spider TEXT CHECK ((kind = 'spider') = (spider IS NOT NULL)),
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
  keep_days INTEGER,
  state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'paused', 'retired')),
  added_at TEXT NOT NULL,
  found_by TEXT,
  found_on TEXT,
  auth TEXT,
  headers TEXT NOT NULL DEFAULT '[]',
  cookies TEXT,
  proxy TEXT,
  etag TEXT,
  last_modified TEXT,
  body_digest TEXT,
  unchanged_count INTEGER NOT NULL DEFAULT 0,
  validators_unreliable_since TEXT,
  known_entries BLOB NOT NULL DEFAULT x'',
  known_sitemaps TEXT NOT NULL DEFAULT '[]',
  identity_scheme TEXT NOT NULL DEFAULT 'guid',
  news_since TEXT,
  new_stories_day TEXT,
  new_stories_count INTEGER NOT NULL DEFAULT 0,
  next_visit_at TEXT,
  next_visit_why TEXT,
  last_visit_at TEXT,
  last_ok_at TEXT,
  last_new_at TEXT,
  status TEXT NOT NULL DEFAULT 'active',
  failures INTEGER NOT NULL DEFAULT 0,
  failing_since TEXT,
  outcome TEXT,
  outcome_category TEXT,
  outcome_message TEXT,
  outcome_status INTEGER,
  outcome_at TEXT,
  moved_to TEXT,
  moved_since TEXT,
  moved_count INTEGER NOT NULL DEFAULT 0,
  recovery_tried_at TEXT,
  proposed_addresses TEXT NOT NULL DEFAULT '[]',
  gap_count INTEGER NOT NULL DEFAULT 0,
  gap_at TEXT,
  gap_message TEXT,
  backfill_failures INTEGER NOT NULL DEFAULT 0,
  next_backfill_at TEXT,
  learned_timezone TEXT,
  timezone_samples TEXT,
  feed_hints TEXT,
  response_hints TEXT,
  profile_read_at TEXT,
  profile_new_at TEXT,
  profile_stories REAL,
  profile_days REAL,
  profile_finds REAL,
  profile_recent REAL,
  profile_recent_expected REAL,
  profile_expected_since_new REAL,
  profile_hourly BLOB,
  profile_evenness REAL,
  profile_feed_size INTEGER,
  profile_brought REAL,
  profile_brought_first REAL,
  links_found INTEGER,
  links_usual INTEGER,
  links_lost_at TEXT,
  pages_unread INTEGER NOT NULL DEFAULT 0,
  address_shapes TEXT
);
CREATE INDEX source_due ON source (next_visit_at) WHERE state = 'active';
CREATE INDEX source_host ON source (host);
CREATE INDEX source_host_due ON source (host, coalesce(outcome = 'timeout', 0), next_visit_at)
  WHERE state = 'active';
CREATE INDEX source_first ON source (host, next_visit_at)
  WHERE last_visit_at IS NULL AND state = 'active' AND next_visit_why = 'first visit, spread';
CREATE INDEX source_site ON source (site);

-- A source got another address, or was merged into another source.
CREATE TABLE source_move (
  id INTEGER PRIMARY KEY,
  source_id INTEGER NOT NULL REFERENCES source(id),
  moved_at TEXT NOT NULL,
  old_address TEXT NOT NULL,
  new_address TEXT NOT NULL,
  merged_into INTEGER REFERENCES source(id),
  why TEXT NOT NULL,
  reported INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX source_move_source ON source_move (source_id);
CREATE INDEX source_move_merged ON source_move (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX source_move_unreported ON source_move (source_id) WHERE NOT reported;

-- A host that we send requests to: its lease, its rate limit, what is due first, its robots.txt.
CREATE TABLE host (
  host TEXT PRIMARY KEY,
  lease_owner TEXT,
  lease_until TEXT,
  next_request_at TEXT,
  last_request_at TEXT,
  requests_last_minute INTEGER NOT NULL DEFAULT 0,
  delay_s REAL,
  rate_share REAL,
  rate_limited_at TEXT,
  blocked_until TEXT,
  blocked_why TEXT,
  due_at TEXT,
  timed_out_due_at TEXT,
  first_visit_due_at TEXT,
  page_due_at TEXT,
  backlog_due_at TEXT,
  pages_held_until TEXT,
  pages_challenged_since TEXT,
  pages_challenges INTEGER NOT NULL DEFAULT 0,
  robots_txt TEXT,
  robots_read_at TEXT,
  site_rights TEXT,
  redirects_to TEXT NOT NULL DEFAULT '[]'
) WITHOUT ROWID;
CREATE INDEX host_blocked ON host (blocked_until) WHERE blocked_until IS NOT NULL;
CREATE INDEX host_pages_held ON host (pages_held_until) WHERE pages_held_until IS NOT NULL;
CREATE INDEX host_leased ON host (lease_until) WHERE lease_until IS NOT NULL;
-- What is due first on each host that is free: a claim reads these, and stops when it has enough hosts.
CREATE INDEX host_due ON host (due_at)
  WHERE due_at IS NOT NULL AND lease_until IS NULL AND blocked_until IS NULL;
CREATE INDEX host_timed_out_due ON host (timed_out_due_at)
  WHERE timed_out_due_at IS NOT NULL AND lease_until IS NULL AND blocked_until IS NULL;
CREATE INDEX host_first_visit_due ON host (first_visit_due_at)
  WHERE first_visit_due_at IS NOT NULL AND lease_until IS NULL AND blocked_until IS NULL;
CREATE INDEX host_page_due ON host (page_due_at)
  WHERE page_due_at IS NOT NULL AND lease_until IS NULL AND blocked_until IS NULL;
CREATE INDEX host_backlog_due ON host (backlog_due_at)
  WHERE backlog_due_at IS NOT NULL AND lease_until IS NULL AND blocked_until IS NULL;

-- A backfill of a source: `newsdesk backfill`. It goes on until `ended_at` is set.
CREATE TABLE backfill (
  id INTEGER PRIMARY KEY,
  source_id INTEGER NOT NULL REFERENCES source(id),
  since TEXT NOT NULL,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  message TEXT
);
CREATE INDEX backfill_source ON backfill (source_id);

-- A document of a backfill: requested, or waiting until those before it were.
CREATE TABLE backfill_document (
  id INTEGER PRIMARY KEY,
  backfill_id INTEGER NOT NULL REFERENCES backfill(id),
  address TEXT NOT NULL,
  relation TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  read_at TEXT,
  outcome TEXT,
  message TEXT,
  listed INTEGER NOT NULL DEFAULT 0,
  new INTEGER NOT NULL DEFAULT 0,
  undated INTEGER NOT NULL DEFAULT 0,
  first_day TEXT,
  fingerprint TEXT,
  UNIQUE (backfill_id, address)
);
CREATE INDEX backfill_document_waiting ON backfill_document (backfill_id, id) WHERE read_at IS NULL;

-- One row: the threshold above which a source is visited, and the budget that it is found from.
CREATE TABLE threshold_state (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  threshold REAL NOT NULL,
  found_at TEXT,
  since TEXT,
  mean_profile TEXT NOT NULL,
  target_rate REAL NOT NULL,
  visits_planned REAL NOT NULL,
  visits_made REAL NOT NULL,
  host_thresholds TEXT NOT NULL
);

-- One row: the `newsdesk serve` that uses the file, or used it last.
CREATE TABLE service (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  owner TEXT NOT NULL,
  version TEXT NOT NULL,
  listen TEXT,
  started_at TEXT NOT NULL,
  heartbeat_at TEXT NOT NULL,
  boot_id TEXT,
  uptime_s REAL NOT NULL,
  ended_at TEXT
);
"""

_STORIES = """
-- A story, without its long parts.
CREATE TABLE story (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  url TEXT NOT NULL,
  site TEXT NOT NULL,
  title TEXT,
  summary TEXT,
  kind TEXT NOT NULL DEFAULT 'article',
  access TEXT,
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
  agency TEXT,
  authority TEXT NOT NULL,
  merged_into INTEGER REFERENCES story(id)
);
CREATE INDEX story_newest ON story (sort_at DESC, id DESC) WHERE merged_into IS NULL;
CREATE INDEX story_merged ON story (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX story_cluster ON story (cluster) WHERE cluster IS NOT NULL;

-- Two stories that are copies of each other: the later arrival, and an earlier one.
CREATE TABLE link (
  story_id INTEGER NOT NULL REFERENCES story(id),
  other_id INTEGER NOT NULL REFERENCES story(id),
  kind TEXT NOT NULL CHECK (kind IN ('url', 'exact', 'copy', 'excerpt', 'headline')),
  score REAL NOT NULL,
  reason TEXT NOT NULL,
  found_at TEXT NOT NULL,
  PRIMARY KEY (story_id, other_id)
) WITHOUT ROWID;
CREATE INDEX link_other ON link (other_id);

-- What a person decided of two stories: always or never in one cluster. One decision may be of several pairs.
CREATE TABLE cluster_decision (
  id INTEGER PRIMARY KEY,
  number INTEGER NOT NULL,
  story_id INTEGER NOT NULL REFERENCES story(id),
  other_id INTEGER NOT NULL REFERENCES story(id),
  decided TEXT NOT NULL CHECK (decided IN ('together', 'apart')),
  decided_at TEXT NOT NULL
);
CREATE INDEX cluster_decision_number ON cluster_decision (number);
CREATE INDEX cluster_decision_story ON cluster_decision (story_id);
CREATE INDEX cluster_decision_other ON cluster_decision (other_id);

-- A sample of the text of the stories of the last days: copies share keys.
CREATE TABLE copy_key (
  key INTEGER NOT NULL,
  story_id INTEGER NOT NULL,
  PRIMARY KEY (key, story_id)
) WITHOUT ROWID;

-- The long parts of a story.
CREATE TABLE story_body (
  story_id INTEGER PRIMARY KEY REFERENCES story(id),
  categories TEXT NOT NULL DEFAULT '[]',
  evidence BLOB,
  cut_start TEXT,
  cut_end TEXT,
  html BLOB,
  text TEXT
);

-- A key under which a story is known.
CREATE TABLE address (
  key TEXT PRIMARY KEY,
  story_id INTEGER NOT NULL REFERENCES story(id),
  url TEXT NOT NULL,
  found_in TEXT NOT NULL,
  added_at TEXT NOT NULL,
  disambiguation TEXT
) WITHOUT ROWID;
CREATE INDEX address_story ON address (story_id);
CREATE INDEX address_ambiguous ON address (url) WHERE disambiguation IS NOT NULL;

-- An entry of a feed or a link of a site: it carried a story, waits for its page, or was refused, also because its
-- story was purged.
CREATE TABLE entry (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  source_id INTEGER NOT NULL REFERENCES source(id),
  story_id INTEGER REFERENCES story(id),
  entry_key TEXT NOT NULL,
  first_seen_at TEXT NOT NULL,
  gone_at TEXT,
  verdict TEXT NOT NULL,
  reason TEXT,
  refused_key TEXT,
  refused_url TEXT,
  tombstone_id INTEGER REFERENCES tombstone(id),
  purged_title TEXT,
  purged_published TEXT,
  purged_digest TEXT,
  page_id INTEGER REFERENCES page(id)
);
-- With story_id: the stories of a source are counted from this index alone.
CREATE INDEX entry_by_key ON entry (source_id, entry_key, story_id);
CREATE INDEX entry_live ON entry (source_id) WHERE gone_at IS NULL;
CREATE INDEX entry_new ON entry (source_id) WHERE verdict = 'new';
CREATE INDEX entry_story ON entry (story_id, source_id);
CREATE INDEX entry_refused ON entry (refused_key) WHERE refused_key IS NOT NULL;
CREATE INDEX entry_refused_gone ON entry (gone_at)
  WHERE story_id IS NULL AND tombstone_id IS NULL AND gone_at IS NOT NULL;
CREATE INDEX entry_link ON entry (source_id, id) WHERE page_id IS NOT NULL AND story_id IS NULL;
CREATE INDEX entry_page ON entry (page_id, source_id) WHERE page_id IS NOT NULL;
CREATE INDEX entry_tombstone ON entry (tombstone_id, source_id) WHERE tombstone_id IS NOT NULL;

-- What an entry, or the page (entry 0), published of a story last.
CREATE TABLE snapshot (
  story_id INTEGER NOT NULL REFERENCES story(id),
  entry_id INTEGER NOT NULL DEFAULT 0,
  digest TEXT NOT NULL,
  reader_version INTEGER NOT NULL,
  published_values BLOB NOT NULL,
  taken_at TEXT NOT NULL,
  rights_id INTEGER REFERENCES rights(id),
  PRIMARY KEY (story_id, entry_id)
);
CREATE INDEX snapshot_rights ON snapshot (rights_id, story_id) WHERE rights_id IS NOT NULL;

-- What publishers state about the use of their stories, each combination once.
CREATE TABLE rights (
  id INTEGER PRIMARY KEY,
  terms TEXT NOT NULL,
  stated TEXT NOT NULL,
  UNIQUE (terms, stated)
);

-- An origin of a story, an entry or the page (entry 0), states other rights than before.
CREATE TABLE rights_change (
  id INTEGER PRIMARY KEY,
  story_id INTEGER NOT NULL REFERENCES story(id),
  entry_id INTEGER NOT NULL,
  found_at TEXT NOT NULL,
  old_rights_id INTEGER REFERENCES rights(id),
  new_rights_id INTEGER REFERENCES rights(id)
);
CREATE INDEX rights_change_story ON rights_change (story_id);
CREATE INDEX rights_change_old ON rights_change (old_rights_id) WHERE old_rights_id IS NOT NULL;
CREATE INDEX rights_change_new ON rights_change (new_rights_id) WHERE new_rights_id IS NOT NULL;

-- Fields of a story that its publisher changed.
CREATE TABLE revision (
  id INTEGER PRIMARY KEY,
  story_id INTEGER NOT NULL REFERENCES story(id),
  entry_id INTEGER,
  page_url TEXT,
  found_at TEXT NOT NULL,
  fields TEXT NOT NULL
);
CREATE INDEX revision_story ON revision (story_id);

-- What a publisher says that it corrected.
CREATE TABLE correction (
  id INTEGER PRIMARY KEY,
  story_id INTEGER NOT NULL REFERENCES story(id),
  entry_id INTEGER,
  page_url TEXT,
  found_at TEXT NOT NULL,
  origin TEXT NOT NULL,
  text TEXT NOT NULL
);
CREATE INDEX correction_story ON correction (story_id);

-- A person or an organisation.
CREATE TABLE author (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  UNIQUE (name, kind)
);

-- The byline of a story.
CREATE TABLE story_author (
  story_id INTEGER NOT NULL REFERENCES story(id),
  position INTEGER NOT NULL,
  author_id INTEGER NOT NULL REFERENCES author(id),
  role TEXT NOT NULL DEFAULT 'writer',
  PRIMARY KEY (story_id, position)
) WITHOUT ROWID;
CREATE INDEX story_author_author ON story_author (author_id);

-- An article page that is due, or was read.
CREATE TABLE page (
  id INTEGER PRIMARY KEY,
  url TEXT NOT NULL UNIQUE,
  host TEXT NOT NULL,
  story_id INTEGER REFERENCES story(id),
  due_at TEXT,
  why TEXT NOT NULL,
  link_text TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  etag TEXT,
  last_modified TEXT,
  body_digest TEXT,
  reader_version INTEGER,
  canonical_key TEXT,
  canonical_url TEXT,
  outcome TEXT,
  outcome_category TEXT,
  outcome_message TEXT,
  outcome_at TEXT
);
CREATE INDEX page_due ON page (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX page_host ON page (host, why = 'backlog', due_at) WHERE due_at IS NOT NULL;
CREATE INDEX page_story ON page (story_id);
CREATE INDEX page_disallowed ON page (story_id) WHERE outcome = 'robots';
CREATE INDEX page_canonical ON page (canonical_key, host) WHERE canonical_key IS NOT NULL;

-- A sentence at the beginning or end of several stories of a site.
CREATE TABLE boilerplate (
  site TEXT NOT NULL,
  digest INTEGER NOT NULL,
  stories INTEGER NOT NULL,
  first_story_id INTEGER NOT NULL,
  last_story_id INTEGER NOT NULL,
  last_seen_day TEXT NOT NULL,
  PRIMARY KEY (site, digest)
) WITHOUT ROWID;
CREATE INDEX boilerplate_known ON boilerplate (site, last_seen_day) WHERE stories >= 3;

-- A story that was purged: with its addresses and entries it tells these from new ones, as long as a feed may carry
-- them.
CREATE TABLE tombstone (
  id INTEGER PRIMARY KEY,
  purged_at TEXT NOT NULL,
  why TEXT NOT NULL CHECK (why IN ('age', 'command', 'size')),
  url TEXT NOT NULL,
  site TEXT NOT NULL
);

-- A key under which a purged story was known.
CREATE TABLE tombstone_address (
  key TEXT PRIMARY KEY,
  tombstone_id INTEGER NOT NULL REFERENCES tombstone(id),
  url TEXT NOT NULL,
  disambiguation TEXT
) WITHOUT ROWID;
CREATE INDEX tombstone_address_tombstone ON tombstone_address (tombstone_id);
"""

SOURCES_DUE = """due_at = (SELECT min(next_visit_at) FROM source WHERE source.host = host.host
    AND state = 'active' AND coalesce(outcome = 'timeout', 0) = 0),
  timed_out_due_at = (SELECT min(next_visit_at) FROM source WHERE source.host = host.host
    AND state = 'active' AND coalesce(outcome = 'timeout', 0) = 1),
  first_visit_due_at = (SELECT min(next_visit_at) FROM source WHERE source.host = host.host
    AND last_visit_at IS NULL AND state = 'active' AND next_visit_why = 'first visit, spread')"""
PAGES_DUE = """page_due_at = max(coalesce(pages_held_until, ''), (SELECT min(due_at) FROM page
    WHERE page.host = host.host AND (why = 'backlog') = 0 AND due_at IS NOT NULL)),
  backlog_due_at = max(coalesce(pages_held_until, ''), (SELECT min(due_at) FROM page
    WHERE page.host = host.host AND (why = 'backlog') = 1 AND due_at IS NOT NULL))"""

# The columns of a host that say what is due first follow each change of its sources and pages, whoever makes it.
_DUE = f"""
CREATE TRIGGER source_added AFTER INSERT ON source BEGIN
  UPDATE host SET {SOURCES_DUE} WHERE host = new.host; END;
CREATE TRIGGER source_planned AFTER UPDATE OF host, state, outcome, last_visit_at, next_visit_at, next_visit_why
  ON source BEGIN
  UPDATE host SET {SOURCES_DUE} WHERE host = new.host; END;
CREATE TRIGGER source_deleted AFTER DELETE ON source BEGIN
  UPDATE host SET {SOURCES_DUE} WHERE host = old.host; END;
CREATE TRIGGER source_moved AFTER UPDATE OF host ON source BEGIN
  UPDATE host SET {SOURCES_DUE} WHERE host = old.host; END;
CREATE TRIGGER page_added AFTER INSERT ON page WHEN new.due_at IS NOT NULL BEGIN
  UPDATE host SET {PAGES_DUE} WHERE host = new.host; END;
CREATE TRIGGER page_planned AFTER UPDATE OF why, due_at ON page
  WHEN new.due_at IS NOT NULL OR old.due_at IS NOT NULL BEGIN
  UPDATE host SET {PAGES_DUE} WHERE host = new.host; END;
CREATE TRIGGER pages_held AFTER UPDATE OF pages_held_until ON host BEGIN
  UPDATE host SET {PAGES_DUE} WHERE host = new.host; END;
CREATE TRIGGER page_deleted AFTER DELETE ON page WHEN old.due_at IS NOT NULL BEGIN
  UPDATE host SET {PAGES_DUE} WHERE host = old.host; END;
"""

_VISITS = """
-- One process that made visits. Totals are in the view `runs`.
CREATE TABLE run (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  owner TEXT NOT NULL,
  requested_at TEXT NOT NULL,
  ended_at TEXT,
  ended_by TEXT,
  visits_rolled_up INTEGER NOT NULL DEFAULT 0
);

-- A visit to a source or a page.
CREATE TABLE visit (
  id INTEGER PRIMARY KEY,
  run_id INTEGER REFERENCES run(id),
  source_id INTEGER REFERENCES source(id),
  page_id INTEGER REFERENCES page(id),
  part INTEGER NOT NULL DEFAULT 1,
  started_at TEXT NOT NULL,
  ended_at TEXT NOT NULL,
  outcome TEXT NOT NULL,
  outcome_category TEXT NOT NULL,
  outcome_message TEXT NOT NULL,
  outcome_status INTEGER,
  wire_bytes INTEGER NOT NULL DEFAULT 0,
  parser TEXT,
  repairs TEXT,
  listed INTEGER NOT NULL DEFAULT 0,
  waiting INTEGER NOT NULL DEFAULT 0,
  seen INTEGER NOT NULL DEFAULT 0,
  new INTEGER NOT NULL DEFAULT 0,
  changed INTEGER NOT NULL DEFAULT 0,
  same INTEGER NOT NULL DEFAULT 0,
  duplicate INTEGER NOT NULL DEFAULT 0,
  refused INTEGER NOT NULL DEFAULT 0,
  left_out INTEGER NOT NULL DEFAULT 0,
  traceback TEXT,
  CHECK (seen = new + changed + same + duplicate + refused),
  CHECK (page_id IS NOT NULL OR listed = seen + waiting),
  CHECK ((source_id IS NULL) <> (page_id IS NULL))
);
CREATE INDEX visit_source ON visit (source_id, started_at) WHERE source_id IS NOT NULL;
CREATE INDEX visit_page ON visit (page_id) WHERE page_id IS NOT NULL;
CREATE INDEX visit_run ON visit (run_id);
CREATE INDEX visit_ended ON visit (ended_at);

-- Old visits as daily counts.
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
"""

_ALARMS = """
-- An alarm opened or was resolved.
CREATE TABLE event (
  id INTEGER PRIMARY KEY,
  created_at TEXT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'resolved')),
  source_id INTEGER REFERENCES source(id),
  host TEXT,
  topic TEXT,
  message TEXT NOT NULL,
  detail TEXT NOT NULL DEFAULT '{}',
  ended_at TEXT
);
-- A source, a host, a topic or the whole store has at most one open alarm of a kind.
CREATE UNIQUE INDEX event_open ON event (kind, coalesce(source_id, 0), coalesce(host, ''), coalesce(topic, ''))
  WHERE state = 'open' AND ended_at IS NULL;
CREATE INDEX event_source ON event (source_id, kind) WHERE source_id IS NOT NULL;

-- An event to send to a target, or sent.
CREATE TABLE outbox (
  event_id INTEGER NOT NULL REFERENCES event(id),
  target TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  next_attempt_at TEXT,
  done_at TEXT,
  message TEXT,
  PRIMARY KEY (event_id, target)
) WITHOUT ROWID;
CREATE INDEX outbox_waiting ON outbox (next_attempt_at) WHERE done_at IS NULL;
"""

_MAINTENANCE = """
-- The version of the rules that made something in this file.
CREATE TABLE rule_version (
  name TEXT PRIMARY KEY,
  version TEXT NOT NULL,
  since TEXT NOT NULL
) WITHOUT ROWID;

-- A pass of `newsdesk reparse --apply`.
CREATE TABLE reparse (
  id INTEGER PRIMARY KEY,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  scope TEXT NOT NULL,
  reader_version INTEGER NOT NULL,
  last_story_id INTEGER NOT NULL DEFAULT 0,
  stories INTEGER NOT NULL DEFAULT 0,
  changed INTEGER NOT NULL DEFAULT 0
);

-- Fields of a story that a reparse changed.
CREATE TABLE reparse_change (
  id INTEGER PRIMARY KEY,
  reparse_id INTEGER NOT NULL REFERENCES reparse(id),
  story_id INTEGER NOT NULL REFERENCES story(id),
  changed_at TEXT NOT NULL,
  fields TEXT NOT NULL
);
CREATE INDEX reparse_change_story ON reparse_change (story_id);
"""

_SEARCH = """
-- The text that the search index covers.
CREATE VIEW story_search_text AS
  SELECT story.id AS id, story.title AS title, story.summary AS summary, story_body.text AS text
  FROM story JOIN story_body ON story_body.story_id = story.id;

-- Words of stories, folded by storage/search/folding.py, without a copy of the text. FTS5 names the column of a word
-- in two bytes, except for the first column: with the text there the index is a fifth smaller.
CREATE VIRTUAL TABLE story_fts USING fts5(text, title, summary, content='', tokenize='ascii');
INSERT INTO story_fts (story_fts, rank) VALUES ('automerge', 8);
"""

_VIEWS = """
-- The terms of the rights of stories.
CREATE VIEW story_terms AS
  SELECT snapshot.story_id, term.value AS term
  FROM snapshot JOIN rights ON rights.id = snapshot.rights_id JOIN json_each(rights.terms) AS term
  UNION ALL
  SELECT page.story_id, 'robots-disallowed' FROM page WHERE page.outcome = 'robots' AND page.story_id IS NOT NULL;

-- Stories, for people.
CREATE VIEW stories AS
  SELECT story.id, story.title, story.url, story.published, story.published_day, story.precision,
    story.first_seen_at, story.changed_at, story.kind, story.access, story.language, story.site,
    (SELECT group_concat(name, ', ') FROM
      (SELECT author.name AS name FROM story_author JOIN author ON author.id = story_author.author_id
       WHERE story_author.story_id = story.id ORDER BY story_author.position)) AS authors,
    (SELECT group_concat(name, ', ') FROM
      (SELECT DISTINCT coalesce(source.name, source.title, source.address) AS name
       FROM entry JOIN source ON source.id = entry.source_id WHERE entry.story_id = story.id)) AS sources,
    (SELECT group_concat(term, ', ') FROM
      (SELECT DISTINCT term FROM story_terms WHERE story_terms.story_id = story.id ORDER BY term)) AS rights,
    story.summary, story_body.text
  FROM story JOIN story_body ON story_body.story_id = story.id
  WHERE story.merged_into IS NULL;

-- What each origin of a story states about its use, for people.
CREATE VIEW story_rights AS
  SELECT snapshot.story_id, CASE snapshot.entry_id WHEN 0 THEN 'page' ELSE 'feed' END AS origin,
    coalesce(source.name, source.title, source.address) AS source, rights.terms, rights.stated,
    snapshot.taken_at AS seen_at
  FROM snapshot JOIN rights ON rights.id = snapshot.rights_id
  LEFT JOIN entry ON entry.id = snapshot.entry_id LEFT JOIN source ON source.id = entry.source_id
  UNION ALL
  SELECT page.story_id, 'page', NULL, '["robots-disallowed"]',
    '[["robots", "robots.txt", "disallow"]]', page.outcome_at
  FROM page WHERE page.outcome = 'robots' AND page.story_id IS NOT NULL;

-- Clusters of copies, for people.
CREATE VIEW clusters AS
  SELECT cluster AS id, count(*) AS stories, count(DISTINCT site) AS sites, max(agency) AS agency,
    (SELECT title FROM story AS earliest WHERE earliest.cluster = story.cluster
     ORDER BY sort_at, id LIMIT 1) AS title,
    min(sort_at) AS first_at, max(sort_at) AS last_at
  FROM story WHERE cluster IS NOT NULL
  GROUP BY cluster;

-- Sources, for people.
CREATE VIEW sources AS
  SELECT source.id, coalesce(source.name, source.title) AS name, source.kind, source.address, source.state,
    source.tags, source.outcome, source.outcome_message, source.outcome_at, source.next_visit_at, source.next_visit_why,
    source.last_ok_at, source.failures,
    (SELECT group_concat(kind, ', ') FROM
      (SELECT kind FROM event WHERE event.source_id = source.id AND event.state = 'open' AND ended_at IS NULL
       ORDER BY event.id)) AS alarms,
    (SELECT count(DISTINCT story_id) FROM entry WHERE entry.source_id = source.id) AS stories
  FROM source;

-- Runs with the totals of their visits, for people.
CREATE VIEW runs AS
  SELECT run.id, run.kind, run.requested_at, run.ended_at, run.ended_by,
    run.visits_rolled_up
      + count(DISTINCT CASE WHEN visit.part = 1 AND visit.source_id IS NOT NULL THEN visit.id END) AS visits,
    count(CASE WHEN visit.outcome_category <> 'ok' AND visit.source_id IS NOT NULL THEN 1 END) AS failed,
    count(visit.page_id) AS pages,
    count(CASE WHEN visit.outcome_category <> 'ok' AND visit.page_id IS NOT NULL THEN 1 END) AS pages_failed,
    coalesce(sum(visit.seen), 0) AS seen,
    coalesce(sum(visit.new), 0) AS new,
    coalesce(sum(visit.changed), 0) AS changed,
    coalesce(sum(visit.same), 0) AS same,
    coalesce(sum(visit.duplicate), 0) AS duplicate,
    coalesce(sum(visit.refused), 0) AS refused,
    coalesce(sum(visit.wire_bytes), 0) AS wire_bytes
  FROM run LEFT JOIN visit ON visit.run_id = run.id
  GROUP BY run.id;
"""
