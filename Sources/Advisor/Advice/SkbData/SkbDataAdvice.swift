import Recordings
import SlabEngine
import Workloads

/// Size classes and page orders for skb data (S6 of the mail), from the bytes that were in use.
///
/// A driver that allocates receive buffers before it knows the lengths of packets needs more than the bytes in use. For such a load
/// the classes are a lower bound.
package struct SkbDataAdvice: Sendable {
  /// A size class of the kernel that served skb data.
  package struct KernelClass: Sendable, Hashable {
    /// Bytes of an object.
    package var size: Int
    /// Whether the class is a general cache; if not, it is skbuff_small_head, the kernel's cache for the data of small packets.
    package var isGeneral: Bool
    /// Number of objects that it served.
    package var objects: Int
    /// Mean number of bytes in use of an object.
    package var meanUsedBytes: Double
  }

  /// Objects per slab at a page order, of the kernel's main class and of the advised class that replaces it.
  package struct SlabOfOrder: Sendable, Hashable {
    /// The page order.
    package var order: Int
    /// Objects per slab of the kernel's class.
    package var kernelObjects: Int
    /// Objects per slab of the advised class.
    package var advisedObjects: Int
  }

  /// skb data that the classes are for.
  package let demand: SkbDataDemand
  /// Classes of the kernel that served skb data, ascending.
  package let kernelClasses: [KernelClass]
  /// General caches that take the least slab memory for the data in general caches, by the model: at most as many as the kernel's,
  /// ascending, with page orders. Empty if no data was in a general cache.
  package let classes: [ClassOptimizer.Class]
  /// Sizes of the kernel's general cache with the most live bytes of skb data, and of the advised class that serves most of its
  /// objects; nil if no data was in a general cache.
  package let main: (kernel: Int, advised: Int)?
  /// Objects per slab of these two classes, for the page orders from 0 to 4 that hold an object.
  package let orders: [SlabOfOrder]

  /// Derives classes; nil if the bytes in use are known of no object.
  init?(_ demand: SkbDataDemand, _ options: AdviceOptions) {
    guard !demand.sizes.isEmpty else { return nil }
    self.demand = demand
    struct Key: Hashable {
      var size: Int
      var isGeneral: Bool
    }
    func weight(_ size: SkbDataDemand.Size) -> Double {
      let rare = 0.2 * size.liveOnAverage + 1e-6 * Double(size.objects)
      return options.objective == .peak ? Double(size.liveAtPeak) + rare : size.liveOnAverage + 1e-9
    }
    var kernel: [Key: (objects: Int, used: Double, liveBytes: Double)] = [:]
    var needs: [Int: Double] = [:]
    for size in demand.sizes {
      let key = Key(size: size.allocatedBytes, isGeneral: size.isGeneral)
      let sum = kernel[key] ?? (0, 0, 0)
      kernel[key] = (
        sum.objects + size.objects, sum.used + size.usedBytes,
        sum.liveBytes + weight(size) * Double(size.allocatedBytes)
      )
      if size.isGeneral { needs[size.neededBytes, default: 0] += weight(size) }
    }
    // No two of the kernel's classes have the same size, so sorting by size is enough.
    kernelClasses = kernel.sorted { $0.key.size < $1.key.size }.map { key, sum in
      KernelClass(
        size: key.size, isGeneral: key.isGeneral, objects: sum.objects,
        meanUsedBytes: sum.used / Double(sum.objects))
    }
    let sizes = needs.keys.sorted()
    let optimizer = ClassOptimizer(
      sizes: sizes, weights: sizes.map { needs[$0] ?? 0 }, costs: ClassCosts(orders: options.orders))
    let sets = optimizer.bestSets(upTo: kernelClasses.count(where: \.isGeneral))
    let classes = sets.min { $0.slabBytes < $1.slabBytes }?.classes ?? []
    self.classes = classes
    let general = kernel.filter(\.key.isGeneral)
    guard
      let largest = general.max(by: { ($0.value.liveBytes, $1.key.size) < ($1.value.liveBytes, $0.key.size) })?.key.size
    else {
      (main, orders) = (nil, [])
      return
    }
    let need = demand.sizes.filter { $0.isGeneral && $0.allocatedBytes == largest }.max { weight($0) < weight($1) }?
      .neededBytes
    let advised = classes.first { $0.size >= need ?? largest }?.size ?? largest
    main = (largest, advised)
    orders = (0...4).map {
      SlabOfOrder(order: $0, kernelObjects: (4096 << $0) / largest, advisedObjects: (4096 << $0) / advised)
    }.filter { $0.advisedObjects > 0 }
  }

  /// Lowest page order at which a slab holds more objects of the advised class than of the kernel's; nil if none up to 4 does.
  package var lowestUsefulOrder: Int? { orders.first { $0.advisedObjects > $0.kernelObjects }?.order }
}
