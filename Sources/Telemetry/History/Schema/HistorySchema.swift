/// Schema of a history file. It can be queried with the command sqlite3:
///
///     SELECT time, slab_bytes FROM cache_history WHERE name = 'dentry';
///     SELECT name, slab_bytes FROM cache_history WHERE moment = 17 ORDER BY slab_bytes DESC;
enum HistorySchema {
  /// Value of `PRAGMA application_id` of a history ("slab").
  static let applicationID = 0x736c_6162
  /// Version of the tables. Versions 2 to 4 added columns at the end of moments and cache_figures.
  static let version = 4
  /// Number of figures in moments and in cache_figures in each earlier version, from version 1.
  private static let earlierColumns: [(moment: Int, cache: Int)] = [(28, 29), (30, 35), (35, 37)]

  static let momentColumns: [String] = momentFigures.names
  static let cacheColumns: [String] = cacheFigures.names

  /// Returns the names of the figures in the table moments of a file of `version`.
  static func momentColumns(ofVersion version: Int) -> [String] {
    version < Self.version ? Array(momentColumns.prefix(earlierColumns[version - 1].moment)) : momentColumns
  }

  /// Returns the names of the figures in the table cache_figures of a file of `version`.
  static func cacheColumns(ofVersion version: Int) -> [String] {
    version < Self.version ? Array(cacheColumns.prefix(earlierColumns[version - 1].cache)) : cacheColumns
  }

  /// Returns the SQL that upgrades a file of an earlier version.
  static func upgrade(fromVersion version: Int) -> String {
    let earlier = earlierColumns[version - 1]
    let additions =
      momentFigures.declarations.dropFirst(earlier.moment).map { "ALTER TABLE moments ADD COLUMN \($0);" }
      + cacheFigures.declarations.dropFirst(earlier.cache).map { "ALTER TABLE cache_figures ADD COLUMN \($0);" }
    return additions.joined(separator: "\n")
      + "\nDROP VIEW IF EXISTS cache_history;\n\(view)\nPRAGMA user_version = \(Self.version);"
  }

  private static let momentFigures: FigureColumns = {
    var columns = FigureColumns()
    var snapshot = Snapshot()
    snapshot.visitFigures(&columns)
    return columns
  }()

  private static let cacheFigures: FigureColumns = {
    var columns = FigureColumns()
    var cache = CacheSnapshot(name: "")
    cache.visitFigures(&columns)
    return columns
  }()

  /// SQL that creates the tables in an empty file.
  static let creation = """
    PRAGMA application_id = \(applicationID);
    PRAGMA user_version = \(version);

    -- One row for each start of a recorder. Ids do not change when older runs are deleted.
    CREATE TABLE runs (
      id INTEGER PRIMARY KEY,
      started_at REAL NOT NULL -- time of the first snapshot, seconds since 1970 UTC
    );

    -- One row for each snapshot: the figures of the whole machine.
    CREATE TABLE moments (
      id INTEGER PRIMARY KEY,
      run INTEGER NOT NULL REFERENCES runs (id),
      taken_at REAL NOT NULL, -- seconds since 1970 UTC
      \(momentFigures.declarations.joined(separator: ",\n  "))
    );

    -- Caches of the same name in the same snapshot are distinguished by their occurrence, from 0.
    CREATE TABLE caches (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL,
      occurrence INTEGER NOT NULL,
      UNIQUE (name, occurrence)
    );

    -- One row for each change of a cache's figures: it applies until the next row of the cache. Figures that the source does
    -- not know are NULL. Counts by page order are JSON arrays, NULL if all are 0, and the text null if not known. slab_holder
    -- is NULL if the cache has its own slabs.
    CREATE TABLE cache_figures (
      cache INTEGER NOT NULL REFERENCES caches (id),
      moment INTEGER NOT NULL REFERENCES moments (id),
      is_gone INTEGER NOT NULL, -- 1: the cache does not exist from this snapshot on, and the other columns are NULL
      place INTEGER, -- sort key of the caches of a snapshot
      \(cacheFigures.declarations.joined(separator: ",\n  ")),
      PRIMARY KEY (cache, moment)
    ) WITHOUT ROWID;

    \(view)
    """

  private static let view = """
    -- One row for each cache of each snapshot.
    CREATE VIEW cache_history AS
    SELECT
      moments.id AS moment, run, datetime(taken_at, 'unixepoch') AS time, taken_at, name, occurrence,
      \(cacheFigures.names.map { "f.\($0)" }.joined(separator: ", "))
    FROM moments
    CROSS JOIN caches
    JOIN cache_figures AS f ON f.cache = caches.id AND f.moment = (
      SELECT max(moment) FROM cache_figures WHERE cache = caches.id AND moment <= moments.id)
    WHERE NOT is_gone;
    """
}
