extension AllocationProfile {
  /// Returns the profile of the traffic of both profiles.
  /// - Complexity: O(contexts x moments).
  package func merged(with other: AllocationProfile) -> AllocationProfile {
    let union = ContextUnion(self, other)
    var result = AllocationProfile()
    result.sources = (sources + other.sources).sorted()
    result.contexts = union.contexts
    result.sizes = union.sizes
    result.figures = union.combine(figures, other.figures) { AllocationProfile.sum($0, $1) }
    result.hasClock = hasClock && other.hasClock
    result.roundsSkbDataSizes = roundsSkbDataSizes && other.roundsSkbDataSizes
    result.allocObjectsByCPU = CPUMatrix.sum(allocObjectsByCPU, other.allocObjectsByCPU, sign: 1)
    result.freesByCPU = CPUMatrix.sum(freesByCPU, other.freesByCPU, sign: 1)
    result.failedAllocations = failedAllocations + other.failedAllocations
    result.unmatchedFrees = unmatchedFrees + other.unmatchedFrees
    result.moments = union.moments(moments, other.moments)
    if let one = liveObjectsAtPeak, let two = other.liveObjectsAtPeak {
      result.liveObjectsAtPeak = union.combine(one, two) { ($0 ?? 0) + ($1 ?? 0) }
    } else {
      result.liveObjectsAtPeak = nil
    }
    result.peaksAreUpperBounds =
      peaksAreUpperBounds || other.peaksAreUpperBounds || !sources.isEmpty && !other.sources.isEmpty
    return result
  }

  /// Returns the sum of the figures of one context in two profiles; nil stands for a profile without the context.
  private static func sum(_ one: AllocationFigures?, _ other: AllocationFigures?) -> AllocationFigures {
    guard var sum = one else { return other ?? AllocationFigures() }
    if let other { sum.add(other) }
    return sum
  }
}
