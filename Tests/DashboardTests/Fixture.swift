import Foundation
import Profiles
import SlabEngine
import Telemetry
import TerminalUI
import Testing
import Workloads

@testable import Dashboard

/// Returns a dashboard after some seconds of deterministic snapshots.
func watchedDashboard(_ size: Size, seconds: Int = 20) -> DashboardState {
  let workloads = [
    ("imix-burst", "recorded: queues of 40/576/1500-byte datagrams fill and drain"),
    ("imix", "steady receive and send"),
    ("burst", "queues fill and drain"),
  ].map { PlaybackStatus.Entry(name: $0.0, summary: $0.1) }
  let status = PlaybackStatus(workloads: workloads, current: 0, policy: "power-of-two")
  var state = DashboardState(status: status, size: size)
  for second in 0...seconds { _ = state.update(.refreshed(snapshot(second: second), status, seconds: 1)) }
  return state
}

/// Returns a dashboard that compares with another policy, whose slab memory shrinks over time.
func comparedDashboard(_ size: Size, seconds: Int = 30) -> DashboardState {
  var state = watchedDashboard(size, seconds: 0)
  for second in 1...seconds {
    var here = snapshot(second: second)
    here.policy = "power-of-two"
    var other = here
    other.policy = "hemment"
    for index in other.caches.indices where other.caches[index].slabs > 4 {
      other.caches[index].slabBytes -= other.caches[index].slabBytes * second / 100
      other.caches[index].slabs -= 2
    }
    other.ledger[.freeInPartialSlabs] -= 60_000
    _ = state.update(.refreshed(here, state.status, seconds: 1, compared: other))
  }
  return state
}

/// Returns a dashboard in which two caches share the slabs of a third.
func sharingDashboard(_ size: Size) -> DashboardState {
  var state = watchedDashboard(size, seconds: 0)
  for second in 1...5 {
    var machine = snapshot(second: second)
    for index in [0, 1] {
      var sharer = machine.caches[index]
      sharer.slabHolder = "kmalloc-1k"
      sharer.slabBytes = sharer.activeObjects * sharer.stride
      (sharer.slabs, sharer.fullSlabs, sharer.partialSlabs, sharer.emptySlabs, sharer.slabMap) = (0, 0, 0, 0, nil)
      sharer.slabsByOrder = Array(repeating: 0, count: 11)
      machine.caches[index] = sharer
    }
    let owners = ["kmalloc-1k", "skbuff_head_cache", "kmalloc-1k", "skbuff_small_head"]
    for index in (machine.caches[3].slabMap ?? []).indices {
      machine.caches[3].slabMap?[index].owner = owners[index % 4]
    }
    _ = state.update(.refreshed(machine, state.status, seconds: 1))
  }
  return state
}

/// Returns the snapshot of a second: caches of a network workload, one of them with mixed orders.
func snapshot(second: Int) -> Snapshot {
  var snapshot = Snapshot()
  snapshot.memoryBytes = 64 << 20
  snapshot.cpus = 2
  snapshot.events = second * 103_200
  snapshot.timeMicroseconds = second * 1_000_000
  snapshot.caches = [
    cache("skbuff_head_cache", 224, slabs: [0: 40], active: 700, rate: 52_000, second),
    cache("skbuff_small_head", 576, slabs: [1: 20], active: 250, rate: 31_000, second),
    cache("skbuff_fclone_cache", 512, slabs: [0: 3, 1: 9], active: 12, rate: 900, second),
    cache("kmalloc-1k", 1024, slabs: [1: 24], active: 180, rate: 16_000, second, isGeneral: true),
    cache(
      "kmalloc-2k", 2048, slabs: [0: 7, 1: 5, 2: 30], active: 205, rate: 4100, second, isGeneral: true),
    cache("kmalloc-64", 64, slabs: [0: 1], active: 64, rate: 12, second, isGeneral: true),
    cache("TCP", 2304, slabs: [3: 1], active: 1, rate: 0, second), CacheSnapshot(name: "never_used"),
  ]
  snapshot.generalCaches = generalCaches
  snapshot.failedAllocations = 0
  (snapshot.objectsMoved, snapshot.pagesReturnedByShuffler) = (second * 120, second * 9)
  // Memory fragments over time: blocks of the highest order are split.
  snapshot.pageBlocksFreeByOrder = (0...10).map { order in
    order == 10 ? max(2, 13 - second / 3) : second * (10 - order) / 8
  }
  let slabBytes = snapshot.slabBytes
  let payload = snapshot.caches.reduce(0) { $0 + ($1.requestedBytes ?? 0) }
  snapshot.ledger[.livePayload] = payload
  snapshot.ledger[.freeInMagazines] = 200_000
  snapshot.ledger[.freeInPartialSlabs] = slabBytes - payload - 200_000
  snapshot.ledger[.pageHog] = 8 << 20
  snapshot.ledger[.freePages] = 56 << 20 - slabBytes
  return snapshot
}

