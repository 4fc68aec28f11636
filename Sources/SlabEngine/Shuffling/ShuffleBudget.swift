/// Limits and thresholds of a shuffler.
public struct ShuffleBudget: Sendable, Hashable {
  /// Maximum number of bytes of objects that are moved in a round.
  public var bytesPerRound: Int
  /// Duration of a round in nanoseconds after which no further evacuation begins.
  public var nanosecondsPerRound: UInt64
  /// Pause between two rounds of a background shuffler, in nanoseconds.
  public var interval: UInt64
  /// Threshold of fragmentation: a pool is shuffled if more than this fraction of its objects (0 to 1) is free in
  /// partial slabs or depots. illumos uses 1/8.
  public var freeShare: Double
  /// Number of free pages that remain backed; the memory of further free pages is released to the operating system.
  public var backedFreePages: Int

  /// Creates a budget; by default 1 MiB and 1 ms per round, ten rounds per second, a threshold of 1/8, and 1024 backed
  /// free pages.
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
