package import SlabEngine

extension SLUBPlayer {
  /// Returns a sample of all caches and pages.
  /// - Parameter name: Cache whose slabs the sample lists individually; nil for none.
  /// - Complexity: O(slabs + caches).
  package func sample(mapping name: String? = nil) -> EngineSample {
    var sample = model.sample(mapping: name.flatMap { table.cache(named: $0) })
    for cache in sample.caches.indices where cache < requestedBytes.count {
      // The requested sizes of residents are unknown: the whole object size is counted.
      sample.caches[cache].requestedBytes =
        requestedBytes[cache] + residents[cache].count * model.layouts[cache].objectSize
    }
    sample.largeObjects = large.live
    sample.largeRequestedBytes = large.requestedBytes
    sample.largeBlockBytes = large.blockBytes
    sample.largeFailures = large.failed
    return sample
  }

  /// Returns the slab memory. The sums are those of `sample()`, without its other figures.
  /// - Complexity: O(caches).
  package func slabMemory() -> SlabMemory {
    var memory = SlabMemory(bytes: large.blockBytes, generalBytes: large.blockBytes)
    for cache in model.layouts.indices {
      memory.add(model.slabBytes(of: Int32(cache)), isGeneral: model.layouts[cache].isGeneral)
    }
    return memory
  }

  /// Bytes of all slabs and of the blocks of large requests.
  package var slabAndBlockBytes: Int { model.slabBytes + large.blockBytes }

  /// Checks the invariants of the model, and that its number of live objects equals that of the player.
  /// - Returns: Description of each violation; empty if there are none.
  package func validate() -> [String] {
    var live = large.live
    for cache in model.layouts.indices { live += model.liveObjects(of: Int32(cache)) }
    live -= residents.reduce(0) { $0 + $1.count }
    let isEqual = live == progress.liveObjects
    return model.validate()
      + (isEqual ? [] : ["\(live) live objects in the model, \(progress.liveObjects) in the player"])
  }

  /// Returns the number of live kmalloc objects by requested bytes, for requests of up to `largest` bytes.
  /// - Complexity: O(slots).
  package func liveSizes(upTo largest: Int) -> [Int: Int] {
    var sizes: [Int: Int] = [:]
    for slot in slots where slot.slab >= 0 && slot.bytes <= largest && model.layouts[Int(slot.cache)].isGeneral {
      sizes[Int(slot.bytes), default: 0] += 1
    }
    return sizes
  }

  /// Returns the page order of each cache under other boot parameters, indexed by cache number.
  package func pageOrders(under parameters: SLUBParameters) -> [Int] {
    model.layouts.map {
      table.layout($0.name, objectSize: $0.objectSize, stride: $0.stride, parameters: parameters).order
    }
  }

  /// Names of the caches whose recorded page order differs from that of SLUB's formula. They keep it under all boot parameters,
  /// because their order under other boot parameters is unknown.
  package var cachesOfUnexplainedOrder: [String] { model.layouts.filter(table.hasUnexplainedOrder).map(\.name) }

  /// Returns the number of the cache of a name; nil if there is none.
  package func cache(named name: String) -> Int32? { table.cache(named: name) }
}

/// Memory pressure on the page allocator of the model.
extension SLUBPlayer {
  /// Allocates up to `count` single pages to the memory hog.
  /// - Parameters:
  ///   - count: Number of pages to allocate.
  ///   - fragmenting: Whether to leave the neighbour page of each allocated page free, so that no higher order is
  ///     free.
  /// - Returns: Number of pages allocated.
  @discardableResult
  package mutating func hogPages(_ count: Int, fragmenting: Bool = false) -> Int {
    model.pages.hogPages(count, fragmenting: fragmenting)
  }

  /// Frees up to `count` pages of the memory hog.
  /// - Returns: Number of pages freed.
  @discardableResult
  package mutating func releaseHogPages(_ count: Int) -> Int { model.pages.releaseHogPages(count) }

  /// Injects failures into the following page allocations; nil ends the injection.
  package mutating func injectPageFailures(_ injection: PageFailureInjection?) { model.pages.injectFailures(injection) }
}
