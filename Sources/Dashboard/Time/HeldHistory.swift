import Telemetry

/// Bytes of slabs over the last minutes, here and under the other policy: one figure each half second.
struct HeldHistory: Sendable, Hashable {
  private static let interval = 0.5
  private static let length = 600

  private var elapsed = 0.0
  /// Oldest first.
  private(set) var held: [Double] = []
  /// The same under the other policy, at the same moments; empty while there is none.
  private(set) var otherHeld: [Double] = []
  /// What `held` would be if the slabs were those of the recorded kernel, at the same moments; nil where they are not known.
  private(set) var kernelHeld: [Double?] = []

  /// Takes in snapshots that were taken so many seconds after the last ones.
  mutating func add(_ snapshot: Snapshot, _ other: Snapshot?, seconds: Double) {
    elapsed += seconds
    guard elapsed >= HeldHistory.interval || held.isEmpty else { return }
    elapsed = 0
    held = (held + [Double(snapshot.slabAndLargeBytes)]).suffix(HeldHistory.length)
    let kernel = KernelComparison(snapshot).map { Double($0.kernelBytes + (snapshot.largeBytes ?? 0)) }
    kernelHeld = (kernelHeld + [kernel]).suffix(HeldHistory.length)
    guard let other else {
      otherHeld = []
      return
    }
    otherHeld = (otherHeld + [Double(other.slabAndLargeBytes)]).suffix(HeldHistory.length)
  }
}
