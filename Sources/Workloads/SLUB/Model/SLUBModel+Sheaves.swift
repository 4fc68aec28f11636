/// Sheaves: each CPU has a main and a spare one, each node a "barn" of full and of empty ones (struct slub_percpu_sheaves,
/// struct node_barn in mm/slub.c, since Linux 6.18).
///
/// The model takes every allocation for one that may sleep, so that an empty main sheaf is refilled; events of older
/// recordings don't say which may not.
extension SLUBModel {
  /// The most full sheaves in a barn (MAX_FULL_SHEAVES), and the most empty ones (MAX_EMPTY_SHEAVES).
  static let mostSheavesInBarn: Int32 = 10
  /// The most objects that a barn has room for.
  static func mostObjectsInBarn(of layout: SLUBCacheLayout) -> Int { Int(mostSheavesInBarn) * layout.sheafCapacity }

  /// Takes an object out of the CPU's main sheaf (alloc_from_pcs), or of the slabs if there is no memory for more.
  @inline(__always)
  mutating func allocateFromSheaf(_ cache: Int32, on cpu: Int32) -> Int32 {
    let sheaf = cpus[Int(cache) &* cpuCount &+ Int(cpu)].mainSheaf
    guard sheaf >= 0, sheaves.count(sheaf) > 0 else { return allocateFromNextSheaf(cache, on: cpu) }
    states[Int(cache)].objectsInSheaves &-= 1
    return sheaves.pop(sheaf)
  }

  /// Frees an object to the CPU's main sheaf (free_to_pcs).
  @inline(__always)
  mutating func freeToSheaf(_ slab: Int32, of cache: Int32, on cpu: Int32) {
    let place = Int(cache) &* cpuCount &+ Int(cpu)
    let sheaf = cpus[place].mainSheaf
    if sheaf < 0 || sheaves.count(sheaf) == states[Int(cache)].sheafCapacity { replaceFullMain(cache, on: cpu) }
    sheaves.push(slab, to: cpus[place].mainSheaf)
    states[Int(cache)].objectsInSheaves &+= 1
  }

  /// Replaces the empty main sheaf (__pcs_replace_empty_main): by the spare one, by a full one of the barn, or by one that is
  /// filled from the slabs.
  @inline(never)
  private mutating func allocateFromNextSheaf(_ cache: Int32, on cpu: Int32) -> Int32 {
    let place = Int(cache) &* cpuCount &+ Int(cpu)
    if cpus[place].mainSheaf < 0 { cpus[place].mainSheaf = sheaves.make(capacity: states[Int(cache)].sheafCapacity) }
    let (main, spare) = (cpus[place].mainSheaf, cpus[place].spareSheaf)
    if spare >= 0, sheaves.count(spare) > 0 {
      (cpus[place].mainSheaf, cpus[place].spareSheaf) = (spare, main)
    } else if states[Int(cache)].fullSheafCount > 0 {
      let full = takeFullSheaf(cache)
      putEmptySheaf(main, of: cache)
      cpus[place].mainSheaf = full
    } else {
      cpus[place].spareSheaf = SLUBModel.none
      let filled = spare >= 0 ? spare : takeEmptySheaf(cache)
      refill(filled, of: cache, on: cpu)
      guard sheaves.count(filled) > 0 else {
        putEmptySheaf(filled, of: cache)
        return SLUBModel.none
      }
      cpus[place].spareSheaf = main
      cpus[place].mainSheaf = filled
    }
    states[Int(cache)].objectsInSheaves &-= 1
    return sheaves.pop(cpus[place].mainSheaf)
  }

  /// Replaces the full main sheaf (__pcs_replace_full_main): by the spare one if that has room; else by an empty one, while
  /// the full one becomes the spare or goes to the barn. If the barn has enough full ones, the spare is flushed.
  @inline(never)
  private mutating func replaceFullMain(_ cache: Int32, on cpu: Int32) {
    let place = Int(cache) &* cpuCount &+ Int(cpu)
    let capacity = states[Int(cache)].sheafCapacity
    let (main, spare) = (cpus[place].mainSheaf, cpus[place].spareSheaf)
    if main < 0 {
      cpus[place].mainSheaf = takeEmptySheaf(cache)
    } else if spare < 0 {
      cpus[place].spareSheaf = main
      cpus[place].mainSheaf = takeEmptySheaf(cache)
    } else if sheaves.count(spare) < capacity {
      (cpus[place].mainSheaf, cpus[place].spareSheaf) = (spare, main)
    } else if states[Int(cache)].fullSheafCount >= SLUBModel.mostSheavesInBarn {
      flush(spare, of: cache, on: cpu)
      (cpus[place].mainSheaf, cpus[place].spareSheaf) = (spare, main)
    } else {
      sheaves.link(main, to: &states[Int(cache)].fullSheaves)
      states[Int(cache)].fullSheafCount += 1
      cpus[place].mainSheaf = takeEmptySheaf(cache)
    }
  }

  // MARK: The barn

  private mutating func takeFullSheaf(_ cache: Int32) -> Int32 {
    states[Int(cache)].fullSheafCount -= 1
    return sheaves.unlinkFirst(of: &states[Int(cache)].fullSheaves)
  }

