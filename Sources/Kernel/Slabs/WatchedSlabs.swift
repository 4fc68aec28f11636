/// Slabs of a cache of the running kernel that have live objects of a watch.
///
/// The slabs of a cache are aligned blocks of pages of its preferred order, so that the address of an object, rounded down to the
/// size of a slab, names its slab. A slab of a lower order, after an order fallback, is counted with its neighbours as one. Slabs are
/// numbered from 1 in the order in which they were found; addresses do not leave this type.
package struct WatchedSlabs {
  /// Slab with its live objects that were allocated since the start of the watch.
  package struct Slab: Sendable, Hashable {
    /// Number of the slab.
    package let number: Int
    /// Live objects, the oldest first.
    package let objects: [WatchedObject]
    /// Age of the oldest object in microseconds.
    package var oldestMicroseconds: Int { objects.first?.ageMicroseconds ?? 0 }
  }

  private var cache: String?
  /// Number of each slab by its address.
  private var numbers: [UInt64: Int] = [:]
  private var found = 0

  /// Creates the slabs of no cache.
  package init() {}

  /// Returns the slabs of a cache that have live objects, by number. A slab has the same number in successive calls for the same cache
  /// while it has objects.
  /// - Parameters:
  ///   - objects: Live objects of all caches.
  ///   - cache: Name of the cache.
  ///   - slabBytes: Bytes of a slab of the cache's preferred order, a power of two.
  ///   - isOfCache: Whether the objects of a context belong to the cache, by context.
  /// - Complexity: O(objects + n log n) for n objects of the cache.
  package mutating func slabs(
    of objects: [WatchedObject], cache: String, slabBytes: Int, isOfCache: [Bool]
  ) -> [Slab] {
    if cache != self.cache { (self.cache, numbers, found) = (cache, [:], 0) }
    guard slabBytes > 0, slabBytes & (slabBytes - 1) == 0 else { return [] }
    let mask = ~UInt64(slabBytes - 1)
    var objectsBySlab: [UInt64: [WatchedObject]] = [:]
    for object in objects where isOfCache.indices.contains(object.context) && isOfCache[object.context] {
      objectsBySlab[object.address & mask, default: []].append(object)
    }
    numbers = numbers.filter { objectsBySlab[$0.key] != nil }
    for address in objectsBySlab.keys.filter({ numbers[$0] == nil }).sorted() {
      found += 1
      numbers[address] = found
    }
    return objectsBySlab.map { address, objects in
      Slab(
        number: numbers[address] ?? 0,
        objects: objects.sorted { ($1.ageMicroseconds, $0.address) < ($0.ageMicroseconds, $1.address) })
    }.sorted { $0.number < $1.number }
  }
}
