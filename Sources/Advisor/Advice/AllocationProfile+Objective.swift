extension AllocationProfile {
  /// Returns the live objects of each size that an objective counts. For the peak, objects at other times count a little, so that
  /// sizes without a live object at the peak are not ignored.
  package func objectiveWeights(_ objective: AdviceOptions.Objective) -> [Double] {
    let seen = zip(liveOnAverage, requests).map { 0.2 * $0.0 + 1e-6 * Double($0.1) }
    return objective == .peak ? zip(liveAtPeak, seen).map { Double($0.0) + $0.1 } : liveOnAverage
  }
}
