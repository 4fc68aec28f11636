import Telemetry

/// Slab memory over the last minutes, of this machine, of the compared policy and of the recorded kernel, every half second.
struct SlabMemoryHistory: Sendable, Hashable {
  private static let interval = 0.5
  /// Number of samples that are kept.
  private static let capacity = 600

  private var elapsed = 0.0
  /// Bytes of slabs and large objects, oldest first.
  private(set) var bytes: [Double] = []
  /// Bytes under the compared policy at the same times; empty if no policy is compared.
  private(set) var comparedBytes: [Double] = []
  /// Bytes if the slabs were those of the recorded kernel, at the same times; nil if not known.
  private(set) var kernelBytes: [Double?] = []

  /// Adds a snapshot and that of the compared policy (nil if there is none), `seconds` after the previous ones.
  mutating func add(_ snapshot: Snapshot, _ compared: Snapshot?, seconds: Double) {
    elapsed += seconds
    guard elapsed >= SlabMemoryHistory.interval || bytes.isEmpty else { return }
    elapsed = 0
    bytes = (bytes + [Double(snapshot.slabAndLargeBytes)]).suffix(SlabMemoryHistory.capacity)
    let kernel = KernelComparison(snapshot).map { Double($0.kernelBytes + (snapshot.largeBytes ?? 0)) }
    kernelBytes = (kernelBytes + [kernel]).suffix(SlabMemoryHistory.capacity)
    guard let compared else {
      comparedBytes = []
      return
    }
    comparedBytes = (comparedBytes + [Double(compared.slabAndLargeBytes)]).suffix(SlabMemoryHistory.capacity)
  }
}
