/// Sheaves (Linux 6.18 and later): each CPU has a main and a spare sheaf (struct slub_percpu_sheaves), and each node has a
/// barn of full and empty sheaves (struct node_barn).
///
/// The model assumes that every allocation may block, so that an empty main sheaf is refilled (__pcs_replace_empty_main).
/// Older recordings do not contain the GFP flags.
extension SLUBModel {
  /// Maximum number of full sheaves in a barn (MAX_FULL_SHEAVES).
  static let maximumSheavesInBarn: Int32 = 10
  /// Returns the number of objects in a barn with the maximum number of full sheaves.
  static func maximumObjectsInBarn(of layout: SLUBCacheLayout) -> Int {
    Int(maximumSheavesInBarn) * layout.sheafCapacity
  }

  /// Allocates an object from the main sheaf of the CPU, and replaces the sheaf first if it is empty (alloc_from_pcs).
  @inline(__always)
  mutating func allocateFromSheaf(_ cache: Int32, on cpu: Int32) -> Int32 {
    let sheaf = cpus[Int(cache) &* cpuCount &+ Int(cpu)].mainSheaf
    guard sheaf >= 0, sheaves.count(sheaf) > 0 else { return replaceEmptyMainSheafAndAllocate(cache, on: cpu) }
    states[Int(cache)].objectsInSheaves &-= 1
    return sheaves.pop(sheaf)
  }

  /// Frees an object to the main sheaf of the CPU, and replaces the sheaf first if it is full (free_to_pcs).
  @inline(__always)
  mutating func freeToSheaf(_ slab: Int32, of cache: Int32, on cpu: Int32) {
    let cpuIndex = Int(cache) &* cpuCount &+ Int(cpu)
    let sheaf = cpus[cpuIndex].mainSheaf
    if sheaf < 0 || sheaves.count(sheaf) == states[Int(cache)].sheafCapacity { replaceFullMainSheaf(cache, on: cpu) }
    sheaves.push(slab, to: cpus[cpuIndex].mainSheaf)
    states[Int(cache)].objectsInSheaves &+= 1
  }

  /// Replaces the empty main sheaf by the spare sheaf, by a full sheaf of the barn, or by a sheaf refilled from the slabs
  /// (__pcs_replace_empty_main), and allocates an object from it. Returns `none` if memory is exhausted.
  @inline(never)
  private mutating func replaceEmptyMainSheafAndAllocate(_ cache: Int32, on cpu: Int32) -> Int32 {
    let cpuIndex = Int(cache) &* cpuCount &+ Int(cpu)
    if cpus[cpuIndex].mainSheaf < 0 {
      cpus[cpuIndex].mainSheaf = sheaves.make(capacity: states[Int(cache)].sheafCapacity)
    }
    let (main, spare) = (cpus[cpuIndex].mainSheaf, cpus[cpuIndex].spareSheaf)
    if spare >= 0, sheaves.count(spare) > 0 {
      (cpus[cpuIndex].mainSheaf, cpus[cpuIndex].spareSheaf) = (spare, main)
    } else if states[Int(cache)].fullSheafCount > 0 {
      let full = removeFullSheafFromBarn(cache)
      addEmptySheafToBarn(main, of: cache)
      cpus[cpuIndex].mainSheaf = full
    } else {
      cpus[cpuIndex].spareSheaf = SLUBModel.none
      let filled = spare >= 0 ? spare : emptySheafFromBarn(cache)
      refillSheaf(filled, of: cache, on: cpu)
      guard sheaves.count(filled) > 0 else {
        addEmptySheafToBarn(filled, of: cache)
        return SLUBModel.none
      }
      cpus[cpuIndex].spareSheaf = main
      cpus[cpuIndex].mainSheaf = filled
    }
    states[Int(cache)].objectsInSheaves &-= 1
    return sheaves.pop(cpus[cpuIndex].mainSheaf)
  }

