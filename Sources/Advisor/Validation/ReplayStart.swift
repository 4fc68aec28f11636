package import Recordings
package import Workloads

/// Starting state of a replay: the state of the kernel's caches before the first event, and the object counts of its later
/// samples.
package struct ReplayStart: Sendable {
  /// State of the caches before the first event.
  package let state: StartingState
  /// Object counts of the kernel's caches in each later sample.
  package let observations: [KernelObservation]

  /// Creates a starting state from its parts.
  init(state: StartingState, observations: [KernelObservation]) {
    (self.state, self.observations) = (state, observations)
  }

  /// Creates the starting state of a recording.
  ///
  /// Returns nil for a workload and for a recording without samples of /proc/slabinfo: their replay starts on an empty machine.
  /// - Throws: Errors of reading the samples.
  package init?(_ source: any AllocationEventSource) throws {
    guard let recording = source as? Recording else { return nil }
    do {
      let kernel = try KernelSamples(recording)
      state = kernel.start
      observations = kernel.observations.map { observation in
        var recorded = observation
        recorded.includesUnrecordedObjects = false
        return recorded
      }
    } catch ModelValidationError.noSamples {
      return nil
    }
  }

  /// Bytes of slabs of the starting state.
  package var slabBytes: Int { state.caches.reduce(0) { $0 + $1.slabs << (12 + $1.order) } }
}
