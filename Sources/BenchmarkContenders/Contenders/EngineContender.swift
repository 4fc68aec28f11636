import SlabEngine

/// The engine: named caches by index, allocations by size from the general caches.
struct EngineContender<CPUs: DrivenCPUs>: Contender {
  private let engine: SlabEngine
  private let caches: UnsafeMutablePointer<SlabCache>
  private let cpus: CPUs
  private let shuffler: Shuffler?
  /// Whether magazines and depots of caches that shrank are drained ten times a second, as under the policy `hemment`.
  private let reclaims: Bool

  init(_ setup: ContenderSetup) throws {
    let (kind, sizes) = (setup.kind, setup.sizes)
    let count = CPUs.count(recorded: setup.cpus)
    var configuration = EngineConfiguration(memoryBytes: Child.machineBytes, cpus: count)
    // The peers keep memory small as well: they have four size classes for each doubling; large pools have small tails, and
    // caches that are idle or freed many objects once return them. Below 1 KiB an additional cache would need more memory than its sizes save.
    configuration.generalCacheSizes = EngineConfiguration.powersOfTwo.flatMap { power in
      power < 1024 || power == 1 << 17 ? [power] : (4..<8).map { power / 4 * $0 }
    }
    configuration.orders.prefersSmallestTail = true
    configuration.reclaim.drainsIdleCaches = true
    configuration.reclaim.limitsDepots = true
    if kind == .shared { configuration.sharingBound = 0.125 }
    if kind == .hemment { configuration = setup.hemment(count) }
    #if Capture
      // A player would enable data capture under `hemment`; this measurement is without it.
      configuration.capturesData = kind == .capture
    #endif
    let engine = try SlabEngine(configuration)
    self.engine = engine
    caches = .allocate(capacity: sizes.count)
    for (index, size) in sizes.enumerated() {
      (caches + index).initialize(to: try engine.makeCache("cache-\(index)", objectSize: size))
    }
    cpus = CPUs(engine)
    reclaims = kind == .hemment
    shuffler = kind == .shuffled ? Shuffler(engine) : nil
  }

  @inline(__always)
  func allocate(_ bytes: Int, cache: UInt32, cpu: Int) -> UnsafeMutableRawPointer? {
    let cpu = cpus.cpu(cpu)
    return cache == generalCache ? cpu.allocate(bytes: bytes) : cpu.allocate(from: caches[Int(cache)])
  }

  @inline(__always)
  func free(_ object: UnsafeMutableRawPointer, bytes: Int, cache: UInt32, cpu: Int) {
    let cpu = cpus.cpu(cpu)
    if cache == generalCache { cpu.free(object) } else { cpu.free(object, to: caches[Int(cache)]) }
  }

  /// Shuffles in the thread that owns the objects.
  func pause(_ objects: UnsafeMutablePointer<UnsafeMutableRawPointer?>, count: Int) {
    if reclaims { reclaim() }
    guard let shuffler else { return }
    if shuffler.ledger.rounds == 0 { setMovers(LiveObjects(start: objects, count: count)) }
    // Each CPU's driver drains its magazines under memory pressure.
    for cpu in 0..<engine.configuration.cpus { engine.cpu(cpu).drain() }
    shuffler.step()
  }

  /// Drains the magazines and depots of caches that shrank.
  private func reclaim() {
    engine.reap()
    for cache in engine.cachesThatShrank() {
      for cpu in 0..<engine.configuration.cpus { engine.cpu(cpu).drain(cache) }
      engine.drainDepot(of: cache)
    }
  }

  private func setMovers(_ objects: LiveObjects) {
    for cache in engine.caches {
      engine.setMover(
        { move in
          let place = Int(move.from.load(as: UInt32.self))
          guard place < objects.count, objects.start[place] == move.from else { return .dontKnow }
          move.perform()
          objects.start[place] = move.to
          return .yes
        }, for: cache)
    }
  }

  /// Parts of the slabs at present and, if the contender shuffles, the cost of shuffling and the pages it reclaimed.
  var remarks: String {
    let sample = engine.sample()
    func sum(_ bytes: (CacheSample) -> Int) -> Int { sample.caches.reduce(0) { $0 + bytes($1) } }
    let parts: [(String, Int)] = [
      ("peak_slab_bytes", sample.peakPagesInUse * sample.pageBytes),
      ("slab_bytes", sum(\.slabBytes) + sample.largeBlockBytes),
      ("live_bytes", sum { $0.liveObjects * $0.objectSize } + sample.largeBlockBytes),
      ("alignment_bytes", sum { $0.liveObjects * ($0.stride - $0.objectSize) }),
      ("magazine_bytes", sum { $0.objectsInMagazines * $0.stride }),
      ("partial_bytes", sum(\.freeBytesInPartialSlabs)),
      ("empty_bytes", sum(\.emptySlabBytes)),
      ("tail_bytes", sum(\.tailBytes)),
      ("caches_with_slabs", sum { $0.slabBytes > 0 ? 1 : 0 }),
      (
        "free_slab_bytes",
        sum { ($0.freeObjectsInPartialSlabs + $0.objectsInMagazines) * $0.stride + $0.emptySlabBytes }
      ),
    ]
    let slabs = parts.map { "\($0.0)=\($0.1)" }.joined(separator: " ")
    guard let ledger = shuffler?.ledger else { return slabs }
    return slabs + " shuffle_ns=\(ledger.nanoseconds) pages_earned=\(ledger.total.pagesReclaimed)"
      + " bytes_moved=\(ledger.total.bytesMoved)"
  }
}

/// Live objects by slot, for movers.
private struct LiveObjects: @unchecked Sendable {
  // Sendable: only the thread that owns the objects calls movers.
  let start: UnsafeMutablePointer<UnsafeMutableRawPointer?>
  let count: Int
}
