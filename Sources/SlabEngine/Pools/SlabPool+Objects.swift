internal import Synchronization

/// Allocation and free of objects in batches.
extension SlabPool {
  /// Allocates up to `count` objects for a member cache, from the fullest slabs first. Returns the number of objects allocated.
  /// - Complexity: O(count), plus a bitmap's words per slab touched.
  mutating func take(_ count: Int, into slots: Magazine.Slots, for cache: Int, cpu: Int) -> Int {
    var taken = 0
    while taken < count, let frame = fullestWithFreeObjects() {
      let slab = pages + Int(frame)
      let got = takeBits(of: frame, upTo: count - taken, into: slots + taken, for: cache)
      lastAllocatingCPUs[Int(frame)].store(UInt16(cpu), ordering: .relaxed)
      slab.pointee.freeCount -= UInt16(got)
      counts.freeObjects -= got
      if slab.pointee.occupancy == SlabPool.emptyList {
        counts.freeObjectsInEmptySlabs -= got
      }
      relink(slab, frame)
      taken += got
    }
    members.add(taken, to: cache)
    // CPUs take objects from the end of a magazine. The reversed order makes them allocate by ascending address, which suits
    // hardware prefetchers.
    var (low, high) = (0, taken - 1)
    while low < high {
      (slots[low], slots[high]) = (slots[high], slots[low])
      low += 1
      high -= 1
    }
    return taken
  }

  /// Frees objects of a member cache, up to the first pointer that is not in a slab of this pool. Pointers that are not live
  /// objects of the cache are appended to `refused`.
  /// - Returns: the number of pointers processed, including refused ones.
  mutating func put(_ slots: Magazine.Slots, count: Int, from cache: Int) -> Int {
    var done = 0
    var freed = 0
    // Consecutive objects usually lie in one slab, which is then moved to another list only once.
    var latest = PageDescriptor.none
    while done < count {
      let object = slots[done]
      let offset = object - memoryBase
      let frame = heads[offset >> MachineMemory.pageShift]
      let slab = pages + Int(frame)
      guard slab.pointee.use == .slab, slab.pointee.poolIndex == UInt16(index) else { break }
      done += 1
      let number = geometry.index(of: offset - Int(frame) << MachineMemory.pageShift, at: Int(slab.pointee.firstObject))
      if let reason = reasonToRefuse(object, number, of: frame, from: cache) {
        refused.append(RefusedFree(reason: reason, object: object, number: number, frame: frame))
        continue
      }
      slab.freeBits![number >> 6] |= 1 << UInt64(number & 63)
      slab.pointee.freeCount += 1
      freed += 1
      if frame != latest {
        if latest != PageDescriptor.none { relink(pages + Int(latest), latest) }
        latest = frame
      }
    }
    if latest != PageDescriptor.none { relink(pages + Int(latest), latest) }
    counts.freeObjects += freed
    members.add(-freed, to: cache)
    return done
  }

  /// Returns the reason for which the free of an object must be refused; nil if it is valid.
  func reasonToRefuse(
    _ object: UnsafeMutableRawPointer, _ number: Int, of frame: UInt32, from cache: Int
  ) -> AllocationFault.Kind? {
    let slab = pages + Int(frame)
    guard number < objectsByOrder[Int(slab.pointee.order)], self.object(number, of: frame) == object else {
      return .misalignedFree
    }
    guard slab.freeBits![number >> 6] >> UInt64(number & 63) & 1 == 0 else { return .doubleFree }
    guard ownerTags.owner(ofObject: number, of: slab) == cache else { return .wrongCache }
    return nil
  }

  /// Whether a slab that is not being evacuated has a free object.
  var hasObjectsToTake: Bool { fullestWithFreeObjects() != nil }

  /// Whether a partial slab that is not being evacuated has a free object.
  var hasPartialSlab: Bool { fullestWithFreeObjects().map { pages[Int($0)].occupancy != 0 } ?? false }

  /// Number of free objects in the slab from which the next object is allocated.
  var freeObjectsInFullestSlab: Int { fullestWithFreeObjects().map { Int(pages[Int($0)].freeCount) } ?? 0 }

  private func fullestWithFreeObjects() -> UInt32? {
    var list = SlabPool.partialLists.upperBound
    while list >= SlabPool.emptyList {
      if lists[list].count > 0 { return lists[list].first }
      list -= 1
    }
    return nil
  }

  private func takeBits(of frame: UInt32, upTo wanted: Int, into slots: Magazine.Slots, for cache: Int) -> Int {
    let slab = pages + Int(frame)
    let bits = slab.freeBits!
    let (first, stride) = (object(0, of: frame), geometry.stride)
    let shift = Int(slab.pointee.tagShift)
    var taken = 0
    var word = 0
    let words = SlabGeometry.bitmapWords(objects: objectsByOrder[Int(slab.pointee.order)])
    while taken < wanted, word < words {
      var free = bits[word]
      while free != 0, taken < wanted {
        let number = word << 6 + free.trailingZeroBitCount
        let object = first + number * stride
        slots[taken] = object
        if shift != 0 { ownerTags[object - memoryBase, shift] = UInt16(cache) }
        free &= free &- 1
        taken += 1
      }
      bits[word] = free
      word += 1
    }
    return taken
  }

  /// Moves a slab to the list for its number of free objects.
  @inline(__always)
  private mutating func relink(_ slab: UnsafeMutablePointer<PageDescriptor>, _ frame: UInt32) {
    let old = Int(slab.pointee.occupancy)
    guard old != SlabPool.evacuatingList else { return }
    let order = Int(slab.pointee.order)
    let new = list(free: Int(slab.pointee.freeCount), objects: objectsByOrder[order], order: order)
    if new != old { move(slab, frame, to: new) }
  }

  /// Moves a slab to another list and updates the sums over empty and other slabs.
  mutating func move(_ slab: UnsafeMutablePointer<PageDescriptor>, _ frame: UInt32, to new: Int) {
    let (old, order) = (Int(slab.pointee.occupancy), Int(slab.pointee.order))
    lists[old].remove(frame, in: pages)
    lists[new].push(frame, in: pages)
    slab.pointee.occupancy = UInt8(new)
    if old == SlabPool.emptyList {
      // The caller has subtracted the objects that it allocated; the remaining ones are now free objects of a partial slab.
      counts.freeObjectsInEmptySlabs -= Int(slab.pointee.freeCount)
      counts.emptySlabBytes -= MachineMemory.pageBytes << order
      counts.tailBytes += geometry.tail(ofOrder: order)
    }
    if new == SlabPool.emptyList {
      counts.freeObjectsInEmptySlabs += Int(slab.pointee.freeCount)
      counts.emptySlabBytes += MachineMemory.pageBytes << order
      counts.tailBytes -= geometry.tail(ofOrder: order)
    }
  }
}

/// Free that a pool refused, with the reason.
struct RefusedFree {
  let reason: AllocationFault.Kind
  let object: UnsafeMutableRawPointer
  let number: Int
  let frame: UInt32
}
