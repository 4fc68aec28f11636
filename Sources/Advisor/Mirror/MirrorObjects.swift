import Recordings
import Telemetry

/// Live objects of a mirror, by cache and context.
///
/// It converts the events of a kernel to events for players. The kernel does not report every free (objects that are freed in
/// bulk or by RCU have no event), nor every allocation, and the free of an object from before the start may not name its cache.
/// Left alone, the mirror would grow. Therefore `correct` compares the number of objects of each cache with the kernel's own
/// count, and adds the missing frees and allocations as events:
/// - If the mirror has too many objects, it frees, in this order: objects from before the start, as many as had frees without a
///   cache; objects whose allocation was not reported; the oldest objects of the contexts whose addresses were reused without a
///   free, up to the share that was; other objects from before the start; the oldest other objects. An object that was freed too early is not freed again when its
///   event comes.
/// - If the mirror has too few, it allocates objects of an unknown call site.
struct MirrorObjects {
  private struct Object: BitwiseCopyable {
    /// Index of the context; -1 if the slot is free, -2 if the object is in no cache of the kernel.
    var context: Int32 = -1
    /// Slots of the neighbours in the list of the context, which is in order of allocation.
    var previous = AllocationEvent.noSlot
    var next = AllocationEvent.noSlot
    /// Slot in the kernel's events; `noSlot` for an object whose allocation was not reported.
    var kernelSlot = AllocationEvent.noSlot
    var requestedBytes: UInt32 = 0
    var allocatedBytes: UInt32 = 0
    var cpu: UInt16 = 0
  }

  private struct Context {
    let cache: Int
    var oldest = AllocationEvent.noSlot
    var newest = AllocationEvent.noSlot
    var live = 0
    var allocations = 0
    /// Objects whose address was allocated again although no free was reported.
    var unseenFrees = 0
    /// Whether the allocations of the objects were not reported, so that their frees have no event either.
    let isUnreported: Bool

    /// Share of the objects that are freed without an event.
    var unseenShare: Double {
      isUnreported ? 1 : allocations == 0 ? 0 : Double(unseenFrees) / Double(allocations)
    }
  }

  private struct Key: Hashable {
    let site: UInt32
    let cache: Int32
  }

  private(set) var counts = MirrorCounts()
  private(set) var caches: [MirroredCache] = []
  private var cacheByName: [String: Int] = [:]
  /// Index of the cache of each symbol of the events; -1 if the symbol is no cache, -2 if it was not looked up yet.
  private var cacheBySymbol: [Int32] = []
  /// Index of the normal kmalloc cache by allocated bytes; -1 if there is none.
  private var cacheByBytes: [UInt32: Int32] = [:]
  private var contexts: [Context] = []
  private var contextNumbers: [Key: Int] = [:]
  private var lastContext: (key: Key, number: Int)?
  private var objects: [Object] = []
  private var slots = SlotAllocator()
  /// Slot of the mirror by slot of the kernel's events; `noSlot` if the mirror has no object of it.
  private var mirrorSlots: [UInt32] = []
  /// Frees without a cache that `correct` has not assigned to a cache yet.
  private var unassignedFrees = 0
  private var nextCPU = 0
  private let cpuCount: Int

  /// Symbols before those of the events: the names of the caches, and the call site of unreported allocations.
  let ownSymbols: [String]
  private var unreportedSite: UInt32 { UInt32(ownSymbols.count - 1) }

  /// Call site of the allocations that the kernel did not report.
  static let unreportedSiteName = "unreported"
  /// Differences of at most this number of objects, or one in `toleratedShare`, are not corrected: the kernel's counts are read
  /// while objects are allocated and freed.
  private static let toleratedObjects = 8
  private static let toleratedShare = 512

  /// Creates the objects of caches that have objects from before the start.
  /// - Parameter kernel: Caches with unique names.
  init(_ kernel: [CacheSnapshot], cpuCount: Int) {
    self.cpuCount = max(1, cpuCount)
    ownSymbols = kernel.map(\.name) + [MirrorObjects.unreportedSiteName]
    for (index, cache) in kernel.enumerated() {
      caches.append(
        MirroredCache(
          name: cache.name, symbol: UInt32(index), objectSize: cache.objectSize, stride: cache.stride,
          olderObjects: cache.activeObjects))
      cacheByName[cache.name] = index
      counts.olderObjects += cache.activeObjects
    }
  }

  // MARK: Events

