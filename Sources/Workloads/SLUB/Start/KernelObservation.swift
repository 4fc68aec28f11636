/// What the kernel said of its caches at a moment while its events were recorded: how many objects lived then.
public struct KernelObservation: Sendable, Hashable {
  /// When, on the events' clock, in microseconds.
  public var time: UInt64
  /// `active_objs` of /proc/slabinfo by cache: no fewer than the objects that live.
  public var activeObjects: [String: Int]
  /// Live objects of each cache of which they are known exactly: from the occupancy of all slabs.
  public var liveObjects: [String: Int]
  /// Whether objects that the recording does not have are freed and allocated, so that as many live as in the kernel. Off where
  /// policies are compared, since the engine's replay has no such objects.
  public var includesUnrecorded = true

  /// An observation with every figure given.
  public init(time: UInt64, activeObjects: [String: Int], liveObjects: [String: Int] = [:]) {
    (self.time, self.activeObjects, self.liveObjects) = (time, activeObjects, liveObjects)
  }
}
