/// Page allocations that are made to fail, in the manner of the kernel's fail_page_alloc
/// (Documentation/fault-injection/fault-injection.rst).
public struct PageFailureInjection: Sendable, Hashable {
  /// Of 100 requests that qualify, how many fail.
  public var probability: Double
  /// Only each so-manieth request that qualifies may fail.
  public var interval: Int
  /// Requests below this order never fail.
  public var minimumOrder: Int
  /// How many failures there are to be; nil is no limit.
  public var times: Int?
  /// The same seed gives the same failures.
  public var seed: UInt64

  /// Every request fails, unless said otherwise.
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

/// An injection at work: part of `MachinePages`, hence reached only with the page lock held.
struct PageFailureInjector {
  private let injection: PageFailureInjection
  private var qualified = 0
  private(set) var injected = 0
  private var random: UInt64

  init(_ injection: PageFailureInjection) {
    self.injection = injection
    random = injection.seed
  }

  /// Whether the request at hand is to fail.
  mutating func fails(order: Int) -> Bool {
    guard order >= injection.minimumOrder, injected < injection.times ?? .max else { return false }
    qualified += 1
    guard qualified % injection.interval == 0, draw() < injection.probability else { return false }
    injected += 1
    return true
  }

  /// A number from 0 up to 100 (SplitMix64; Steele, Lea and Flood, 2014).
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
  /// Makes page allocations fail from here on, of slabs and of large requests; nil ends that.
  public func injectPageFailures(_ injection: PageFailureInjection?) {
    pages.withLock { $0.injector = injection.map(PageFailureInjector.init) }
  }
}
