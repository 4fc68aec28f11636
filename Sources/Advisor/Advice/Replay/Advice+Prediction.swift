import Workloads

/// Prediction of the peak, calibrated on a replay of the base policy.
extension Advice {
  /// Returns the number of free objects for each live object with which the model's peak equals the peak that the base policy's
  /// general caches had in the replay.
  static func spare(_ demand: SizeDemand, _ replay: ShadowReplay, _ base: Policy) -> Double {
    let replayed = Double((replay.generalBytes.max() ?? 0) - replay.startGeneralBytes)
    var (low, high) = (0.0, 1.0)
    for _ in 0..<20 {
      let middle = (low + high) / 2
      var model = SlabMemoryModel(base, demand, spare: middle)
      let predicted = demand.peakLiveByMoment.map { model.slabBytes(live: $0) }.max() ?? 0
      if predicted < replayed { low = middle } else { high = middle }
    }
    return low
  }

  /// Returns the predicted slab memory at the peak in bytes under a policy with other sizes. At each moment
  /// the prediction is the replayed slab memory of the base policy plus the difference that the model predicts.
  /// - Parameter startChange: bytes that the slabs of objects from before the recording take more under the other sizes.
  static func predict(
    _ policy: Policy, _ demand: SizeDemand, _ before: ShadowReplay, _ base: Policy, spare: Double,
    startChange: Int
  ) -> Int {
    var old = SlabMemoryModel(base, demand, spare: spare)
    var new = SlabMemoryModel(policy, demand, spare: spare)
    var (peak, peakBefore) = (0.0, 0.0)
    for (moment, live) in demand.peakLiveByMoment.enumerated() {
      let replayed = Double(before.slabBytes[moment] + startChange)
      let (oldBytes, newBytes) = (old.slabBytes(live: live), new.slabBytes(live: live))
      // Slabs that a few live objects pin take more memory than the model predicts, so a saving is larger in proportion.
      let general = before.generalBytes[moment] - before.startGeneralBytes
      let pinned = min(1.5, max(1, Double(general) / max(1, oldBytes)))
      peak = max(peak, replayed + (newBytes - oldBytes) * (newBytes < oldBytes ? pinned : 1))
      peakBefore = max(peakBefore, replayed)
    }
    // The replay's peak lies between two moments, so it is higher than at any of them.
    return Int(peak * (peakBefore > 0 ? Double(before.peakBytes + startChange) / peakBefore : 1))
  }
}
