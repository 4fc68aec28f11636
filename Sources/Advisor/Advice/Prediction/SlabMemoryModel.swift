import Recordings
import SlabEngine
import Workloads

/// Model of the slab memory of a policy's general caches, from counts of objects: a few figures for each cache and CPU instead of
/// every slab, magazine and list.
///
/// SLUB has a cache for each size and kind of request (`KmallocKind`), as in the kernel; the engine has one for each size.
struct SlabMemoryModel: Sendable {
  /// Object in a slot.
  private struct Object: BitwiseCopyable {
    /// Index of its cache; `-1 - order` for a block of pages, and `none` if the slot is free.
    var cache = Object.none
    /// Number of the allocation.
    var number: UInt32 = 0
    /// Objects that the arena allocated before and after it.
    var previous = ModelledObject.none
    var next = ModelledObject.none
    /// Number of allocations of the arena before this one.
    var earlierAllocations: UInt32 = 0
    /// CPU that allocated it.
    var cpu: UInt16 = 0

    static let none = Int32.min
  }

  fileprivate static let pageBytes = 4096

  private let policy: Policy
  private let cpus: Int
  private let start: ReplayStart?
  private let sizes: ClassSet
  /// Whether the sizes are those of the recorded kernel, so that the allocated bytes of a request tell its size.
  private let hasLinuxSizes: Bool
  private let separatesKinds: Bool
  private var caches: [GeneralCacheModel] = []
  /// Index in `caches` by size and kind.
  private var indices: [Key: Int32] = [:]
  /// Objects by slot.
  private var objects: [Object] = []
  private var allocations: UInt32 = 0
  /// Bytes of slabs and blocks of pages that were allocated, minus those that were returned. Slabs from before the first event do not
  /// count.
  private(set) var bytes = 0

  private struct Key: Hashable {
    var size: Int
    var kind: KmallocKind
  }

  /// Creates the model of a policy's general caches without live objects.
  /// - Parameters:
  ///   - cpus: Number of CPUs.
  ///   - start: State of the kernel's caches; nil for an empty machine.
  init(_ policy: Policy, cpus: Int, start: ReplayStart?) {
    (self.policy, self.cpus, self.start) = (policy, cpus, start)
    sizes = ClassSet(name: policy.name, sizes: policy.generalCacheSizes)
    hasLinuxSizes = policy.slub != nil && policy.generalCacheSizes == KmallocClasses.sizes
    separatesKinds = policy.slub != nil && !(start?.state.combinesKmallocKinds ?? false)
  }

  /// Counts an allocation by size. An object in the slot of the event ends.
  /// - Parameters:
  ///   - event: The allocation, with the bytes that are needed.
  ///   - kind: Kind of the request.
  mutating func allocate(_ event: AllocationEvent, kind: KmallocKind) {
    let slot = Int(event.slot)
    if slot >= objects.count {
      objects += Array(repeating: Object(), count: max(1024, slot + 1 - objects.count, objects.count))
    }
    free(slot: slot, on: Int(event.cpu))
    allocations &+= 1
    let bytes = Int(hasLinuxSizes ? max(event.requestedBytes, event.allocatedBytes) : event.requestedBytes)
    let size = sizes.size(for: bytes)
    guard size <= sizes.sizes.last ?? 0 else {
      let order = (size / SlabMemoryModel.pageBytes).trailingZeroBitCount
      self.bytes += SlabMemoryModel.pageBytes << order
      objects[slot] = Object(cache: -1 - Int32(order), number: allocations, cpu: event.cpu)
      return
    }
    let key = Key(size: size, kind: separatesKinds ? kind : .normal)
    let index = indices[key] ?? addCache(key)
    let object = ModelledObject(slot: Int32(slot), number: allocations)
    let cpu = Int(event.cpu)
    let last = caches[Int(index)].lastObject(of: cpu)
    objects[slot] = Object(
      cache: index, number: allocations, previous: last,
      earlierAllocations: caches[Int(index)].allocations(of: cpu), cpu: event.cpu)
    let isAfterLive = isLive(last)
    if isAfterLive { objects[Int(last.slot)].next = object }
    update(index) { $0.allocate(object, on: cpu, isAfterLive: isAfterLive) }
  }

  private func isLive(_ object: ModelledObject) -> Bool {
    object.slot >= 0 && objects[Int(object.slot)].number == object.number
      && objects[Int(object.slot)].cache != Object.none
  }

