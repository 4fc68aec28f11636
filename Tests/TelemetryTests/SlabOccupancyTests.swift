import Testing

@testable import Telemetry

@Suite struct SlabOccupancyTests {
  @Test(arguments: 1...20) func textRoundTripPreservesEveryField(seed: UInt64) throws {
    var random = SeededGenerator(state: seed)
    let caches = (0..<30).map { number in
      var cache = SlabOccupancy(name: ["dentry", "file lock cache", "50%", "", "a\tb", ":0000024"][number % 6])
      cache.parameters.stride = .random(in: 8...128, using: &random)
      cache.parameters.objectSize = cache.parameters.stride
      (cache.parameters.preferredOrder, cache.parameters.objectsPerPreferredSlab) = (
        3, .random(in: 1...512, using: &random)
      )
      cache.parameters.minPartial = .random(in: 0...10, using: &random)
      cache.parameters.mergedCaches = number % 3 == 0 ? nil : .random(in: 0...9, using: &random)
      cache.parameters.flags = SlabCacheParameters.Flags(rawValue: .random(in: 0...255, using: &random))
      cache.objectsInSheaves = .random(in: 0...99, using: &random)
      (cache.knowsObjectsOnCPUs, cache.isComplete) = (.random(using: &random), .random(using: &random))
      for list in SlabGroup.List.allCases {
        for node in 0..<(list == .node ? 2 : 1) {
          for order in 4..<4 + Int.random(in: 0...2, using: &random) {
            let objects = Int.random(in: 1...512, using: &random)
            cache.groups.append(
              SlabGroup(
                list: list, node: node, order: order, objects: objects,
                objectsInUse: .random(in: 0...objects, using: &random), slabs: .random(in: 1...9999, using: &random)))
          }
        }
      }
      return cache
    }
    #expect(try SlabOccupancy.caches(text: SlabOccupancy.text(of: caches)) == caches)
  }

  @Test(arguments: [
    ("", 1), ("# slab occupancy 2\n", 1), ("# slab occupancy 1\ndentry stride=192\n", 3),
    ("# slab occupancy 1\ndentry stride=x\ndentry sheaves 0\n", 2),
    ("# slab occupancy 1\ndentry stride=192\ninode sheaves 0\n", 3),
    ("# slab occupancy 1\ndentry stride=192\ndentry 0:21:3*4\n", 3),
    ("# slab occupancy 1\ndentry stride=192\ndentry cpu 0:21:22*4\n", 3),
    ("# slab occupancy 1\ndentry stride=192\ndentry cpu 11:21:2*4\n", 3),
    ("# slab occupancy 1\ndentry stride=192\ndentry cpu 0:21:2*99999999999999999999\n", 3),
    ("# slab occupancy 1\ndentry stride=192\ndentry sheaves\n", 3),
  ])
  func parseErrorHasNumberOfInvalidLine(text: String, line: Int) {
    #expect { try SlabOccupancy.caches(text: text) } throws: { ($0 as? SlabOccupancy.ParseError)?.line == line }
  }

