import SlabEngine
package import Workloads

extension Advice {
  /// Classes that were derived from other recordings, with the objects and slab memory that they have on a demand.
  static func classes(
    _ given: [ClassOptimizer.Class], serving demand: SizeDemand, _ options: AdviceOptions
  ) -> [ClassOptimizer.Class] {
    let set = ClassSet(name: "", sizes: given.map(\.size))
    let costs = ClassCosts(orders: options.orders, overheadBytes: 0)
    var objects: [Int: Double] = [:]
    var requested: [Int: Double] = [:]
    for (bytes, weight) in zip(demand.sizes, demand.objectiveWeights(options.objective)) {
      objects[set.size(for: bytes), default: 0] += weight
      requested[set.size(for: bytes), default: 0] += weight * Double(bytes)
    }
    return given.map { derived in
      let count = objects[derived.size] ?? 0
      return ClassOptimizer.Class(
        size: derived.size, order: derived.order, objects: count, requestedBytes: requested[derived.size] ?? 0,
        slabBytes: costs.cost(size: derived.size, objects: count).bytes)
    }
  }

  /// Page orders of a policy's own sizes by the model that the advised classes' orders are from. A size that serves no object
  /// keeps its order and is not in the result.
  static func orders(
    of base: Policy, serving demand: SizeDemand, _ residents: ResidentObjects, _ options: AdviceOptions
  ) -> [Int: Int] {
    let sizes = base.generalCacheSizes.map {
      ClassOptimizer.Class(size: $0, order: 0, objects: 0, requestedBytes: 0, slabBytes: 0)
    }
    let served = classes(sizes, serving: demand, options).filter { $0.objects > 0 }
    return Dictionary(
      uniqueKeysWithValues: residents.orders(of: served, options, recomputingAll: true).map { ($0.size, $0.order) })
  }

  /// The base policy with other sizes, each with its page order. The largest size is a power of two.
  package static func policy(_ classes: [ClassOptimizer.Class], _ base: Policy, of name: String) -> Policy {
    var policy = base
    policy.name = "advised"
    policy.summary = "\(classes.count) general caches derived from \(name)"
    let largest = classes.last?.size ?? 8
    let end = EngineConfiguration.powersOfTwo.first { $0 >= max(largest, 8192) } ?? SizeDemand.largestSize
    // Powers of two beyond the classes serve requests that the recording does not have; they take no slab until then.
    policy.generalCacheSizes =
      classes.map(\.size) + EngineConfiguration.powersOfTwo.filter { $0 > largest && $0 <= end }
    for advised in classes where advised.objects > 0 || !base.generalCacheSizes.contains(advised.size) {
      policy.orders.prefer(order: advised.order, forGeneralCacheOf: advised.size)
    }
    return policy
  }

  /// The base policy with further classes between its own, each with its page order.
  static func policy(adding classes: [ClassOptimizer.Class], to base: Policy) -> Policy {
    var policy = base
    policy.name = "\(base.name) and skb data"
    let largest = classes.last?.size ?? 8
    // The largest size of a policy has to be a power of two.
    let powers = EngineConfiguration.powersOfTwo.filter { $0 > base.generalCacheSizes.last ?? 0 }
    let last = powers.firstIndex { $0 >= largest } ?? powers.count
    let isLarger = largest > base.generalCacheSizes.last ?? 0
    let end = isLarger ? Array(powers.prefix(last + 1)) : []
    policy.generalCacheSizes = Set(base.generalCacheSizes + classes.map(\.size) + end).sorted()
    for advised in classes where !base.generalCacheSizes.contains(advised.size) {
      policy.orders.prefer(order: advised.order, forGeneralCacheOf: advised.size)
    }
    return policy
  }
}
