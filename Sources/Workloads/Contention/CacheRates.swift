internal import SlabEngine

/// Allocations of a workload by the cache that serves them, whatever the sizes of the general caches are.
public struct CacheRates: Sendable, Hashable {
  /// What an allocation asks for.
  enum Request: Hashable {
    case named(String)
    case bytes(Int)
  }

  private var named: [String: Int] = [:]
  private var bySize: [Int: Int] = [:]
  /// All allocations.
  public private(set) var total = 0

  init() {}

  mutating func add(_ request: Request) {
    switch request {
    case .named(let name): named[name, default: 0] += 1
    case .bytes(let bytes): bySize[bytes, default: 0] += 1
    }
    total += 1
  }

  /// Allocations of each cache, the most first, when requests by size are served by general caches of these sizes.
  public func byCache(generalCacheSizes sizes: [Int]) -> [(name: String, allocations: Int)] {
    var counts = named
    for (bytes, count) in bySize {
      // Larger requests go to the page allocator.
      guard let size = sizes.first(where: { $0 >= bytes }) else { continue }
      counts[SlabEngine.generalCacheName(size), default: 0] += count
    }
    return counts.map { ($0.key, $0.value) }.sorted { ($1.allocations, $0.name) < ($0.allocations, $1.name) }
  }

  /// The caches that have at least this share of all allocations each: a profile's hot caches, the hottest first.
  public func hotCaches(generalCacheSizes sizes: [Int], share: Double = 0.05) -> [String] {
    byCache(generalCacheSizes: sizes).prefix { Double($0.allocations) >= share * Double(max(1, total)) }.map(\.name)
  }
}
