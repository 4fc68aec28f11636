/// Injection of page allocation failures, as by the kernel's fail_page_alloc
/// (Documentation/fault-injection/fault-injection.rst).
public struct PageFailureInjection: Sendable, Hashable {
  /// Percentage of the eligible requests that fail, 0 to 100.
  public var probability: Double
  /// Only each `interval`-th request of at least `minimumOrder` is eligible.
  public var interval: Int
  /// Lowest page order at which requests fail.
  public var minimumOrder: Int
  /// Maximum number of failures; nil for no limit.
  public var times: Int?
  /// Seed of the random numbers. The same seed causes the same failures.
  public var seed: UInt64

  /// Creates an injection; by default every request fails.
  public init(
    probability: Double = 100, interval: Int = 1, minimumOrder: Int = 0, times: Int? = nil, seed: UInt64 = 1
  ) {
    self.probability = probability
    self.interval = max(1, interval)
    self.minimumOrder = minimumOrder
    self.times = times
    self.seed = seed
  }
}

/// State of an injection. Used with the page lock held.
struct PageFailureInjector {
  private let injection: PageFailureInjection
  private var qualified = 0
  private(set) var injected = 0
  private var random: UInt64

  init(_ injection: PageFailureInjection) {
    self.injection = injection
    random = injection.seed
  }

  /// Returns whether the current request must fail, and counts it.
  mutating func fails(order: Int) -> Bool {
    guard order >= injection.minimumOrder, injected < injection.times ?? .max else { return false }
    qualified += 1
    guard qualified % injection.interval == 0, draw() < injection.probability else { return false }
    injected += 1
    return true
  }

  /// Returns a random number from 0 up to, but not including, 100 (SplitMix64; Steele, Lea and Flood, 2014).
  private mutating func draw() -> Double {
    random &+= 0x9E37_79B9_7F4A_7C15
    var mixed = random
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    mixed ^= mixed >> 31
    return Double(mixed >> 11) / Double(1 << 53) * 100
  }
}

extension SlabEngine {
  /// Injects failures of page allocations for slabs and large requests from now on; nil stops the injection. Any thread
  /// may call this.
  public func injectPageFailures(_ injection: PageFailureInjection?) {
    pages.withLock { $0.injector = injection.map(PageFailureInjector.init) }
  }
}
