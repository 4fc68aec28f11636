extension AllocationProfile {
  /// Returns the traffic of this profile without that of another: `a.merged(with: b).subtracting(a)` has the counts of `b`.
  ///
  /// Counts can be negative if the other profile is not part of this one, for example in a comparison of two intervals. Peaks and
  /// moments of a difference are not known. Contexts whose counts are all 0 are left out.
  package func subtracting(_ other: AllocationProfile) -> AllocationProfile {
    let union = ContextUnion(self, other)
    var result = AllocationProfile()
    result.sources = sources
    for source in other.sources {
      if let index = result.sources.firstIndex(of: source) { result.sources.remove(at: index) }
    }
    let differences = union.combine(figures, other.figures) { one, two in
      var difference = one ?? AllocationFigures()
      difference.addCounts(of: two ?? AllocationFigures(), sign: -1)
      difference.peakLiveObjects = nil
      return difference
    }
    for (context, difference) in zip(union.contexts, differences) where !difference.isEmpty {
      result.contexts.append(context)
      result.figures.append(difference)
    }
    result.hasClock = hasClock && other.hasClock
    result.roundsSkbDataSizes = roundsSkbDataSizes && other.roundsSkbDataSizes
    result.allocObjectsByCPU = CPUMatrix.sum(allocObjectsByCPU, other.allocObjectsByCPU, sign: -1)
    result.freesByCPU = CPUMatrix.sum(freesByCPU, other.freesByCPU, sign: -1)
    result.failedAllocations = failedAllocations - other.failedAllocations
    result.unmatchedFrees = unmatchedFrees - other.unmatchedFrees
    result.liveObjectsAtPeak = nil
    return result
  }
}