/// Powers of two, an added size, a retired size and an exported cache.
let generalCaches: [GeneralCacheSnapshot] = {
  let nodes = (3...13).map { power in
    var node = GeneralCacheSnapshot(
      size: 1 << power, cache: power < 10 ? "kmalloc-\(1 << power)" : "kmalloc-\(1 << (power - 10))k")
    (node.served, node.walkSteps) = (power * power * 10, power == 3 ? 0 : 1)
    (node.meanWalkSteps, node.longestWalkSteps) = (node.walkSteps.map(Double.init), node.walkSteps)
    return node
  }
  var added = GeneralCacheSnapshot(size: 1536, cache: "kmalloc-1536")
  (added.served, added.walkSteps, added.meanWalkSteps, added.longestWalkSteps) = (4100, 1, 1, 1)
  (added.addedAt, added.retries) = (12_300_000, 2)
  var retired = GeneralCacheSnapshot(size: 96, cache: "kmalloc-96")
  (retired.isInService, retired.served, retired.retiredAt) = (false, 7, 14_000_000)
  (retired.meanWalkSteps, retired.longestWalkSteps) = (1, 1)
  var exported = GeneralCacheSnapshot(size: 224, cache: "kmalloc-224")
  (exported.exportedCache, exported.walkSteps, exported.served) = ("skbuff_head_cache", 1, 0)
  return (nodes + [added, retired, exported]).sorted { $0.size < $1.size }
}()

private func cache(
  _ name: String, _ size: Int, slabs: [Int: Int], active: Int, rate: Int, _ second: Int, isGeneral: Bool = false
) -> CacheSnapshot {
  var cache = CacheSnapshot(name: name)
  cache.isGeneral = isGeneral
  (cache.objectSize, cache.stride, cache.activeObjects) = (size, size, active)
  var left = active
  cache.slabMap = []
  for (order, count) in slabs.sorted(by: { $0.key < $1.key }) {
    cache.slabsByOrder[order] = count
    cache.slabBytes += count * 4096 << order
    let capacity = 4096 << order / size
    for number in 0..<count {
      let used = min(left, number % 3 == 0 ? capacity : capacity * (number % 8) / 8)
      left -= used
      cache.totalObjects += capacity
      cache.slabMap?.append(
        SlabSnapshot(pageFrameNumber: number << order, order: order, objects: capacity, objectsInUse: used))
    }
  }
  cache.fullSlabs = cache.slabMap?.count { $0.objectsInUse == $0.objects }
  cache.emptySlabs = cache.slabMap?.count { $0.objectsInUse == 0 }
  cache.partialSlabs = cache.slabMap?.count { $0.objectsInUse > 0 && $0.objectsInUse < $0.objects }
  cache.slabs = slabs.values.reduce(0, +)
  cache.requestedBytes = active * size
  cache.allocations = active + rate * second
  (cache.refills, cache.flushes, cache.slabsGrown) = (rate * second / 40, rate * second / 50, cache.slabs + second)
  (cache.slabsReturned, cache.objectsInMagazines) = (second, 24)
  (cache.frees, cache.failedAllocations, cache.remoteFreesReturned) = (rate * second, 0, 0)
  (cache.fallbacksByOrder, cache.refusalsByOrder) = ([Int](repeating: 0, count: 11), [Int](repeating: 0, count: 11))
  var plan = OrderPlanSample()
  plan.orders = slabs.keys.sorted(by: >)
  for (order, count) in slabs {
    plan.plannedSlabsByOrder[order] = count + second
    plan.grownSlabsByOrder[order] = count + second
  }
  cache.orderPlan = OrderPlanSnapshot(plan)
  return cache
}

