extension AllocationProfile {
  /// Creates the profile of counters that are read at intervals. Peaks are not known, because an object can live between two
  /// readings; the largest numbers of objects by size in the moments are those at the readings.
  /// - Parameters:
  ///   - source: Origin of the profile.
  ///   - names: Contexts by number; nil for numbers without a context. Equal contexts are added up.
  ///   - figures: Figures of the contexts, by number.
  ///   - read: Live objects at earlier readings, by number of the context.
  ///   - allocObjectsByCPU: Allocated objects by CPU.
  ///   - freesByCPU: Freed objects by allocating and freeing CPU.
  ///   - failedAllocations: Number of allocations that failed.
  ///   - unmatchedFrees: Number of frees of objects that were allocated before the profile began.
  /// - Returns: The profile, and for each number the index of its context in it; nil for numbers without a context.
  /// - Complexity: O(contexts x (moments + log(contexts))).
  package static func ofCounts(
    source: ProfileSource, names: [AllocationContext?], figures: [AllocationFigures], moments read: CounterMoments,
    allocObjectsByCPU: [Int], freesByCPU: [[Int]], failedAllocations: Int, unmatchedFrees: Int
  ) -> (profile: AllocationProfile, indices: [Int?]) {
    var profile = AllocationProfile()
    profile.sources = [source]
    profile.contexts = Set(names.lazy.compactMap(\.self)).sorted()
    let positions = Dictionary(uniqueKeysWithValues: zip(profile.contexts, 0...))
    let indices = names.map { name in name.flatMap { positions[$0] } }
    profile.figures = [AllocationFigures](repeating: AllocationFigures(), count: profile.contexts.count)
    for (number, index) in indices.enumerated() {
      guard let index, number < figures.count else { continue }
      profile.figures[index].add(figures[number])
    }
    profile.allocObjectsByCPU = CPUMatrix.sum(allocObjectsByCPU, [], sign: 1)
    profile.freesByCPU = CPUMatrix.sum(freesByCPU, [], sign: 1)
    (profile.failedAllocations, profile.unmatchedFrees) = (failedAllocations, unmatchedFrees)
    profile.liveObjectsAtPeak = nil
    let sizes = profile.contexts.map { profile.size(of: $0) }
    profile.sizes = Set(sizes.lazy.compactMap(\.self)).sorted()
    let columns = Dictionary(uniqueKeysWithValues: zip(profile.sizes, 0...))
    let columnsOfContexts = sizes.map { size in size.flatMap { columns[$0] } }
    profile.moments = read.rows.enumerated().map { number, row in
      var live = [Int32](repeating: 0, count: profile.contexts.count)
      for (number, count) in row.liveObjects.enumerated() {
        if let index = indices[number] { live[index] += count }
      }
      var bySize = [Int32](repeating: 0, count: profile.sizes.count)
      for (index, column) in columnsOfContexts.enumerated() {
        if let column { bySize[column] += live[index] }
      }
      return ProfiledMoment(
        rank: AllocationProfile.rank(source.name, row.microseconds, number), microseconds: row.microseconds,
        events: row.events, liveObjects: live, peakObjectsBySize: bySize)
    }.sorted { ($0.rank, $0.microseconds) < ($1.rank, $1.microseconds) }
    return (profile, indices)
  }
}
