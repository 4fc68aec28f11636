public import SlabEngine

extension SLUBPlayer {
  /// A sample of every cache and page.
  /// - Parameter name: a cache whose slabs are listed one by one.
  /// - Complexity: O(slabs + caches).
  public func sample(mapping name: String? = nil) -> EngineSample {
    var sample = model.sample(mapping: name.flatMap { table.cache(named: $0) })
    for cache in sample.caches.indices where cache < requestedBytes.count {
      // Of residents nothing is known but their number: their owners may use all of each object.
      sample.caches[cache].requestedBytes =
        requestedBytes[cache] + residents[cache].count * model.layouts[cache].objectSize
    }
    sample.largeObjects = large.live
    sample.largeRequestedBytes = large.requestedBytes
    sample.largeBlockBytes = large.blockBytes
    sample.largeFailures = large.failed
    return sample
  }

  /// Bytes of slabs and of large requests' blocks.
  public var slabAndBlockBytes: Int { model.slabBytes + large.blockBytes }

  /// Checks the invariants of the model, and that it has as many live objects as the player.
  /// - Returns: violations in words; empty if there are none.
  public func validate() -> [String] {
    var live = large.live
    for cache in model.layouts.indices { live += model.liveObjects(of: Int32(cache)) }
    live -= residents.reduce(0) { $0 + $1.count }
    let isEqual = live == progress.liveObjects
    return model.validate()
      + (isEqual ? [] : ["\(live) objects live in the model, \(progress.liveObjects) were played"])
  }

  /// Live objects that were asked for by size, by bytes asked for: up to `largest`.
  /// - Complexity: O(slots).
  public func liveSizes(upTo largest: Int) -> [Int: Int] {
    var sizes: [Int: Int] = [:]
    for slot in slots where slot.slab >= 0 && slot.bytes <= largest && model.layouts[Int(slot.cache)].isGeneral {
      sizes[Int(slot.bytes), default: 0] += 1
    }
    return sizes
  }

  /// The page orders that the model's caches would have under other boot parameters, by their numbers.
  public func pageOrders(under parameters: SLUBParameters) -> [Int] {
    model.layouts.map {
      table.layout($0.name, objectSize: $0.objectSize, stride: $0.stride, parameters: parameters).order
    }
  }

  /// Names of the model's caches whose page order in the recorded kernel is not the one that SLUB's formula gives. They keep it
  /// under all boot parameters, since there is no telling what it would be.
  public var cachesOfUnexplainedOrder: [String] { model.layouts.filter(table.hasUnexplainedOrder).map(\.name) }

  /// The model's number of the cache of this name; nil if there is none.
  public func cache(named name: String) -> Int32? { table.cache(named: name) }
}

/// Memory pressure.
extension SLUBPlayer {
  /// Gives up to `count` single pages to the page hog; the page beside each stays free if `fragmenting`.
  /// - Returns: pages taken.
  @discardableResult
  public mutating func hogPages(_ count: Int, fragmenting: Bool = false) -> Int {
    model.pages.hogPages(count, fragmenting: fragmenting)
  }

  /// Frees up to `count` of the page hog's pages.
  /// - Returns: pages freed.
  @discardableResult
  public mutating func releaseHogPages(_ count: Int) -> Int { model.pages.releaseHogPages(count) }

  /// Makes page allocations fail from here on; nil ends that.
  public mutating func injectPageFailures(_ injection: PageFailureInjection?) { model.pages.injectFailures(injection) }
}