  /// Decoding damaged text succeeds or throws. The ledger of a decoded cache can be computed without an overflow.
  @Test(arguments: 1...4) func damagedTextDoesNotTrap(seed: UInt64) {
    var random = SeededGenerator(state: seed)
    let whole = Array(
      """
      # slab occupancy 1
      dentry object_size=192 stride=192 order=0:21 minimum=0:21 min_partial=5 flags=reclaimable
      dentry node0 0:21:3*17 0:21:20*2 cpu_partial 0:21:5*1 cpu 0:21:8*1 full 0:21:21*3532 sheaves 4
      """.utf8)
    for _ in 0..<20_000 {
      var bytes = whole
      for _ in 0..<4 { bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 32...126, using: &random) }
      guard let caches = try? SlabOccupancy.caches(text: String(decoding: bytes, as: UTF8.self)) else { continue }
      var ledger = ByteLedger()
      for cache in caches { ledger.add(CacheSnapshot(cache, pageBytes: 4096)) }
    }
  }

  @Test(arguments: 1...20) func ledgerPartsSumToSlabBytes(seed: UInt64) {
    var random = SeededGenerator(state: seed)
    var cache = SlabOccupancy(name: "x")
    (cache.parameters.objectSize, cache.parameters.stride) = (184, 192)
    (cache.parameters.preferredOrder, cache.parameters.objectsPerPreferredSlab) = (1, 42)
    (cache.parameters.minimumOrder, cache.parameters.objectsPerMinimumSlab) = (0, 21)
    for list in [SlabGroup.List.node, .cpuPartial, .cpu] {
      for (order, objects) in [(1, 42), (0, 21)] {
        for inUse in [0, .random(in: 1..<objects, using: &random)] {
          cache.groups.append(
            SlabGroup(
              list: list, order: order, objects: objects, objectsInUse: inUse,
              slabs: .random(in: 1...50, using: &random)))
        }
      }
    }
    let (full, fallbacks) = (Int.random(in: 0...50, using: &random), Int.random(in: 0...50, using: &random))
    cache.objectsInSheaves = full
    cache.addFullSlabs(
      ofAll: cache.slabs + full + fallbacks, objects: cache.totalObjects + full * 42 + fallbacks * 21)
    let snapshot = CacheSnapshot(cache, pageBytes: 4096)
    #expect(snapshot.slabsByOrder[1] + snapshot.slabsByOrder[0] == snapshot.slabs)
    var ledger = ByteLedger()
    ledger.add(snapshot)
    #expect(ledger.sum == snapshot.slabBytes)
    #expect(
      ledger[.emptySlabs]
        == cache.groups.reduce(0) { sum, group in
          sum + (group.list == .node && group.objectsInUse == 0 ? group.slabs * 4096 << group.order : 0)
        })
    #expect(snapshot.slabsByOccupancy?.reduce(0, +) == snapshot.slabs)
  }

  @Test func externalFragmentationIsShareOfSlabMemoryThatPackingWouldSave() {
    var cache = CacheSnapshot(name: "x")
    (cache.slabs, cache.activeObjects, cache.objectsPerPreferredSlab) = (10, 64, 16)
    cache.slabBytes = 10 * 4096
    #expect(cache.packedSlabs == 4 && cache.externalFragmentationPercent == 60)
    // Full slabs of a lower order than the preferred one are not fragmented.
    (cache.preferredOrder, cache.objectsPerPreferredSlab) = (2, 64)
    cache.slabBytes = 4 * 4096
    #expect(cache.packedSlabs == 1 && cache.externalFragmentationPercent == 0)
    cache.activeIsUpperBound = true
    #expect(cache.packedSlabs == nil && cache.externalFragmentationPercent == nil)
  }

  @Test(arguments: [1, 2]) func historyOfEarlierVersionCanBeReadAndContinued(version: Int) throws {
    let folder = try HistoryFolder()
    var snapshot = sampleSnapshot()
    try record([snapshot], to: folder("h"))
    do {
      let connection = try SQLiteConnection(folder("h"), .writing)
      try connection.execute("DROP VIEW cache_history")
      for column in HistorySchema.cacheColumns.dropFirst(HistorySchema.cacheColumns(ofVersion: version).count) {
        try connection.execute("ALTER TABLE cache_figures DROP COLUMN \(column)")
      }
      for column in HistorySchema.momentColumns.dropFirst(HistorySchema.momentColumns(ofVersion: version).count) {
        try connection.execute("ALTER TABLE moments DROP COLUMN \(column)")
      }
      try connection.execute("PRAGMA user_version = \(version)")
    }
    #expect(try HistoryFile(path: folder("h")).snapshot(at: 0) == snapshot)
    snapshot.caches[0].slabsByOccupancy = [1, 0, 0, 0, 2, 0, 0, 0, 0, 3]
    (snapshot.kernelSlabBytes, snapshot.caches[0].kernelSlabs) = (5, 6)
    do {
      let recorder = try HistoryRecorder(path: folder("h"))
      try recorder.append(snapshot, at: 1)
    }
    let file = try HistoryFile(path: folder("h"))
    #expect(try file.snapshot(at: 1) == snapshot && file.snapshot(at: 0) == sampleSnapshot())
  }
}
