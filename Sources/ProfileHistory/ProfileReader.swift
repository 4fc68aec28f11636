import Profiles
package import Telemetry

/// Reader of the profiles in a history file.
///
///     let reader = try ProfileReader(file)
///     let now = try reader.profile(atOrBefore: index)       // cumulative: who has allocated what until this snapshot
///     let mark = try reader.profile(atOrBefore: markIndex)
///     let growth = mark.map { now?.subtracting($0) }         // what was allocated, freed and grew since the mark
///
/// Not thread-safe.
package final class ProfileReader {
  private let file: HistoryFile
  private let latest: SQLiteStatement
  private let profiles: SQLiteStatement
  private let figures: SQLiteStatement

  /// Creates a reader for an open history.
  /// - Returns: nil if no profile was recorded in the history.
  /// - Throws: `HistoryError`.
  package init?(_ file: HistoryFile) throws(HistoryError) {
    let connection = file.connection
    let tables = "SELECT count(*) FROM sqlite_schema WHERE name IN ('contexts', 'profiles', 'profile_figures')"
    guard try connection.integer(tables) == 3 else { return nil }
    self.file = file
    latest = try SQLiteStatement(connection, "SELECT max(moment) FROM profiles WHERE moment BETWEEN ? AND ?")
    profiles = try SQLiteStatement(
      connection,
      """
      SELECT source, began_at, events, microseconds, lost_events, has_clock, failed_allocations, unmatched_frees,
        alloc_objects_by_cpu, frees_by_cpu FROM profiles WHERE moment = ?
      """)
    figures = try SQLiteStatement(
      connection,
      """
      SELECT site, stack, cache, is_general, contexts.requested_bytes, allocated_bytes, used_bytes,
        \(ProfileSchema.counts.map { "f.\($0.column)" }.joined(separator: ", ")), peak_live_objects, lifetimes, ages
      FROM profile_figures AS f JOIN contexts ON contexts.id = f.context WHERE moment = ?
      """)
  }

  /// Reads the latest profile that was recorded with a snapshot or before it.
  /// - Parameter index: Index of the snapshot.
  /// - Returns: The profile; nil if none was recorded before the snapshot in the same run.
  /// - Throws: `HistoryError`.
  package func profile(atOrBefore index: Int) throws(HistoryError) -> RecordedProfile? {
    let snapshot = file.recordedSnapshots[index]
    // Profiles are cumulative, so that one of an earlier run says nothing about this snapshot.
    let first = file.recordedSnapshots[...index].lastIndex { $0.run != snapshot.run }.map { $0 + 1 } ?? 0
    guard let moment = try moment(from: first, through: index) else { return nil }
    guard let found = file.recordedSnapshots[...index].lastIndex(where: { $0.id == moment }) else { return nil }
    return try read(at: found)
  }

  /// Reads profiles of a range of snapshots, in the order of recording: the last one of each of `count` equal parts of the range.
  /// - Parameters:
  ///   - range: Indices of snapshots.
  ///   - count: Largest number of profiles.
  /// - Throws: `HistoryError`.
  package func profiles(in range: Range<Int>, atMost count: Int) throws(HistoryError) -> [RecordedProfile] {
    guard !range.isEmpty, count > 0 else { return [] }
    var indices: [Int] = []
    let width = max(1, (range.count + count - 1) / count)
    for start in stride(from: range.lowerBound, to: range.upperBound, by: width) {
      let last = min(start + width, range.upperBound) - 1
      guard let moment = try moment(from: start, through: last) else { continue }
      if let index = file.recordedSnapshots[start...last].lastIndex(where: { $0.id == moment }) {
        indices.append(index)
      }
    }
    var profiles: [RecordedProfile] = []
    for index in indices {
      if let profile = try read(at: index) { profiles.append(profile) }
    }
    return profiles
  }

  /// Returns the id of the latest snapshot with a profile in a range of indices; nil if there is none.
  private func moment(from first: Int, through last: Int) throws(HistoryError) -> Int? {
    latest.bind(1, file.recordedSnapshots[first].id)
    latest.bind(2, file.recordedSnapshots[last].id)
    defer { latest.reset() }
    return try latest.step() && !latest.isNull(0) ? latest.integer(0) : nil
  }

  // MARK: Rows

  /// Reads the profile of a snapshot; nil if the recorder has deleted it.
  private func read(at index: Int) throws(HistoryError) -> RecordedProfile? {
    let snapshot = file.recordedSnapshots[index]
    profiles.bind(1, snapshot.id)
    defer { profiles.reset() }
    guard try profiles.step() else { return nil }
    guard let source = source, let byCPU = ProfileSchema.numbers(profiles.text(8)), let matrix,
      let failed = number(profiles, 6), let unmatched = number(profiles, 7)
    else { throw damaged("profiles", snapshot.id) }
    var profile = AllocationProfile(
      source: source, figures: try contexts(of: snapshot.id), allocObjectsByCPU: byCPU, freesByCPU: matrix,
      failedAllocations: failed, unmatchedFrees: unmatched)
    profile.hasClock = profiles.integer(5) != 0
    return RecordedProfile(index: index, time: snapshot.time, run: snapshot.run, profile: profile)
  }

  /// The source in the current row of `profiles`; nil if it is damaged.
  private var source: ProfileSource? {
    guard let events = number(profiles, 2), let microseconds = number(profiles, 3) else { return nil }
    return ProfileSource(
      name: profiles.text(0), beganAt: profiles.isNull(1) ? nil : profiles.double(1), events: events,
      microseconds: microseconds, lostEvents: profiles.isNull(4) ? nil : number(profiles, 4))
  }

  /// The matrix of CPUs in the current row of `profiles`; nil if it is damaged.
  private var matrix: [[Int]]? {
    let lines = profiles.text(9).split(separator: "\n")
    guard lines.count <= ProfileSchema.cpuLimit else { return nil }
    let rows = lines.compactMap { ProfileSchema.numbers($0) }
    return rows.count == lines.count && rows.allSatisfy { $0.count == rows.count } ? rows : nil
  }

  private func contexts(of moment: Int) throws(HistoryError) -> [(AllocationContext, AllocationFigures)] {
    figures.bind(1, moment)
    defer { figures.reset() }
    var contexts: [(AllocationContext, AllocationFigures)] = []
    while try figures.step() {
      guard let context, let counts else { throw damaged("profile_figures", moment) }
      contexts.append((context, counts))
    }
    return contexts
  }

  /// The context in the current row of `figures`; nil if it is damaged.
  private var context: AllocationContext? {
    guard let requested = number(figures, 4), let allocated = number(figures, 5) else { return nil }
    let stack = figures.text(1)
    return AllocationContext(
      site: figures.text(0), stack: stack.isEmpty ? [] : stack.split(separator: "\n").map(String.init),
      cache: figures.text(2),
      isGeneral: figures.integer(3) != 0, requestedBytes: requested, allocatedBytes: allocated,
      usedBytes: figures.isNull(6) ? nil : number(figures, 6))
  }

  /// The figures in the current row of `figures`; nil if they are damaged.
  private var counts: AllocationFigures? {
    var counts = AllocationFigures()
    var column: Int32 = 7
    for count in ProfileSchema.counts {
      guard let value = number(figures, column) else { return nil }
      counts[keyPath: count.figure] = value
      column += 1
    }
    counts.peakLiveObjects = figures.isNull(column) ? nil : number(figures, column)
    guard let lifetimes = ProfileSchema.histogram(figures.text(column + 1)),
      let ages = ProfileSchema.histogram(figures.text(column + 2))
    else { return nil }
    (counts.lifetimes, counts.ages) = (lifetimes, ages)
    return counts
  }

  /// Returns a number of the current row; nil if it is out of range.
  private func number(_ statement: SQLiteStatement, _ column: Int32) -> Int? {
    let value = statement.integer(column)
    return (-ProfileSchema.limit...ProfileSchema.limit).contains(value) ? value : nil
  }

  private func damaged(_ table: String, _ moment: Int) -> HistoryError {
    HistoryError(
      file.connection.path, "is damaged: table \(table) has a value out of range at moment \(moment); record it again")
  }
}