  /// Counts the free of the object in a slot, if there is one.
  /// - Parameter cpu: CPU that frees it.
  mutating func free(slot: Int, on cpu: Int) {
    guard slot < objects.count else { return }
    let object = objects[slot]
    objects[slot].cache = Object.none
    if object.cache >= 0 {
      let neighbours = (isLive(object.previous) ? 1 : 0) + (isLive(object.next) ? 1 : 0)
      update(object.cache) {
        $0.free(
          allocatedOn: Int(object.cpu), freedOn: cpu,
          age: $0.allocations(of: Int(object.cpu)) &- object.earlierAllocations &- 1, liveNeighbours: neighbours)
      }
    } else if object.cache != Object.none {
      bytes -= SlabMemoryModel.pageBytes << Int(-1 - object.cache)
    }
  }

  private mutating func update(_ index: Int32, _ change: (inout GeneralCacheModel) -> Void) {
    bytes -= caches[Int(index)].slabBytes
    change(&caches[Int(index)])
    bytes += caches[Int(index)].slabBytes
  }

  private mutating func addCache(_ key: Key) -> Int32 {
    let index = Int32(caches.count)
    let started = start?.state.caches.first {
      $0.name == key.kind.cacheName(bytes: key.size) && $0.stride == key.size
    }
    let layout = policy.generalCacheModel(size: key.size, cpus: cpus, recordedOrder: started?.order)
    let free = started.map { ($0.totalObjects - $0.activeObjects) / layout.objectsPerSlab } ?? 0
    caches.append(GeneralCacheModel(layout, cpus: cpus, emptySlabs: max(0, free)))
    indices[key] = index
    return index
  }
}

extension Policy {
  /// Returns the figures of the general cache of a size.
  /// - Parameter recordedOrder: Page order that the cache has in the recorded kernel; nil if not known.
  fileprivate func generalCacheModel(size: Int, cpus: Int, recordedOrder: Int?) -> GeneralCacheModel.Layout {
    guard let slub else { return engineCacheModel(size: size, cpus: cpus) }
    var cache = SLUBCacheLayout(name: "", objectSize: size, stride: size, parameters: slub, cpus: cpus)
    if let order = preferredGeneralOrders[size] ?? recordedOrder { cache.setOrder(order) }
    let hasCPUSlabs = slub.variant == .cpuSlabs
    // A CPU has a main and a spare sheaf, and the barn of the cache has full ones.
    let objectsInSheaves = cache.sheafCapacity * (2 * cpus + 10)
    return GeneralCacheModel.Layout(
      slabBytes: SlabMemoryModel.pageBytes << cache.order, objectsPerSlab: max(1, cache.objectsPerSlab),
      hasArenaForEachCPU: hasCPUSlabs, retainedByArena: hasCPUSlabs ? 1 + cache.cpuPartialSlabs : 0,
      keptByArena: hasCPUSlabs ? 2 : 0,
      retainedByCache: cache.minimumPartial + (hasCPUSlabs ? 0 : objectsInSheaves / max(1, cache.objectsPerSlab)),
      retainedShare: 0, objectsOnCPU: hasCPUSlabs ? 0 : cache.sheafCapacity,
      slabsTakenAtOnce: hasCPUSlabs && cache.cpuPartialSlabs > 0 ? 2 + cache.cpuPartialSlabs / 2 : 1)
  }

  private func engineCacheModel(size: Int, cpus: Int) -> GeneralCacheModel.Layout {
    let orders = configuration(memoryBytes: 0, cpus: cpus).orders
    let order = orders.policy(forCache: SlabEngine.generalCacheName(size), stride: size).preferredOrder(stride: size)
    let slabBytes = SlabMemoryModel.pageBytes << order
    // The initial capacity of a magazine (`CacheDescriptor.smallestMagazine`).
    let magazine = max(2, max(2, min(64, 16_384 / size)) / 8)
    return GeneralCacheModel.Layout(
      slabBytes: slabBytes, objectsPerSlab: max(1, slabBytes / size), hasArenaForEachCPU: false, retainedByArena: 0,
      keptByArena: 0,
      retainedByCache: min(reclaim.emptySlabs, max(1, 65_536 / slabBytes)), retainedShare: reclaim.burstReserve,
      objectsOnCPU: magazine, slabsTakenAtOnce: 1)
  }
}
