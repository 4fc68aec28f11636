/// How slabs become empty and how many empty ones pools retain: the part of slab shuffling (S8 of the mail) that moves no
/// object.
public struct ReclaimPolicy: Sendable, Hashable {
  /// Whether allocation takes from the fullest partial slabs first (*ordering*), so that sparse slabs drain by themselves. If
  /// not, it takes from the slab that became partial last.
  public var takesFromFullest: Bool
  /// Number of empty slabs that a pool retains at least, up to 64 KiB of slabs.
  public var emptySlabs: Int
  /// The share of the slabs by which a pool has shrunk of late that it retains empty for the next burst, from 0 to 1.
  public var burstReserve: Double

  /// Ordering, two empty slabs, and a quarter of what a pool has shrunk by, unless said otherwise.
  public init(takesFromFullest: Bool = true, emptySlabs: Int = 2, burstReserve: Double = 0.25) {
    self.takesFromFullest = takesFromFullest
    self.emptySlabs = emptySlabs
    self.burstReserve = burstReserve
  }
}