  /// Replaces the full main sheaf (__pcs_replace_full_main): by the spare sheaf if that is not full, otherwise by an empty
  /// sheaf, and the full sheaf becomes the spare or moves to the barn. If the barn has the maximum number of full sheaves, the
  /// spare sheaf is flushed and becomes the main sheaf.
  @inline(never)
  private mutating func replaceFullMainSheaf(_ cache: Int32, on cpu: Int32) {
    let cpuIndex = Int(cache) &* cpuCount &+ Int(cpu)
    let capacity = states[Int(cache)].sheafCapacity
    let (main, spare) = (cpus[cpuIndex].mainSheaf, cpus[cpuIndex].spareSheaf)
    if main < 0 {
      cpus[cpuIndex].mainSheaf = emptySheafFromBarn(cache)
    } else if spare < 0 {
      cpus[cpuIndex].spareSheaf = main
      cpus[cpuIndex].mainSheaf = emptySheafFromBarn(cache)
    } else if sheaves.count(spare) < capacity {
      (cpus[cpuIndex].mainSheaf, cpus[cpuIndex].spareSheaf) = (spare, main)
    } else if states[Int(cache)].fullSheafCount >= SLUBModel.maximumSheavesInBarn {
      flushSheaf(spare, of: cache, on: cpu)
      (cpus[cpuIndex].mainSheaf, cpus[cpuIndex].spareSheaf) = (spare, main)
    } else {
      sheaves.link(main, to: &states[Int(cache)].fullSheaves)
      states[Int(cache)].fullSheafCount += 1
      cpus[cpuIndex].mainSheaf = emptySheafFromBarn(cache)
    }
  }

  // MARK: The barn

  /// Removes a full sheaf from the barn, which must not be empty (barn_replace_empty_sheaf).
  private mutating func removeFullSheafFromBarn(_ cache: Int32) -> Int32 {
    states[Int(cache)].fullSheafCount -= 1
    return sheaves.unlinkFirst(of: &states[Int(cache)].fullSheaves)
  }

  /// Returns an empty sheaf: one of the barn (barn_get_empty_sheaf), or a new one (alloc_empty_sheaf).
  private mutating func emptySheafFromBarn(_ cache: Int32) -> Int32 {
    guard states[Int(cache)].emptySheafCount > 0 else {
      return sheaves.make(capacity: states[Int(cache)].sheafCapacity)
    }
    states[Int(cache)].emptySheafCount -= 1
    return sheaves.unlinkFirst(of: &states[Int(cache)].emptySheaves)
  }

  /// Adds an empty sheaf to the barn (barn_put_empty_sheaf). Unlike the kernel, the barn has no limit of empty sheaves:
  /// the memory of sheaves is not modelled.
  private mutating func addEmptySheafToBarn(_ sheaf: Int32, of cache: Int32) {
    sheaves.link(sheaf, to: &states[Int(cache)].emptySheaves)
    states[Int(cache)].emptySheafCount += 1
  }

  // MARK: Refill and flush

  /// Fills a sheaf with objects of the slabs (refill_sheaf). If memory is exhausted, the sheaf is only partly filled.
  private mutating func refillSheaf(_ sheaf: Int32, of cache: Int32, on cpu: Int32) {
    let missing = states[Int(cache)].sheafCapacity - sheaves.count(sheaf)
    if parameters.variant == .sheaves { return refillSheafFromNode(sheaf, of: cache, missing: Int(missing)) }
    for _ in 0..<missing {
      let slab = allocateFromSlabs(cache, on: cpu)
      guard slab >= 0 else { return }
      sheaves.push(slab, to: sheaf)
      states[Int(cache)].objectsInSheaves &+= 1
    }
  }

