public import Recordings
public import Workloads

/// Where a replay of a recording begins: what the kernel's caches held before the first event, and what it said of them
/// meanwhile.
public struct ReplayStart: Sendable {
  /// What the caches held before the first event.
  public let state: StartingState
  /// What the kernel said of its caches at each later sample.
  public let observations: [KernelObservation]

  /// The start of a recording with samples of /proc/slabinfo; nil for a workload, and for a recording without samples, which
  /// begin on an empty machine.
  /// - Throws: what reading the samples throws.
  public init?(_ source: any AllocationEventSource) throws {
    guard let recording = source as? Recording else { return nil }
    do {
      let account = try KernelSamples(recording)
      state = account.start
      observations = account.observations.map { observation in
        var recorded = observation
        recorded.includesUnrecorded = false
        return recorded
      }
    } catch ModelValidationError.noSamples {
      return nil
    }
  }

  /// Bytes of the slabs that the caches have at the start.
  public var slabBytes: Int { state.caches.reduce(0) { $0 + $1.slabs << (12 + $1.order) } }
}
