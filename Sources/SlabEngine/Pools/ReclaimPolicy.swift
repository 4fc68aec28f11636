/// Draining of sparse slabs and retention of empty ones: the part of slab shuffling (S8 of the mail) that does not move
/// objects.
public struct ReclaimPolicy: Sendable, Hashable {
  /// Whether allocation takes from the fullest partial slabs first (*ordering*), so that sparse slabs drain by themselves. If
  /// not, it takes from the slab that became partial last.
  public var takesFromFullest: Bool
  /// Number of empty slabs that a pool retains at least, up to 64 KiB of slabs.
  public var emptySlabs: Int
  /// The share, from 0 to 1, of the slabs by which a pool has shrunk recently that it retains empty for the next burst.
  public var burstReserve: Double

  /// Whether a pool that is about to add a slab first returns the free objects of a cache that is not in use, one cache at a
  /// time, whichever CPUs freed them (see `SlabEngine.drainNextIdleCache(cpu:growing:)`).
  public var drainsIdleCaches: Bool

  /// Whether depots have a limit, which grows as returned magazines are missed (see `Depot`). A cache that frees many objects
  /// once then returns them to their slabs at once, not after an interval of exchanges.
  public var limitsDepots: Bool

  /// Creates a policy; by default ordering, two empty slabs, and a quarter of the slabs by which a pool has shrunk.
  public init(
    takesFromFullest: Bool = true, emptySlabs: Int = 2, burstReserve: Double = 0.25, drainsIdleCaches: Bool = false,
    limitsDepots: Bool = false
  ) {
    self.drainsIdleCaches = drainsIdleCaches
    self.limitsDepots = limitsDepots
    self.takesFromFullest = takesFromFullest
    self.emptySlabs = emptySlabs
    self.burstReserve = burstReserve
  }
}
