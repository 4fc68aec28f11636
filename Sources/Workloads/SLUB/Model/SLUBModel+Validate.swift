import SlabEngine

extension SLUBModel {
  /// Checks all invariants: each slab is on exactly the list that its location names, the links of each list agree in both
  /// directions, and each count equals the sum over the slabs.
  /// - Returns: Description of each violation; empty if there are none.
  /// - Complexity: O(slabs + caches x CPUs).
  package func validate() -> [String] {
    var violations: [String] = []
    func check(_ isTrue: Bool, _ message: @autoclosure () -> String) { if !isTrue { violations.append(message()) } }
    var seen = [Int](repeating: 0, count: slabs.count)
    for cache in 0..<Int32(layouts.count) {
      let (name, state) = (layouts[Int(cache)].name, states[Int(cache)])
      var (slab, previous, count, free) = (state.firstPartial, SLUBModel.none, 0, 0)
      while slab >= 0, count <= slabs.count {
        let record = slabs[Int(slab)]
        check(
          record.location == .nodePartial && record.cache == cache,
          "\(name): slab \(slab) on the node partial list belongs elsewhere")
        check(record.previous == previous, "\(name): slab \(slab) links back to \(record.previous)")
        check(record.inUse < record.objects, "\(name): slab \(slab) on the node partial list is full")
        seen[Int(slab)] += 1
        (count, free) = (count + 1, free + Int(record.objects - record.inUse))
        (previous, slab) = (slab, record.next)
      }
      check(state.lastPartial == previous, "\(name): the node partial list ends with \(previous)")
      check(
        count == Int(state.partialSlabs),
        "\(name): \(count) slabs on the node partial list, counted \(state.partialSlabs)")
      check(
        free == state.freeObjectsOnNode, "\(name): \(free) free objects on the node, counted \(state.freeObjectsOnNode)"
      )
      var inSheaves = 0
      for cpu in 0..<cpuCount {
        let own = cpus[Int(cache) * cpuCount + cpu]
        if own.slab >= 0 {
          check(slabs[Int(own.slab)].location == .cpuSlab, "\(name): slab \(own.slab) of CPU \(cpu) belongs elsewhere")
          seen[Int(own.slab)] += 1
        }
        var (slab, count) = (own.firstPartial, 0)
        while slab >= 0, count <= slabs.count {
          check(
            slabs[Int(slab)].location == .cpuPartial,
            "\(name): slab \(slab) on the partial list of CPU \(cpu) belongs elsewhere")
          seen[Int(slab)] += 1
          (count, slab) = (count + 1, slabs[Int(slab)].next)
        }
        check(
          count == Int(own.partialSlabs),
          "\(name): \(count) slabs on the partial list of CPU \(cpu), counted \(own.partialSlabs)")
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
      check(
        sum.slabs == state.slabs && sum.objects == state.totalObjects,
        "\(name): \(sum.slabs) slabs with \(sum.objects) objects, counted \(state.slabs) and \(state.totalObjects)")
      check(sum.inUse == state.objectsInUse, "\(name): \(sum.inUse) objects in use, counted \(state.objectsInUse)")
      check(sum.bytes == state.slabBytes, "\(name): \(sum.bytes) bytes of slab memory, counted \(state.slabBytes)")
    }
    for (slab, record) in slabs.enumerated() {
      let lists = record.location == .discarded || record.location == .full ? 0 : 1
      check(seen[slab] == lists, "slab \(slab) is on \(seen[slab]) lists, its location is \(record.location)")
      check(record.inUse <= record.objects, "slab \(slab) has more objects in use than objects")
      check(record.location != .full || record.inUse == record.objects, "slab \(slab) is on no list and not full")
    }
    return violations
  }

  private struct SlabSum {
    var (slabs, objects, inUse, bytes) = (0, 0, 0, 0)

    init(_ records: [Slab], cache: Int32) {
      for record in records where record.location != .discarded && record.cache == cache {
        slabs += 1
        objects += Int(record.objects)
        inUse += Int(record.inUse)
        bytes += PageBookkeeping.pageBytes << Int(record.order)
      }
    }
  }
}
