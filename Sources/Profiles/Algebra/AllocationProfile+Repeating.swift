extension AllocationProfile {
  /// Returns the profile of `count` repetitions of this traffic followed by other traffic of the same source, as in a replay
  /// that begins anew at the end of a recording.
  ///
  /// Objects that are live at the end of a repetition are freed without a recorded free before the next one. Peaks are the
  /// largest of all repetitions. Live objects and moments are those of the other traffic.
  /// - Complexity: O(contexts x moments).
  package func repeated(_ count: Int, then last: AllocationProfile) -> AllocationProfile {
    guard count > 0 else { return last }
    let union = ContextUnion(self, last)
    var result = last
    result.contexts = union.contexts
    result.sizes = union.sizes
    result.figures = union.combine(figures, last.figures) { one, other in
      var sum = other ?? AllocationFigures()
      sum.peakLiveObjects = [one?.peakLiveObjects, other?.peakLiveObjects].compactMap(\.self).max()
      if let one { sum.addCounts(of: one.withoutLiveObjects, sign: count) }
      return sum
    }
    result.moments = union.moments([], last.moments)
    result.allocObjectsByCPU = CPUMatrix.sum(last.allocObjectsByCPU, allocObjectsByCPU, sign: count)
    result.freesByCPU = CPUMatrix.sum(last.freesByCPU, freesByCPU, sign: count)
    result.failedAllocations += count * failedAllocations
    result.unmatchedFrees += count * unmatchedFrees
    result.liveObjectsAtPeak = nil
    return result
  }
}

extension AllocationFigures {
  /// The figures after all live objects were freed without a recorded free.
  fileprivate var withoutLiveObjects: AllocationFigures {
    var figures = self
    figures.unseenFrees += liveObjects
    (figures.liveObjects, figures.liveRequestedBytes, figures.liveBytes) = (0, 0, 0)
    figures.ages = LifetimeHistogram()
    return figures
  }
}