  /// Converts events of the kernel.
  /// - Parameters:
  ///   - events: Events, in order of time.
  ///   - symbols: Strings that the events index.
  ///   - converted: Array that the events for players are appended to.
  mutating func convert(
    _ events: ArraySlice<AllocationEvent>, symbols: [String], into converted: inout [AllocationEvent]
  ) {
    let firstSymbol = UInt32(ownSymbols.count)
    for event in events {
      counts.events += 1
      var event = event
      let cache = event.cache
      event.site += firstSymbol
      if cache != AllocationEvent.noCache { event.cache += firstSymbol }
      switch event.outcome {
      case .allocated, .allocatedOverLive: allocate(&event, cache: index(of: event, cache, symbols))
      case .freed: guard free(&event) else { continue }
      case .unmatched:
        let index = cache == AllocationEvent.noCache ? -1 : self.index(of: event, cache, symbols)
        if index >= 0, caches[index].olderObjects > 0 {
          caches[index].olderObjects -= 1
          counts.olderObjects -= 1
        } else if cache == AllocationEvent.noCache {
          counts.freesOfUnknownCaches += 1
          unassignedFrees += 1
        }
      case .failed, .null, .zeroSize: continue
      }
      converted.append(event)
    }
  }

  private mutating func allocate(_ event: inout AllocationEvent, cache: Int) {
    let kernelSlot = Int(event.slot)
    while kernelSlot >= mirrorSlots.count { mirrorSlots.append(AllocationEvent.noSlot) }
    var slot = mirrorSlots[kernelSlot]
    if slot != AllocationEvent.noSlot {
      // The object at this address was freed without an event.
      if objects[Int(slot)].context >= 0 { contexts[Int(objects[Int(slot)].context)].unseenFrees += 1 }
      counts.unseenFreesByAddress += 1
      remove(slot)
      event.outcome = .allocatedOverLive
    } else {
      slot = slots.allocate()
      event.outcome = .allocated
    }
    event.slot = slot
    mirrorSlots[kernelSlot] = slot
    insert(
      event, kernelSlot: UInt32(kernelSlot),
      context: cache < 0 ? -2 : context(Key(site: event.site, cache: Int32(cache))))
  }

  /// Converts a free. Returns false if the object was freed before, because the kernel counted fewer objects.
  private mutating func free(_ event: inout AllocationEvent) -> Bool {
    let kernelSlot = Int(event.slot)
    guard kernelSlot < mirrorSlots.count, mirrorSlots[kernelSlot] != AllocationEvent.noSlot else { return false }
    event.slot = mirrorSlots[kernelSlot]
    mirrorSlots[kernelSlot] = AllocationEvent.noSlot
    remove(event.slot)
    slots.free(event.slot)
    return true
  }

  /// Returns the index of the cache of an event; -1 if the kernel does not list it.
  private mutating func index(of event: AllocationEvent, _ symbol: UInt32, _ symbols: [String]) -> Int {
    if symbol == AllocationEvent.noCache {
      if let known = cacheByBytes[event.allocatedBytes] { return Int(known) }
      let name = KmallocKind.normal.cacheName(bytes: Int(event.allocatedBytes))
      let index = cacheByName[name] ?? -1
      cacheByBytes[event.allocatedBytes] = Int32(index)
      return index
    }
    while cacheBySymbol.count <= Int(symbol) { cacheBySymbol.append(-2) }
    if cacheBySymbol[Int(symbol)] == -2 { cacheBySymbol[Int(symbol)] = Int32(cacheByName[symbols[Int(symbol)]] ?? -1) }
    return Int(cacheBySymbol[Int(symbol)])
  }

  private mutating func context(_ key: Key) -> Int32 {
    if let lastContext, lastContext.key == key { return Int32(lastContext.number) }
    let number: Int
    if let known = contextNumbers[key] {
      number = known
    } else {
      number = contexts.count
      contexts.append(Context(cache: Int(key.cache), isUnreported: key.site == unreportedSite))
      contextNumbers[key] = number
      caches[Int(key.cache)].contexts.append(number)
    }
    lastContext = (key, number)
    return Int32(number)
  }

  // MARK: Lists

  /// Adds an object as the newest of its context.
  private mutating func insert(_ event: AllocationEvent, kernelSlot: UInt32, context: Int32) {
    let slot = Int(event.slot)
    while slot >= objects.count { objects.append(Object()) }
    var object = Object(
      context: context, kernelSlot: kernelSlot, requestedBytes: event.requestedBytes,
      allocatedBytes: event.allocatedBytes, cpu: event.cpu)
    if context >= 0 {
      let number = Int(context)
      object.previous = contexts[number].newest
      if object.previous == AllocationEvent.noSlot {
        contexts[number].oldest = event.slot
      } else {
        objects[Int(object.previous)].next = event.slot
      }
      contexts[number].newest = event.slot
      contexts[number].live += 1
      contexts[number].allocations += 1
      caches[contexts[number].cache].followedObjects += 1
      counts.followedObjects += 1
      counts.requestedBytes += Int(event.requestedBytes)
      counts.allocatedBytes += Int(event.allocatedBytes)
    }
    objects[slot] = object
  }

