/// What a round of shuffling may cost, and what it is to leave alone.
public struct ShuffleBudget: Sendable, Hashable {
  /// Bytes of objects that a round moves at most.
  public var bytesPerRound: Int
  /// Nanoseconds after which a round begins nothing more.
  public var nanosecondsPerRound: UInt64
  /// Nanoseconds between rounds of a background shuffler.
  public var interval: UInt64
  /// A pool is shuffled while more than this share of its objects is free in partial slabs (illumos begins above 1/8).
  public var freeShare: Double
  /// Free pages that stay backed; what is free beyond them goes back to the system.
  public var backedFreePages: Int

  /// 1 MiB and 1 ms a round, ten rounds a second, above 1/8 free, 1024 free pages kept.
  public init(
    bytesPerRound: Int = 1 << 20, nanosecondsPerRound: UInt64 = 1_000_000, interval: UInt64 = 100_000_000,
    freeShare: Double = 0.125, backedFreePages: Int = 1024
  ) {
    self.bytesPerRound = bytesPerRound
    self.nanosecondsPerRound = nanosecondsPerRound
    self.interval = interval
    self.freeShare = freeShare
    self.backedFreePages = backedFreePages
  }
}
