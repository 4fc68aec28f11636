/// Traffic of a cache of the running kernel since the start of a watch. Bytes of live objects are estimates if only a sample of the
/// objects is followed.
package struct WatchedTraffic: Sendable, Hashable {
  /// Requested bytes of the objects allocated since the start.
  package var requestedBytes = 0
  /// Allocated bytes of the objects allocated since the start.
  package var allocBytes = 0
  /// Requested bytes of the live objects that were allocated since the start.
  package var liveRequestedBytes = 0
  /// Objects that the watch has seen allocated and not freed: an upper bound, because some frees have no event.
  package var liveObjects = 0
  /// Comparison of ``liveObjects`` with the kernel's own number of active objects; nil if that is not known.
  package var reconciliation: Reconciliation?

  /// Creates the traffic of a cache without allocations.
  package init() {}

  /// Internal fragmentation: percentage of the allocated bytes that was not requested; nil if nothing was allocated.
  package var roundingPercent: Double? {
    allocBytes == 0 ? nil : 100 - Double(requestedBytes) * 100 / Double(allocBytes)
  }
}
