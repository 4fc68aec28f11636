package import Profiles
package import Telemetry

/// Recorder of snapshots with the profiles of their source, in a history file. ``ProfileReader`` reads the profiles.
///
/// Not thread-safe.
package final class ProfileRecorder {
  /// Number of contexts of a profile that are recorded one by one; the others are summed up. The contexts that matter for
  /// memory fit in; a row for each of thousands of contexts would make the file grow by gigabytes a day.
  package static let contextCount = 200

  private let recorder: HistoryRecorder
  private var statements: Statements?
  /// Ids of contexts in the table `contexts`.
  private var ids: [AllocationContext: Int] = [:]

  /// Prepared statements, which need the tables.
  private struct Statements {
    let search: SQLiteStatement
    let context: SQLiteStatement
    let profile: SQLiteStatement
    let figures: SQLiteStatement
  }

  /// Creates a recorder of profiles in the file of a recorder of snapshots. The tables are created with the first profile.
  package init(_ recorder: HistoryRecorder) { self.recorder = recorder }

  /// Appends a snapshot, and the profile that the source has at that time, in one transaction. After an error the file is
  /// unchanged and the recorder stays usable.
  /// - Parameters:
  ///   - snapshot: Snapshot to record.
  ///   - profile: Cumulative profile of the source, from its start to the snapshot; nil to record none. Of its contexts,
  ///     ``contextCount`` are recorded one by one (`AllocationProfile.largest(_:)`); its moments are not recorded, because the
  ///     profiles of a history are moments themselves.
  ///   - time: Time of the snapshot in seconds since 1970 UTC; must be finite.
  /// - Throws: `HistoryError`.
  package func append(_ snapshot: Snapshot, _ profile: AllocationProfile?, at time: Double) throws(HistoryError) {
    guard let profile, !profile.sources.isEmpty else { return try recorder.append(snapshot, at: time) }
    let known = ids
    do throws(HistoryError) {
      try recorder.append(snapshot, at: time) { moment throws(HistoryError) in
        try write(profile.largest(ProfileRecorder.contextCount), at: moment)
      }
    } catch {
      // The transaction was rolled back, and with it the new contexts and perhaps the tables.
      (ids, statements) = (known, nil)
      throw error
    }
  }

  private func write(_ profile: AllocationProfile, at moment: Int) throws(HistoryError) {
    let statements = try prepare()
    let source = profile.sources[0]
    let row = statements.profile
    row.bind(1, moment)
    row.bind(2, profile.sources.map(\.name).joined(separator: ", "))
    if let began = source.beganAt, began.isFinite { row.bind(3, began) } else { row.bindNull(3) }
    row.bind(4, ProfileSchema.clamped(profile.events))
    row.bind(5, ProfileSchema.clamped(profile.sources.reduce(0) { $0 + $1.microseconds }))
    if let lost = source.lostEvents { row.bind(6, ProfileSchema.clamped(lost)) } else { row.bindNull(6) }
    row.bind(7, profile.hasClock ? 1 : 0)
    row.bind(8, ProfileSchema.clamped(profile.failedAllocations))
    row.bind(9, ProfileSchema.clamped(profile.unmatchedFrees))
    row.bind(10, ProfileSchema.text(profile.allocObjectsByCPU))
    row.bind(11, profile.freesByCPU.map(ProfileSchema.text).joined(separator: "\n"))
    try row.run()
    for (context, figures) in zip(profile.contexts, profile.figures) {
      try write(figures, of: try id(of: context, statements), at: moment, statements.figures)
    }
  }

  private func write(
    _ figures: AllocationFigures, of context: Int, at moment: Int, _ row: SQLiteStatement
  ) throws(HistoryError) {
    row.bind(1, moment)
    row.bind(2, context)
    var parameter: Int32 = 3
    for count in ProfileSchema.counts {
      row.bind(parameter, ProfileSchema.clamped(figures[keyPath: count.figure]))
      parameter += 1
    }
    if let peak = figures.peakLiveObjects {
      row.bind(parameter, ProfileSchema.clamped(peak))
    } else {
      row.bindNull(parameter)
    }
    row.bind(parameter + 1, ProfileSchema.text(figures.lifetimes.buckets))
    row.bind(parameter + 2, ProfileSchema.text(figures.ages.buckets))
    try row.run()
  }

  /// Returns the id of a context, and adds it to the table `contexts` if it was never recorded.
  private func id(of context: AllocationContext, _ statements: Statements) throws(HistoryError) -> Int {
    if let id = ids[context] { return id }
    for statement in [statements.search, statements.context] {
      defer { statement.reset() }
      statement.bind(1, context.site)
      statement.bind(2, context.stack.joined(separator: "\n"))
      statement.bind(3, context.cache)
      statement.bind(4, context.isGeneral ? 1 : 0)
      statement.bind(5, ProfileSchema.clamped(context.requestedBytes))
      statement.bind(6, ProfileSchema.clamped(context.allocatedBytes))
      if let used = context.usedBytes { statement.bind(7, ProfileSchema.clamped(used)) } else { statement.bindNull(7) }
      if try statement.step() {
        let id = statement.integer(0)
        ids[context] = id
        return id
      }
    }
    throw HistoryError(recorder.connection.path, "a context could not be added; record to another file")
  }

  private func prepare() throws(HistoryError) -> Statements {
    if let statements { return statements }
    let connection = recorder.connection
    try connection.execute(ProfileSchema.creation)
    let columns = ProfileSchema.counts.map(\.column) + ["peak_live_objects", "lifetimes", "ages"]
    let prepared = Statements(
      search: try SQLiteStatement(
        connection,
        """
        SELECT id FROM contexts WHERE site = ? AND stack = ? AND cache = ? AND is_general = ? AND requested_bytes = ?
        AND allocated_bytes = ? AND used_bytes IS ?
        """),
      context: try SQLiteStatement(
        connection,
        """
        INSERT INTO contexts (site, stack, cache, is_general, requested_bytes, allocated_bytes, used_bytes)
        VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id
        """),
      profile: try SQLiteStatement(connection, "INSERT INTO profiles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      figures: try SQLiteStatement(
        connection,
        """
        INSERT INTO profile_figures (moment, context, \(columns.joined(separator: ", ")))
        VALUES (?, ?\(String(repeating: ", ?", count: columns.count)))
        """))
    statements = prepared
    return prepared
  }
}
