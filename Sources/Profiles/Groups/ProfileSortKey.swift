/// Figure by which the rows of a profile are sorted, in descending order.
package enum ProfileSortKey: String, Sendable, CaseIterable {
  /// Number of allocated objects.
  case allocObjects = "alloc_objects"
  /// Allocated bytes of all objects.
  case allocBytes = "alloc_bytes"
  /// Allocated bytes of the live objects.
  case liveBytes = "live_bytes"
  /// Growth of the live bytes from the first moment to the end.
  case growth
  /// Median lifetime.
  case lifetime
}

extension AllocationProfile {
  /// Returns the growth of the live bytes of a row from the first moment to the end of the profile; nil if the profile has no moments or
  /// several sources, whose moments have no common beginning.
  package func growthBytes(_ row: ProfileRow) -> Int? {
    guard sources.count == 1, row.cpu == nil,
      let first = moments.min(by: { ($0.microseconds, $0.events) < ($1.microseconds, $1.events) })
    else { return nil }
    return row.figures.liveBytes
      - row.contexts.reduce(0) { $0 + Int(first.liveObjects[$1]) * contexts[$1].allocatedBytes }
  }

  /// Returns a figure of a row; nil if it is not known.
  package func value(of key: ProfileSortKey, _ row: ProfileRow) -> Int? {
    if row.cpu != nil, key != .allocObjects { return nil }
    return switch key {
    case .allocObjects: row.figures.allocObjects
    case .allocBytes: row.figures.allocBytes
    case .liveBytes: row.figures.liveBytes
    case .growth: growthBytes(row)
    case .lifetime: row.figures.lifetimes.medianMicroseconds
    }
  }

  /// Returns the rows in descending order of a figure. Rows of which it is not known come last; equal rows keep their order.
  package func sorted(_ rows: [ProfileRow], by key: ProfileSortKey) -> [ProfileRow] {
    let values = rows.map { value(of: key, $0) ?? .min }
    return rows.indices.sorted { (values[$0], $1) > (values[$1], $0) }.map { rows[$0] }
  }
}
