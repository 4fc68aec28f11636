/// The tables of a history file, which people may read with the command sqlite3 as well:
///
///     SELECT time, slab_bytes FROM cache_history WHERE name = 'dentry';
///     SELECT name, slab_bytes FROM cache_history WHERE moment = 17 ORDER BY slab_bytes DESC;
enum HistorySchema {
  /// Tells a history from other SQLite files ("slab").
  static let applicationID = 0x736c_6162
  /// Grows with every change of the tables. Version 2 added columns at the end of moments and cache_figures.
  static let version = 2
  /// The figures of moments and of cache_figures that version 1 had.
  private static let (momentColumnsOfVersion1, cacheColumnsOfVersion1) = (28, 29)

  static let momentColumns: [String] = momentFigures.names
  static let cacheColumns: [String] = cacheFigures.names

  /// The figures of moments that a file of a version has.
  static func momentColumns(ofVersion version: Int) -> [String] {
    version == 1 ? Array(momentColumns.prefix(momentColumnsOfVersion1)) : momentColumns
  }

  /// The figures of cache_figures that a file of a version has.
  static func cacheColumns(ofVersion version: Int) -> [String] {
    version == 1 ? Array(cacheColumns.prefix(cacheColumnsOfVersion1)) : cacheColumns
  }

  /// Makes a file of version 1 one of today's.
  static let upgrade =
    momentFigures.declarations.dropFirst(momentColumnsOfVersion1)
    .map { "ALTER TABLE moments ADD COLUMN \($0);\n" }.joined()
    + cacheFigures.declarations.dropFirst(cacheColumnsOfVersion1)
    .map { "ALTER TABLE cache_figures ADD COLUMN \($0);\n" }.joined()
    + "DROP VIEW IF EXISTS cache_history;\n\(view)\nPRAGMA user_version = \(version);"

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
