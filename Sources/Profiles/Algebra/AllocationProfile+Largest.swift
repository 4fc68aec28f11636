extension AllocationContext {
  /// Site and cache of the context that sums up the contexts that were left out of a profile.
  package static let other = "other"
}

extension AllocationProfile {
  /// Returns the profile with at most `count` contexts, and the sum of the others in a context whose site and cache are
  /// ``AllocationContext/other``. Half of the contexts are those with the most live bytes, the others those with the most
  /// allocated bytes. The profile has no moments, and its live objects at the peak are not known.
  /// - Complexity: O(contexts x log(contexts)).
  package func largest(_ count: Int) -> AllocationProfile {
    var limited = self
    (limited.moments, limited.liveObjectsAtPeak) = ([], nil)
    guard contexts.count > count else { return limited }
    let byLiveBytes = contexts.indices.sorted { (figures[$0].liveBytes, $1) > (figures[$1].liveBytes, $0) }
    let byAllocBytes = contexts.indices.sorted { (figures[$0].allocBytes, $1) > (figures[$1].allocBytes, $0) }
    var kept = Set(byLiveBytes.prefix(count / 2))
    for index in byAllocBytes where kept.count < count { kept.insert(index) }
    var rest = AllocationFigures()
    var pairs: [(AllocationContext, AllocationFigures)] = []
    for index in contexts.indices {
      if kept.contains(index) { pairs.append((contexts[index], figures[index])) } else { rest.add(figures[index]) }
    }
    let other = AllocationContext(
      site: AllocationContext.other, cache: AllocationContext.other, isGeneral: false, requestedBytes: 0,
      allocatedBytes: 0)
    pairs.append((other, rest))
    pairs.sort { $0.0 < $1.0 }
    limited.contexts = pairs.map(\.0)
    limited.figures = pairs.map(\.1)
    return limited
  }
}
