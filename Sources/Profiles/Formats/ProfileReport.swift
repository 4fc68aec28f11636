/// Rows of a profile as a JSON object.
package struct ProfileReport: Encodable {
  private let profile: AllocationProfile
  private let grouping: ProfileGrouping
  private let rows: [ProfileRow]

  /// Creates a report of rows of a profile, which have been grouped, filtered and sorted.
  package init(_ profile: AllocationProfile, _ rows: [ProfileRow], by grouping: ProfileGrouping) {
    (self.profile, self.rows, self.grouping) = (profile, rows, grouping)
  }

  private enum CodingKeys: String, CodingKey {
    case by, seconds, events, sources, contexts
    case allocObjectsByCPU = "alloc_objects_by_cpu"
    case freesByCPU = "frees_by_cpu"
    case failedAllocations = "failed_allocations"
    case unmatchedFrees = "unmatched_frees"
    case peaksAreUpperBounds = "peaks_are_upper_bounds"
  }

  /// Encodes the rows under the key `contexts`. Figures that are not known are absent.
  package func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: CodingKeys.self)
    try object.encode(grouping.rawValue, forKey: .by)
    if profile.hasClock { try object.encode(profile.seconds, forKey: .seconds) }
    try object.encode(profile.events, forKey: .events)
    try object.encode(profile.sources, forKey: .sources)
    try object.encode(rows.map { ProfileRecord($0, of: profile) }, forKey: .contexts)
    try object.encode(profile.allocObjectsByCPU, forKey: .allocObjectsByCPU)
    try object.encode(profile.freesByCPU, forKey: .freesByCPU)
    try object.encode(profile.failedAllocations, forKey: .failedAllocations)
    try object.encode(profile.unmatchedFrees, forKey: .unmatchedFrees)
    // The peak of a group of contexts is the sum of their peaks.
    try object.encode(
      profile.peaksAreUpperBounds || rows.contains { $0.contexts.count > 1 }, forKey: .peaksAreUpperBounds)
  }
}
