/// Conclusion about the growth of a cache or call site.
package enum GrowthVerdict: String, Sendable, Hashable, CaseIterable {
  /// The live objects grow at all times, whatever the load is, and are not freed: a leak.
  case growingSteadily = "growing steadily"
  /// The growth follows the rate of allocations and would end with it: a leak for each operation, or a queue or table whose size follows
  /// the traffic.
  case growingWithLoad = "growing with load"
  /// The objects are kept, but a cache of the kernel keeps them on purpose, or the growth is coming to an end.
  case cacheFillingUp = "cache filling up"
  /// Many objects end without a recorded free, so that objects that look live may have been freed.
  case freesNotVisible = "frees not visible"
  /// The number of live objects is larger than before, but too few times are known to tell whether it grows steadily.
  case grew = "grew"

  /// Whether the verdict means that memory may be leaking.
  package var isLeak: Bool { self == .growingSteadily || self == .growingWithLoad }
}
