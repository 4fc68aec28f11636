import Recordings
import SlabEngine
import Workloads

/// Classes for skb data (S6 of the mail): which sizes, at which page order, from what was in use.
///
/// What is known of an object is what was in use. A driver that allocates receive buffers before it knows the packets' lengths
/// needs more, so for such a load the classes are a lower bound.
public struct DataAdvice: Sendable {
  /// One of the kernel's classes.
  public struct Class: Sendable, Hashable {
    /// Bytes of an object.
    public var size: Int
    /// Whether it is a general cache; else it is the kernel's own cache of small packets (skbuff_small_head).
    public var isGeneral: Bool
    /// Objects that it served.
    public var objects: Int
    /// Bytes in use on average.
    public var meanUsedBytes: Double
  }

  /// Objects to a slab of one page order: of the kernel's class that serves most of the live bytes, and of the advised one that
  /// takes its place.
  public struct SlabOfOrder: Sendable, Hashable {
    /// The page order.
    public var order: Int
    /// Objects of the kernel's class.
    public var kernelObjects: Int
    /// Objects of the advised class.
    public var advisedObjects: Int
  }

  /// Where it is from.
  public let profile: SkbDataProfile
  /// The kernel's classes that served the objects, ascending.
  public let kernelClasses: [Class]
  /// General caches for those that were asked for by size: at most as many as the kernel's that served them, ascending, those
  /// that hold least for the live objects, with their orders. Empty if none was asked for by size.
  public let classes: [ClassOptimizer.Class]
  /// The kernel's class that serves most of the live bytes of those, and the advised one that serves most of the same objects;
  /// nil if there is none.
  public let main: (kernel: Int, advised: Int)?
  /// That class by page order, from 0 to 4.
  public let orders: [SlabOfOrder]

  /// nil if the use of no object is known.
  init?(_ profile: SkbDataProfile, _ options: AdviceOptions) {
    guard !profile.sizes.isEmpty else { return nil }
    self.profile = profile
    struct Key: Hashable {
      var size: Int
      var isGeneral: Bool
    }
    func weight(_ size: SkbDataProfile.Size) -> Double {
      let seen = 0.2 * size.liveOnAverage + 1e-6 * Double(size.objects)
      return options.objective == .peak ? Double(size.liveAtPeak) + seen : size.liveOnAverage + 1e-9
    }
    var kernel: [Key: (objects: Int, used: Int, live: Double)] = [:]
    var needs: [Int: Double] = [:]
    for size in profile.sizes {
      let key = Key(size: size.allocatedBytes, isGeneral: size.isGeneral)
      let sum = kernel[key] ?? (0, 0, 0)
      kernel[key] = (
        sum.objects + size.objects, sum.used + size.usedBytes, sum.live + weight(size) * Double(size.allocatedBytes)
      )
      if size.isGeneral { needs[size.neededBytes, default: 0] += weight(size) }
    }
    // A class of the kernel's own has no general one of its size.
    kernelClasses = kernel.sorted { $0.key.size < $1.key.size }.map { key, sum in
      Class(
        size: key.size, isGeneral: key.isGeneral, objects: sum.objects,
        meanUsedBytes: Double(sum.used) / Double(sum.objects))
    }
    let sizes = needs.keys.sorted()
    let optimizer = ClassOptimizer(
      sizes: sizes, weights: sizes.map { needs[$0] ?? 0 }, costs: ClassCosts(orders: options.orders))
    let sets = optimizer.bestSets(upTo: kernelClasses.count(where: \.isGeneral))
    let classes = sets.min { $0.heldBytes < $1.heldBytes }?.classes ?? []
    self.classes = classes
    let general = kernel.filter(\.key.isGeneral).sorted { $0.key.size < $1.key.size }
    guard let largest = general.max(by: { ($0.value.live, $1.key.size) < ($1.value.live, $0.key.size) })?.key.size
    else {
      (main, orders) = (nil, [])
      return
    }
    // The need of most of that class's objects, and the class that serves it.
    let need = profile.sizes.filter { $0.isGeneral && $0.allocatedBytes == largest }.max { weight($0) < weight($1) }?
      .neededBytes
    let advised = classes.first { $0.size >= need ?? largest }?.size ?? largest
    main = (largest, advised)
    orders = (0...4).map {
      SlabOfOrder(order: $0, kernelObjects: (4096 << $0) / largest, advisedObjects: (4096 << $0) / advised)
    }.filter { $0.advisedObjects > 0 }
  }

  /// The lowest page order at which a slab holds more objects of the advised class than of the kernel's; nil if none up to 4
  /// does.
  public var lowestUsefulOrder: Int? { orders.first { $0.advisedObjects > $0.kernelObjects }?.order }
}

/// The same events with the classes for skb data beside those that the base policy has, and without, on an empty machine: what
/// lived before a recording was not asked for in these sizes.
public struct DataReplay: Sendable {
  /// Under the base policy.
  public let before: ShadowReplay
  /// With the classes.
  public let after: ShadowReplay
  /// Both while the page allocator refuses every request of order 3 and above, so that slabs of that order fall back.
  public let pressed: (before: ShadowReplay, after: ShadowReplay)

  /// The lowest order that is refused.
  static let refusedOrder = 3

  init(_ data: DataAdvice, _ source: any AllocationEventSource, _ moments: [Int], _ options: AdviceOptions) throws {
    let memory = options.memoryBytes ?? 1 << 30
    let policy = Advice.policy(adding: data.classes, to: options.base)
    func replay(_ policy: Policy, _ injection: PageFailureInjection? = nil) throws -> ShadowReplay {
      try ShadowReplay(source, policy: policy, memoryBytes: memory, moments: moments, injection: injection)
    }
    let refusal = PageFailureInjection(minimumOrder: DataReplay.refusedOrder)
    (before, after) = (try replay(options.base), try replay(policy))
    pressed = (try replay(options.base, refusal), try replay(policy, refusal))
  }

  /// Slab bytes of all requests by size on average, with the classes against without.
  public var ratio: Double { DataReplay.ratio(before, after) }

  /// That while high orders are refused.
  public var pressedRatio: Double { DataReplay.ratio(pressed.before, pressed.after) }

  private static func ratio(_ before: ShadowReplay, _ after: ShadowReplay) -> Double {
    Double(after.meanGeneralBytes) / Double(max(1, before.meanGeneralBytes))
  }
}
