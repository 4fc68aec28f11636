import Workloads

/// The model against a replay of the base policy: what that leaves unexplained is taken to stay.
extension Advice {
  /// Free objects for each live one, that make the model hold at its most what the base policy's general caches did.
  static func spare(_ profile: AllocationProfile, _ replay: ShadowReplay, _ base: Policy) -> Double {
    let wanted = Double((replay.generalBytes.max() ?? 0) - replay.startGeneralBytes)
    var (low, high) = (0.0, 1.0)
    for _ in 0..<20 {
      let middle = (low + high) / 2
      var model = HeldModel(base, profile, spare: middle)
      let held = profile.peakLiveByInterval.map { model.hold($0) }.max() ?? 0
      if held < wanted { low = middle } else { high = middle }
    }
    return low
  }

  /// The peak under other sizes: at each moment the bytes that the base policy held, and what the model says that the
  /// other sizes hold more or less.
  /// - Parameter startChange: bytes that the residents' slabs take more under the other sizes.
  static func predict(
    _ policy: Policy, _ profile: AllocationProfile, _ before: ShadowReplay, _ base: Policy, spare: Double,
    startChange: Int
  ) -> Int {
    var old = HeldModel(base, profile, spare: spare)
    var new = HeldModel(policy, profile, spare: spare)
    var (peak, peakBefore) = (0.0, 0.0)
    for (moment, live) in profile.peakLiveByInterval.enumerated() {
      let held = Double(before.heldBytes[moment] + startChange)
      let (oldBytes, newBytes) = (old.hold(live), new.hold(live))
      // Slabs that a few objects pin hold more than the model says; what it saves, it saves of those too.
      let general = before.generalBytes[moment] - before.startGeneralBytes
      let pinned = min(1.5, max(1, Double(general) / max(1, oldBytes)))
      peak = max(peak, held + (newBytes - oldBytes) * (newBytes < oldBytes ? pinned : 1))
      peakBefore = max(peakBefore, held)
    }
    // The peak lies between two moments.
    return Int(peak * (peakBefore > 0 ? Double(before.peakBytes + startChange) / peakBefore : 1))
  }
}