/// Details of every page.
var everyDetail: MachineDetails {
  var details = MachineDetails()
  details.sizes = someSizes
  details.profile = someProfile()
  details.pinnedSlabs = [
    .init(
      pageFrameNumber: 812, order: 3, objects: 16, objectsInUse: 1,
      pins: [
        .init(
          cache: "kmalloc-2k", isLive: true, site: "tcp_stream_alloc_skb", requestedBytes: 1920,
          ageMicroseconds: 12_300_000)
      ]),
    .init(
      pageFrameNumber: 40, order: 0, objects: 16, objectsInUse: 2,
      pins: [
        .init(cache: "kmalloc-2k", isLive: false, site: nil, requestedBytes: nil, ageMicroseconds: nil),
        .init(cache: "TCP", isLive: true, site: nil, requestedBytes: nil, ageMicroseconds: nil),
      ]),
  ]
  details.shuffling = MachineDetails.Shuffling(
    rounds: 120, pagesReleased: 77,
    entries: [
      .init(
        cache: "kmalloc-2k", objectsMoved: 300, bytesMoved: 614_400, slabsEvacuated: 90, slabsPinned: 3,
        pagesEvacuated: 312, pagesOfEmptySlabs: 48, nanoseconds: 4_200_000)
    ])
  return details
}

/// Call sites with caches, requested and allocated bytes of each object, and numbers of objects. One has two sizes.
let someContexts = [
  ("__alloc_skb", "skbuff_head_cache", 224, 224, 52_000), ("kmalloc_reserve", "kmalloc-1k", 960, 1024, 31_000),
  ("kmalloc_reserve", "kmalloc-2k", 1920, 2048, 400), ("dst_alloc", "dst_cache", 192, 256, 12),
]

/// Returns a profile of contexts. All but 10 objects of each are freed.
/// - Parameter growth: Number of further live objects of each context.
func someProfile(of contexts: [(String, String, Int, Int, Int)] = someContexts, growth: Int = 0) -> AllocationProfile {
  let figures = contexts.map { site, cache, requested, allocated, objects in
    let context = AllocationContext(
      site: site, cache: cache, isGeneral: cache.hasPrefix("kmalloc"), requestedBytes: requested,
      allocatedBytes: allocated)
    var figures = AllocationFigures()
    (figures.allocObjects, figures.liveObjects) = (objects + growth, 10 + growth)
    figures.freeObjects = objects - 10
    figures.remoteFrees = objects / 50
    figures.lifetimes = LifetimeHistogram([0, 0, 3, objects / 2, objects / 4, 7, 0, 1])
    (figures.requestedBytes, figures.allocBytes) = (figures.allocObjects * requested, figures.allocObjects * allocated)
    (figures.liveRequestedBytes, figures.liveBytes) = ((10 + growth) * requested, (10 + growth) * allocated)
    return (context, figures)
  }
  return AllocationProfile(
    source: ProfileSource(name: "test", events: 166_000, microseconds: 20_000_000), figures: figures,
    allocObjectsByCPU: [943, 810, 0, 5071],
    freesByCPU: [[900, 40, 0, 3], [10, 800, 0, 0], [0, 0, 0, 0], [70, 0, 1, 5000]])
}

/// Live objects of several sizes.
var someSizes: LiveSizes {
  let sizes = [(40, 900), (200, 300), (300, 120), (640, 800), (960, 700), (1920, 240), (9280, 12)]
  return LiveSizes(
    sizes: sizes.map { LiveSizes.Size(bytes: $0.0, objects: $0.1) },
    classes: [8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384],
    advised: [40, 200, 304, 640, 960, 1920, 16384])
}

/// Compares a screen with its golden file; SLABSCOPE_UPDATE_GOLDENS=1 writes the file.
func expectGolden(_ text: String, _ name: String, at location: SourceLocation = #_sourceLocation) throws {
  let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Goldens/\(name).txt")
  if ProcessInfo.processInfo.environment["SLABSCOPE_UPDATE_GOLDENS"] != nil {
    try Data(text.utf8).write(to: path)
  }
  let expected = try String(contentsOf: path, encoding: .utf8)
  #expect(text == expected, "the screen is not that of \(name).txt", sourceLocation: location)
}
