/// Slabs of one cache of a running kernel by list, page order and objects in use.
///
///     all slabs = node partial lists + CPU partial lists + CPU slabs + full slabs
package struct SlabOccupancy: Sendable, Hashable, Codable {
  /// Name of the cache.
  package var name: String
  /// Parameters of the cache.
  package var parameters = SlabCacheParameters()
  /// Groups of slabs, the full slabs last. No group is empty.
  package var groups: [SlabGroup] = []
  /// Number of free objects in the sheaves of CPUs and nodes. They count as in use in ``groups``.
  package var objectsInSheaves = 0
  /// Whether the free objects in per-CPU caches are known. If not, they count as in use.
  package var knowsObjectsOnCPUs = true

  /// Whether all lists are known. If not, because a list changed during each of several walks, all slabs are in the group of
  /// full slabs, as only their number is known.
  package var isComplete = true

  /// Creates a cache without slabs.
  package init(name: String) { self.name = name }

  /// Number of all slabs.
  package var slabs: Int { groups.reduce(0) { $0 + $1.slabs } }
  /// Number of objects that all slabs have room for.
  package var totalObjects: Int { groups.reduce(0) { $0 + $1.objects * $1.slabs } }
  /// Number of live objects: those that are neither free in a slab nor in a sheaf.
  package var liveObjects: Int { max(0, totalObjects - groups.reduce(objectsInSheaves) { $0 + $1.freeObjects }) }

  /// Returns the number of slabs on a list.
  package func slabs(on list: SlabGroup.List) -> Int {
    groups.reduce(0) { $0 + ($1.list == list ? $1.slabs : 0) }
  }

  /// Adds the full slabs, which the kernel does not list: all slabs without those on lists. Their page orders follow from the
  /// number of objects, because a cache has slabs of at most two orders.
  /// - Parameters:
  ///   - slabs: Number of all slabs, from the kernel's counter.
  ///   - objects: Number of objects that all slabs have room for, from the kernel's counter.
  package mutating func addFullSlabs(ofAll slabs: Int, objects: Int) {
    let full = max(0, slabs - self.slabs)
    guard full > 0 else { return }
    let (preferred, minimum) = (parameters.objectsPerPreferredSlab, parameters.objectsPerMinimumSlab)
    var fallbacks = 0
    if minimum < preferred, parameters.minimumOrder != parameters.preferredOrder {
      // The counters are not read at the same instant as the lists, so the result is rounded and limited to the valid range.
      let missing = full * preferred - max(0, objects - totalObjects)
      fallbacks = min(full, max(0, (missing + (preferred - minimum) / 2) / (preferred - minimum)))
    }
    for (order, objects, slabs) in [
      (parameters.preferredOrder, preferred, full - fallbacks), (parameters.minimumOrder, minimum, fallbacks),
    ] where slabs > 0 {
      groups.append(SlabGroup(list: .full, order: order, objects: objects, objectsInUse: objects, slabs: slabs))
    }
  }

  /// Whether the figures are in the range of a real machine, with at most 16 TiB of slabs, so that calculations with them cannot
  /// overflow.
  package var isPossible: Bool {
    guard parameters.stride <= 1 << 26, parameters.objectSize <= parameters.stride, objectsInSheaves <= 1 << 32,
      (0...10).contains(parameters.preferredOrder), (0...10).contains(parameters.minimumOrder),
      max(parameters.objectsPerPreferredSlab, parameters.objectsPerMinimumSlab) < 1 << 16
    else { return false }
    var pages = 0
    for group in groups {
      guard (0...10).contains(group.order), (0...1 << 32).contains(group.slabs),
        (0..<1 << 16).contains(group.objects), (0...group.objects).contains(group.objectsInUse),
        // Pages of up to 64 KiB.
        group.objects * parameters.stride <= 65536 << group.order
      else { return false }
      pages += group.slabs << group.order
      guard pages <= 1 << 32 else { return false }
    }
    return true
  }

  /// Number of slabs by the share of their objects that are in use: empty slabs, eight equal intervals, full slabs.
  package var slabsByOccupancy: [Int] {
    var counts = [Int](repeating: 0, count: SlabOccupancy.parts + 2)
    for group in groups {
      counts[SlabOccupancy.part(objectsInUse: group.objectsInUse, of: group.objects)] += group.slabs
    }
    return counts
  }

  /// Returns the share of objects in use (0...1) of every `step`-th slab of a page order, in descending order.
  /// - Complexity: O(groups log groups + slabs / step).
  package func occupancies(ofOrder order: Int, every step: Int) -> [Double] {
    let ofOrder = groups.filter { $0.order == order && $0.objects > 0 }.sorted {
      $0.objectsInUse * $1.objects > $1.objectsInUse * $0.objects
    }
    var (occupancies, next, end): ([Double], Int, Int) = ([], 0, 0)
    for group in ofOrder {
      end += group.slabs
      while next < end {
        occupancies.append(Double(group.objectsInUse) / Double(group.objects))
        next += step
      }
    }
    return occupancies
  }

  /// Number of intervals between empty and full in ``slabsByOccupancy``.
  package static let parts = 8

  /// Returns the index of a slab in ``slabsByOccupancy``: 0 if it is empty, 9 if it is full, otherwise 1...8.
  package static func part(objectsInUse: Int, of objects: Int) -> Int {
    if objectsInUse <= 0 { return 0 }
    if objectsInUse >= objects { return parts + 1 }
    return 1 + objectsInUse * parts / objects
  }
}
