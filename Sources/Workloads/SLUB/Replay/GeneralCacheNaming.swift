package import Recordings
import SlabEngine

/// General caches of a policy that serve recorded requests, with the names and allocated bytes that a replay under the
/// policy has. A profile of the events of a replay uses them in place of the recorded kernel's.
package struct GeneralCacheNaming {
  private let classes: KmallocClassTable
  /// Names of the caches of all kmalloc types and sizes, then the name for requests that the page allocator serves.
  package let names: [String]

  /// Creates the general caches of a policy.
  /// - Parameters:
  ///   - policy: Policy, whose general-cache sizes are used.
  ///   - wholePages: Name for requests that the page allocator serves.
  package init(_ policy: Policy, wholePages: String) {
    let classes = KmallocClassTable(sizes: policy.generalCacheSizes)
    self.classes = classes
    names = KmallocKind.allCases.flatMap { kind in classes.sizes.map { kind.cacheName(bytes: $0) } } + [wholePages]
  }

  /// Returns the index in `names` of the cache that serves a kmalloc request, and the bytes of its objects.
  /// - Parameters:
  ///   - event: kmalloc request.
  ///   - kind: kmalloc type of the request.
  package func cache(of event: AllocationEvent, kind: KmallocKind) -> (index: Int, bytes: Int) {
    let bytes = classes.bytes(of: event)
    guard bytes <= classes.largest else {
      return (names.count - 1, PageBookkeeping.pageBytes << SLUBParameters.order(ofBytes: Int(event.requestedBytes)))
    }
    let number = classes.number(for: bytes)
    let kindIndex = KmallocKind.allCases.firstIndex(of: kind) ?? 0
    return (kindIndex * classes.sizes.count + number, classes.sizes[number])
  }
}
