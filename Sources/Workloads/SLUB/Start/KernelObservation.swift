/// Object counts of the kernel's caches at one time during a recording.
package struct KernelObservation: Sendable, Hashable {
  /// Time on the clock of the events, in microseconds.
  package var time: UInt64
  /// `active_objs` of /proc/slabinfo by cache name: an upper bound of the number of live objects.
  package var activeObjects: [String: Int]
  /// Number of live objects by cache name, for the caches with samples of the occupancy of all slabs.
  package var liveObjects: [String: Int]
  /// Whether the replay frees and allocates objects without events until it has as many live objects as the kernel. False when
  /// policies are compared, because replays on the engine do not have these objects.
  package var includesUnrecordedObjects = true

  /// Creates an observation.
  package init(time: UInt64, activeObjects: [String: Int], liveObjects: [String: Int] = [:]) {
    (self.time, self.activeObjects, self.liveObjects) = (time, activeObjects, liveObjects)
  }
}