  /// Removes an object from its context. The slot stays in use.
  private mutating func remove(_ slot: UInt32) {
    let object = objects[Int(slot)]
    objects[Int(slot)].context = -1
    guard object.context >= 0 else { return }
    let number = Int(object.context)
    if object.previous == AllocationEvent.noSlot {
      contexts[number].oldest = object.next
    } else {
      objects[Int(object.previous)].next = object.next
    }
    if object.next == AllocationEvent.noSlot {
      contexts[number].newest = object.previous
    } else {
      objects[Int(object.next)].previous = object.previous
    }
    contexts[number].live -= 1
    caches[contexts[number].cache].followedObjects -= 1
    counts.followedObjects -= 1
    counts.requestedBytes -= Int(object.requestedBytes)
    counts.allocatedBytes -= Int(object.allocatedBytes)
  }

  // MARK: Correction

  /// Adds the frees and allocations that make the number of objects of each cache equal to the kernel's count.
  /// - Parameters:
  ///   - kernel: Caches of the kernel.
  ///   - time: Time at which the kernel counted its objects.
  ///   - corrections: Array that the events for players are appended to.
  mutating func correct(to kernel: [CacheSnapshot], at time: UInt64, into corrections: inout [AllocationEvent]) {
    for cache in kernel.indices {
      guard let index = cacheByName[kernel[cache].name] else { continue }
      let count = KernelObjectCount(kernel[cache])
      let tolerance = MirrorObjects.toleratedObjects + count.upper / MirrorObjects.toleratedShare
      let live = caches[index].liveObjects
      if live > count.upper + tolerance {
        free(live - count.upper, of: index, at: time, into: &corrections)
      } else if live < count.lower - tolerance {
        allocate(count.lower - live, of: index, at: time, into: &corrections)
      }
    }
  }

  private mutating func free(_ count: Int, of cache: Int, at time: UInt64, into corrections: inout [AllocationEvent]) {
    var left = count
    let assigned = min(left, unassignedFrees, caches[cache].olderObjects)
    unassignedFrees -= assigned
    freeOlderObjects(assigned, of: cache, at: time, into: &corrections)
    left -= assigned
    let suspects = caches[cache].contexts.filter { contexts[$0].unseenShare > 0 }
      .sorted { contexts[$0].unseenShare > contexts[$1].unseenShare }
    for context in suspects where left > 0 {
      let share = Int((Double(contexts[context].live) * contexts[context].unseenShare).rounded(.up))
      left -= freeOldest(min(left, share), of: context, at: time, into: &corrections)
    }
    let older = min(left, caches[cache].olderObjects)
    freeOlderObjects(older, of: cache, at: time, into: &corrections)
    left -= older
    for context in caches[cache].contexts where left > 0 {
      left -= freeOldest(left, of: context, at: time, into: &corrections)
    }
  }

  private mutating func freeOlderObjects(
    _ count: Int, of cache: Int, at time: UInt64, into corrections: inout [AllocationEvent]
  ) {
    for _ in 0..<count {
      corrections.append(
        AllocationEvent(
          time: time, slot: AllocationEvent.noSlot, requestedBytes: 0, allocatedBytes: 0, site: unreportedSite,
          cache: caches[cache].symbol, cpu: takeCPU(), kind: .kmemCacheFree, outcome: .unmatched))
    }
    caches[cache].olderObjects -= count
    counts.olderObjects -= count
    counts.correctedFrees += count
  }

  /// Frees the oldest objects of a context and returns their number.
  private mutating func freeOldest(
    _ count: Int, of context: Int, at time: UInt64, into corrections: inout [AllocationEvent]
  ) -> Int {
    var freed = 0
    while freed < count, contexts[context].oldest != AllocationEvent.noSlot {
      let slot = contexts[context].oldest
      let object = objects[Int(slot)]
      remove(slot)
      slots.free(slot)
      if object.kernelSlot != AllocationEvent.noSlot { mirrorSlots[Int(object.kernelSlot)] = AllocationEvent.noSlot }
      corrections.append(
        AllocationEvent(
          time: time, slot: slot, requestedBytes: 0, allocatedBytes: 0, site: unreportedSite,
          cache: AllocationEvent.noCache, cpu: object.cpu, kind: .kfree, outcome: .freed))
      freed += 1
    }
    counts.correctedFrees += freed
    return freed
  }

  private mutating func allocate(
    _ count: Int, of cache: Int, at time: UInt64, into corrections: inout [AllocationEvent]
  ) {
    for _ in 0..<count {
      let event = caches[cache].unreportedAllocation(
        slot: slots.allocate(), site: unreportedSite, time: time, cpu: takeCPU())
      insert(
        event, kernelSlot: AllocationEvent.noSlot,
        context: context(Key(site: unreportedSite, cache: Int32(cache))))
      corrections.append(event)
    }
    counts.correctedAllocations += count
  }

  /// Returns the CPU of an event that the kernel did not report: each in turn.
  private mutating func takeCPU() -> UInt16 {
    defer { nextCPU = (nextCPU + 1) % cpuCount }
    return UInt16(nextCPU)
  }
}
