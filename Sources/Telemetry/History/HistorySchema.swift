/// The tables of a history file, which people may read with the command sqlite3 as well:
///
///     SELECT time, slab_bytes FROM cache_history WHERE name = 'dentry';
///     SELECT name, slab_bytes FROM cache_history WHERE moment = 17 ORDER BY slab_bytes DESC;
enum HistorySchema {
  /// Tells a history from other SQLite files ("slab").
  static let applicationID = 0x736c_6162
  /// Grows with every change of the tables. Versions 2 and 3 added columns at the end of moments and cache_figures.
  static let version = 3
  /// The figures of moments and of cache_figures that each earlier version had, from version 1.
  private static let earlierColumns: [(moment: Int, cache: Int)] = [(28, 29), (30, 35)]

  static let momentColumns: [String] = momentFigures.names
  static let cacheColumns: [String] = cacheFigures.names

  /// The figures of moments that a file of a version has.
  static func momentColumns(ofVersion version: Int) -> [String] {
    version < Self.version ? Array(momentColumns.prefix(earlierColumns[version - 1].moment)) : momentColumns
  }

  /// The figures of cache_figures that a file of a version has.
  static func cacheColumns(ofVersion version: Int) -> [String] {
    version < Self.version ? Array(cacheColumns.prefix(earlierColumns[version - 1].cache)) : cacheColumns
  }

  /// Makes a file of an earlier version one of today's.
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

  /// Makes the tables of a new file.
  static let creation = """
    PRAGMA application_id = \(applicationID);
    PRAGMA user_version = \(version);

    -- One for each time that a recorder was started; its number stays, whatever is deleted.
    CREATE TABLE runs (
      id INTEGER PRIMARY KEY,
      started_at REAL NOT NULL -- of its first moment, seconds since 1970 UTC
    );

    -- The figures of the whole machine.
    CREATE TABLE moments (
      id INTEGER PRIMARY KEY,
      run INTEGER NOT NULL REFERENCES runs (id),
      taken_at REAL NOT NULL, -- seconds since 1970 UTC
      \(momentFigures.declarations.joined(separator: ",\n  "))
    );

    -- Caches of the same name at the same moment are told apart by their occurrence, from 0.
    CREATE TABLE caches (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL,
      occurrence INTEGER NOT NULL,
      UNIQUE (name, occurrence)
    );

    -- A row where any of a cache's figures changed: it is in force until the cache's next row. Counts by order are JSON,
    -- NULL where all are 0; slab_holder is NULL of a cache that holds its slabs itself.
    CREATE TABLE cache_figures (
      cache INTEGER NOT NULL REFERENCES caches (id),
      moment INTEGER NOT NULL REFERENCES moments (id),
      is_gone INTEGER NOT NULL, -- 1: the cache is not there any more, and the rest is NULL
      place INTEGER, -- caches come in its ascending order
      \(cacheFigures.declarations.joined(separator: ",\n  ")),
      PRIMARY KEY (cache, moment)
    ) WITHOUT ROWID;

    \(view)
    """

  private static let view = """
    -- Every cache at every moment, by the figures in force.
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