  /// An empty sheaf of the barn, else a new one.
  private mutating func takeEmptySheaf(_ cache: Int32) -> Int32 {
    guard states[Int(cache)].emptySheafCount > 0 else {
      return sheaves.make(capacity: states[Int(cache)].sheafCapacity)
    }
    states[Int(cache)].emptySheafCount -= 1
    return sheaves.unlinkFirst(of: &states[Int(cache)].emptySheaves)
  }

  /// Sheaves beyond the barn's limit stay in it: an empty one holds nothing but its own memory, which is not modelled.
  private mutating func putEmptySheaf(_ sheaf: Int32, of cache: Int32) {
    sheaves.link(sheaf, to: &states[Int(cache)].emptySheaves)
    states[Int(cache)].emptySheafCount += 1
  }

  // MARK: Slabs behind sheaves

  /// Fills a sheaf from the slabs; if memory runs out, only in part.
  private mutating func refill(_ sheaf: Int32, of cache: Int32, on cpu: Int32) {
    let missing = states[Int(cache)].sheafCapacity - sheaves.count(sheaf)
    if parameters.variant == .sheaves { return refillFromNode(sheaf, of: cache, missing: Int(missing)) }
    for _ in 0..<missing {
      let slab = allocateFromSlabs(cache, on: cpu)
      guard slab >= 0 else { return }
      sheaves.push(slab, to: sheaf)
      states[Int(cache)].objectsInSheaves &+= 1
    }
  }

  /// Fills a sheaf from whole slabs of the node (refill_objects, Linux 7.0): slabs come off the head of the list until they
  /// have enough free objects and are used up, the one taken last first; then new slabs are made.
  private mutating func refillFromNode(_ sheaf: Int32, of cache: Int32, missing: Int) {
    states[Int(cache)].refills &+= 1
    var taken: [Int32] = []
    var found = 0
    while found < missing, states[Int(cache)].firstPartial >= 0 {
      let slab = states[Int(cache)].firstPartial
      removePartial(slab, from: cache)
      taken.append(slab)
      found += Int(slabs[Int(slab)].objects - slabs[Int(slab)].inUse)
    }
    var left = missing
    for slab in taken.reversed() {
      left -= take(left, from: slab, to: sheaf, of: cache)
      // What the sheaf has no room for is freed again, which puts a slab at the tail.
      if slabs[Int(slab)].inUse < slabs[Int(slab)].objects { addToNode(slab, atTail: true) }
    }
    while left > 0 {
      let slab = growSlab(cache)
      guard slab >= 0 else {
        states[Int(cache)].failedAllocations &+= 1
        return
      }
      left -= take(left, from: slab, to: sheaf, of: cache)
      if slabs[Int(slab)].inUse < slabs[Int(slab)].objects { addPartial(slab, to: cache, atTail: false) }
    }
  }

  /// Moves up to `count` free objects of a slab on no list to a sheaf; returns how many.
  private mutating func take(_ count: Int, from slab: Int32, to sheaf: Int32, of cache: Int32) -> Int {
    let moved = min(count, Int(slabs[Int(slab)].objects - slabs[Int(slab)].inUse))
    for _ in 0..<moved { sheaves.push(slab, to: sheaf) }
    slabs[Int(slab)].inUse += UInt16(moved)
    states[Int(cache)].objectsInUse += moved
    states[Int(cache)].objectsInSheaves += moved
    return moved
  }

  /// Takes one object from the first slab of the node, which stays first until it is used up, else from a new slab
  /// (___slab_alloc, Linux 7.0): if there is no memory to fill a sheaf.
  @inline(never)
  mutating func allocateFromNode(_ cache: Int32) -> Int32 {
    var slab = states[Int(cache)].firstPartial
    if slab >= 0 {
      removePartial(slab, from: cache)
    } else {
      slab = growSlab(cache)
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

  /// Returns every object of a sheaf to its slab (sheaf_flush_unused).
  private mutating func flush(_ sheaf: Int32, of cache: Int32, on cpu: Int32) {
    states[Int(cache)].flushes &+= 1
    while sheaves.count(sheaf) > 0 {
      let slab = sheaves.pop(sheaf)
      states[Int(cache)].objectsInSheaves &-= 1
      returnToSlab(slab, on: cpu)
    }
  }

  /// Returns the objects of every sheaf of a cache to their slabs.
  mutating func flushSheaves(of cache: Int32) {
    guard states[Int(cache)].sheafCapacity > 0 else { return }
    for cpu in 0..<Int32(cpuCount) {
      let place = Int(cache) * cpuCount + Int(cpu)
      if cpus[place].mainSheaf >= 0 { flush(cpus[place].mainSheaf, of: cache, on: cpu) }
      if cpus[place].spareSheaf >= 0 { flush(cpus[place].spareSheaf, of: cache, on: cpu) }
    }
    while states[Int(cache)].fullSheafCount > 0 {
      let sheaf = takeFullSheaf(cache)
      flush(sheaf, of: cache, on: 0)
      putEmptySheaf(sheaf, of: cache)
    }
  }
}
