internal import Synchronization

extension GeneralCaches {
  /// Checks a set of sizes: ascending, every power of two from 8 to 8192, nothing outside.
  static func check(_ sizes: [Int]) throws(EngineError) {
    guard zip(sizes, sizes.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw .generalCacheSizes("they must ascend: \(sizes)")
    }
    for size in EngineConfiguration.powersOfTwo where !sizes.contains(size) {
      throw .generalCacheSizes("\(size) is missing; every power of two from 8 to 8192 is needed")
    }
    if let outside = sizes.first(where: { $0 < minimumBytes || $0 > maximumBytes || $0 % 8 != 0 }) {
      throw .generalCacheSizes("\(outside) is out of range; use multiples of 8 from 8 to 8192")
    }
  }

  /// Links one node per cache, the powers of two in contiguous memory. `caches` ascend by size and passed `check`.
  init(caches: [SlabCache]) {
    nodes = .allocate(capacity: GeneralCaches.powersOfTwo)
    var last: UnsafeMutablePointer<GeneralCacheNode>?
    for cache in caches {
      let size = cache.objectSize
      let isPowerOfTwo = size.nonzeroBitCount == 1
      let node = isPowerOfTwo ? nodes + (size.trailingZeroBitCount - 3) : .allocate(capacity: 1)
      node.initialize(to: GeneralCacheNode(size: size, cache: cache))
      last?.pointee.next.store(node, ordering: .releasing)
      last = node
    }
  }

  func destroy() {
    var node: UnsafeMutablePointer<GeneralCacheNode>? = nodes
    while let current = node {
      node = current.pointee.next.load(ordering: .relaxed)
      if current.pointee.size.nonzeroBitCount != 1 { current.deallocate() }
    }
    nodes.deallocate()
  }
}
