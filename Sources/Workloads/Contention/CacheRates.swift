internal import SlabEngine

/// Number of allocations of a workload by cache. Requests by size are counted by size, so that the counts apply to any sizes of
/// general caches.
package struct CacheRates: Sendable, Hashable {
  /// Request of an allocation: a named cache, or a number of bytes.
  enum Request: Hashable {
    case named(String)
    case bytes(Int)
  }

  private var named: [String: Int] = [:]
  private var bySize: [Int: Int] = [:]
  /// Number of all allocations.
  package private(set) var total = 0

  init() {}

  mutating func add(_ request: Request) {
    switch request {
    case .named(let name): named[name, default: 0] += 1
    case .bytes(let bytes): bySize[bytes, default: 0] += 1
    }
    total += 1
  }

  /// Returns the number of allocations of each cache in descending order, for general caches of the given sizes.
  package func byCache(generalCacheSizes sizes: [Int]) -> [(name: String, allocations: Int)] {
    var counts = named
    for (bytes, count) in bySize {
      // The page allocator serves larger requests.
      guard let size = sizes.first(where: { $0 >= bytes }) else { continue }
      counts[SlabEngine.generalCacheName(size), default: 0] += count
    }
    return counts.map { ($0.key, $0.value) }.sorted { ($1.allocations, $0.name) < ($0.allocations, $1.name) }
  }

  /// Returns the hot caches: those with at least a share of all allocations, in descending order.
  /// - Parameters:
  ///   - sizes: Sizes of the general caches in bytes, ascending.
  ///   - share: Minimum share of one cache, from 0 to 1.
  package func hotCaches(generalCacheSizes sizes: [Int], share: Double = 0.05) -> [String] {
    byCache(generalCacheSizes: sizes).prefix { Double($0.allocations) >= share * Double(max(1, total)) }.map(\.name)
  }
}