  /// Fills a sheaf from the node partial list (refill_objects, Linux 7.0): removes slabs from the head of the list until they
  /// have enough free objects, and moves their objects to the sheaf, beginning with the slab removed last. If the list does
  /// not have enough objects, allocates new slabs.
  private mutating func refillSheafFromNode(_ sheaf: Int32, of cache: Int32, missing: Int) {
    states[Int(cache)].refills &+= 1
    var removed: [Int32] = []
    var found = 0
    while found < missing, states[Int(cache)].firstPartial >= 0 {
      let slab = states[Int(cache)].firstPartial
      removePartial(slab, from: cache)
      removed.append(slab)
      found += Int(slabs[Int(slab)].objects - slabs[Int(slab)].inUse)
    }
    var left = missing
    for slab in removed.reversed() {
      left -= moveObjects(left, from: slab, to: sheaf, of: cache)
      // The kernel frees the objects for which the sheaf has no room, which adds their slab to the tail.
      if slabs[Int(slab)].inUse < slabs[Int(slab)].objects { addToNodeOrDiscard(slab, atTail: true) }
    }
    while left > 0 {
      let slab = allocateSlab(cache)
      guard slab >= 0 else {
        states[Int(cache)].failedAllocations &+= 1
        return
      }
      left -= moveObjects(left, from: slab, to: sheaf, of: cache)
      if slabs[Int(slab)].inUse < slabs[Int(slab)].objects { addPartial(slab, to: cache, atTail: false) }
    }
  }

  /// Moves up to `count` free objects from a slab that is on no list to a sheaf, and returns their number.
  private mutating func moveObjects(_ count: Int, from slab: Int32, to sheaf: Int32, of cache: Int32) -> Int {
    let moved = min(count, Int(slabs[Int(slab)].objects - slabs[Int(slab)].inUse))
    for _ in 0..<moved { sheaves.push(slab, to: sheaf) }
    slabs[Int(slab)].inUse += UInt16(moved)
    states[Int(cache)].objectsInUse += moved
    states[Int(cache)].objectsInSheaves += moved
    return moved
  }

  /// Allocates an object from the first slab of the node partial list, which stays first until it is full, or from a new slab
  /// if the list is empty (___slab_alloc, Linux 7.0). Caches without sheaves use it.
  @inline(never)
  mutating func allocateFromNode(_ cache: Int32) -> Int32 {
    var slab = states[Int(cache)].firstPartial
    if slab >= 0 {
      removePartial(slab, from: cache)
    } else {
      slab = allocateSlab(cache)
    }
    guard slab >= 0 else {
      states[Int(cache)].failedAllocations &+= 1
      return slab
    }
    slabs[Int(slab)].inUse += 1
    states[Int(cache)].objectsInUse += 1
    if slabs[Int(slab)].inUse < slabs[Int(slab)].objects { addPartial(slab, to: cache, atTail: false) }
    return slab
  }

  /// Frees all objects of a sheaf to their slabs (sheaf_flush_unused).
  private mutating func flushSheaf(_ sheaf: Int32, of cache: Int32, on cpu: Int32) {
    states[Int(cache)].flushes &+= 1
    while sheaves.count(sheaf) > 0 {
      let slab = sheaves.pop(sheaf)
      states[Int(cache)].objectsInSheaves &-= 1
      freeToSlab(slab, on: cpu)
    }
  }

  /// Frees the objects of all sheaves of a cache to their slabs (pcs_flush_all, barn_shrink).
  mutating func flushSheaves(of cache: Int32) {
    guard states[Int(cache)].sheafCapacity > 0 else { return }
    for cpu in 0..<Int32(cpuCount) {
      let cpuIndex = Int(cache) * cpuCount + Int(cpu)
      if cpus[cpuIndex].mainSheaf >= 0 { flushSheaf(cpus[cpuIndex].mainSheaf, of: cache, on: cpu) }
      if cpus[cpuIndex].spareSheaf >= 0 { flushSheaf(cpus[cpuIndex].spareSheaf, of: cache, on: cpu) }
    }
    while states[Int(cache)].fullSheafCount > 0 {
      let sheaf = removeFullSheafFromBarn(cache)
      flushSheaf(sheaf, of: cache, on: 0)
      addEmptySheafToBarn(sheaf, of: cache)
    }
  }
}
