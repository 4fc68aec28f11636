import SlabEngine

extension SLUBModel {
  /// Checks every invariant of the model: each slab is on the one list that its record names, lists are linked both ways, and
  /// every count is the sum of what it counts.
  /// - Returns: violations in words; empty if there are none.
  /// - Complexity: O(slabs + caches x CPUs).
  public func validate() -> [String] {
    var violations: [String] = []
    func check(_ isTrue: Bool, _ message: @autoclosure () -> String) { if !isTrue { violations.append(message()) } }
    var seen = [Int](repeating: 0, count: slabs.count)
    for cache in 0..<Int32(layouts.count) {
      let (name, state) = (layouts[Int(cache)].name, states[Int(cache)])
      var (slab, previous, count, free) = (state.firstPartial, SLUBModel.none, 0, 0)
      while slab >= 0, count <= slabs.count {
        let record = slabs[Int(slab)]
        check(record.place == .nodePartial && record.cache == cache, "\(name): slab \(slab) is on the node's list")
        check(record.previous == previous, "\(name): slab \(slab) links back to \(record.previous)")
        check(record.inUse < record.objects, "\(name): slab \(slab) on the node's list is full")
        seen[Int(slab)] += 1
        (count, free) = (count + 1, free + Int(record.objects - record.inUse))
        (previous, slab) = (slab, record.next)
      }
      check(state.lastPartial == previous, "\(name): the node's list ends with \(previous)")
      check(
        count == Int(state.partialSlabs), "\(name): \(count) slabs on the node's list, counted \(state.partialSlabs)")
      check(free == state.freeOnNode, "\(name): \(free) objects free on the node, counted \(state.freeOnNode)")
      var inSheaves = 0
      for cpu in 0..<cpuCount {
        let own = cpus[Int(cache) * cpuCount + cpu]
        if own.slab >= 0 {
          check(slabs[Int(own.slab)].place == .cpuSlab, "\(name): CPU \(cpu)'s slab \(own.slab) is elsewhere")
          seen[Int(own.slab)] += 1
        }
        var (slab, count) = (own.firstPartial, 0)
        while slab >= 0, count <= slabs.count {
          check(slabs[Int(slab)].place == .cpuPartial, "\(name): slab \(slab) is on CPU \(cpu)'s list")
          seen[Int(slab)] += 1
          (count, slab) = (count + 1, slabs[Int(slab)].next)
        }
        check(
          count == Int(own.partialSlabs), "\(name): \(count) slabs on CPU \(cpu)'s list, counted \(own.partialSlabs)")
        for sheaf in [own.mainSheaf, own.spareSheaf] where sheaf >= 0 { inSheaves += Int(sheaves.count(sheaf)) }
      }
      var sheaf = state.fullSheaves
      while sheaf >= 0 {
        inSheaves += Int(sheaves.count(sheaf))
        sheaf = sheaves.next(sheaf)
      }
      check(
        inSheaves == state.objectsInSheaves,
        "\(name): \(inSheaves) objects in sheaves, counted \(state.objectsInSheaves)")
      let sum = SlabSum(slabs, cache: cache)
      check(sum.slabs == state.slabs && sum.objects == state.totalObjects, "\(name): counts of slabs and objects")
      check(sum.inUse == state.objectsInUse, "\(name): \(sum.inUse) objects out of slabs, counted \(state.objectsInUse)")
      check(sum.bytes == state.slabBytes, "\(name): \(sum.bytes) bytes of slabs, counted \(state.slabBytes)")
    }
    for (slab, record) in slabs.enumerated() {
      let lists = record.place == .released || record.place == .full ? 0 : 1
      check(seen[slab] == lists, "slab \(slab) is on \(seen[slab]) lists, its record says \(record.place)")
      check(record.inUse <= record.objects, "slab \(slab) has more objects in use than it holds")
      check(record.place != .full || record.inUse == record.objects, "slab \(slab) is on no list and not full")
    }
    return violations
  }

  private struct SlabSum {
    var (slabs, objects, inUse, bytes) = (0, 0, 0, 0)

    init(_ records: [Slab], cache: Int32) {
      for record in records where record.place != .released && record.cache == cache {
        slabs += 1
        objects += Int(record.objects)
        inUse += Int(record.inUse)
        bytes += PageBookkeeping.pageBytes << Int(record.order)
      }
    }
  }
}
