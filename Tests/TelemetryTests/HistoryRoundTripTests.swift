import Foundation
import SlabEngine
import Testing

@testable import Telemetry

@Suite struct HistoryRoundTripTests {
  @Test(arguments: 1...12) func recordedSnapshotsAreReadBack(seed: UInt64) throws {
    let folder = try HistoryFolder()
    var walk = SnapshotWalk(seed: seed)
    let snapshots = walk.steps(400)
    try record(snapshots, to: folder("h"))
    let file = try HistoryFile(path: folder("h"))
    #expect(file.count == 400 && file.recordedSnapshots.map(\.time) == (0..<400).map(Double.init))
    #expect(try file.snapshots(in: 0..<400) == snapshots)
    for _ in 0..<20 {
      let index = walk.number(400)
      let read = try file.snapshot(at: index)
      #expect(read == snapshots[index])
      // String equality is canonical equivalence; the names must have the same bytes as well.
      #expect(read.caches.map { Array($0.name.utf8) } == snapshots[index].caches.map { Array($0.name.utf8) })
      let range = index..<index + walk.number(400 - index)
      #expect(try file.snapshots(in: range) == Array(snapshots[range]))
    }
  }

  /// Every figure gets a distinct value, so that a figure missing from `visitFigures` is read back with another value.
  @Test func everyExportedFigureIsRecorded() throws {
    var snapshot = Snapshot()
    var cache = CacheSnapshot(name: "")
    // Optional figures are exported only if they are not nil.
    (cache.fullSlabs, cache.partialSlabs, cache.emptySlabs, cache.slabsOnCPUs) = (0, 0, 0, 0)
    (cache.freeBytesInPartialSlabs, cache.slabsByOccupancy) = (0, [Int](repeating: 0, count: 10))
    (cache.isReclaimable, cache.isAccounted, cache.activeIsUpperBound) = (false, false, false)
    (cache.requestedBytes, cache.allocations, cache.frees, cache.refills, cache.flushes) = (0, 0, 0, 0, 0)
    (cache.slabsGrown, cache.slabsReturned, cache.failedAllocations, cache.remoteFreesReturned) = (0, 0, 0, 0)
    (cache.fallbacksByOrder, cache.refusalsByOrder) = ([Int](repeating: 0, count: 11), [Int](repeating: 0, count: 11))
    (cache.kernelSlabs, cache.kernelSlabBytes, cache.activeBytes) = (0, 0, 0)
    snapshot.caches = [cache]
    (snapshot.workload, snapshot.policy) = ("burst", "hemment")
    (snapshot.repeatedWalks, snapshot.inconsistentLists, snapshot.events) = (0, 0, 0)
    (snapshot.largeObjects, snapshot.largeBytes, snapshot.unbackedFreePages, snapshot.injectedFailures) = (0, 0, 0, 0)
    (snapshot.failedAllocations, snapshot.badFrees, snapshot.inferredFrees) = (0, 0, 0)
    (snapshot.objectsMoved, snapshot.pagesReturnedByShuffler) = (0, 0)
    (snapshot.unseenFreeObjects, snapshot.unseenFreeBytes) = (0, 0)
    (snapshot.kernelSlabBytes, snapshot.kernelSlabBytesNotReplayed) = (0, 0)
    (snapshot.unknownUseBytes, snapshot.knownUseObjects, snapshot.unknownUseObjects) = (0, 0, 0)
    var next = 1000
    let distinct = try JSONDecoder().decode(JSONValue.self, from: Data(snapshot.json().utf8)).distinct(from: &next)
    snapshot = try Snapshot(json: String(decoding: JSONEncoder().encode(distinct), as: UTF8.self))
    // The only figure with its own range.
    snapshot.caches[0].preferredOrder = 7
    let folder = try HistoryFolder()
    try record([snapshot], to: folder("h"))
    #expect(try HistoryFile(path: folder("h")).snapshot(at: 0) == snapshot)
    let (keys, cacheKeys) = (distinct.count, distinct["caches"]?[0]?.count)
    let (notExported, notExportedOfCaches) = (
      ["occupancyProblem", "generalCaches", "source", "listsAllCaches", "notes", "unknownFigures"],
      [
        "slabMap", "occupancy", "aliases", "hostDetails", "lockAcquisitions", "lockContentions", "lockWaitCycles",
        "orderPlan", "traffic", "unknownFigures",
      ]
    )
    let (fields, cacheFields) = (
      Mirror(reflecting: snapshot).children, Mirror(reflecting: snapshot.caches[0].storage.figures).children
    )
    #expect(fields.count - notExported.count == keys, "a field is not exported")
    #expect(cacheFields.count - notExportedOfCaches.count == cacheKeys, "a field is not exported")
  }

  /// Each figure without an optional is unknown once.
  @Test func unknownFiguresAreReadBackAsUnknown() throws {
    let snapshots = (0..<13).map { bit in
      var snapshot = sampleSnapshot()
      snapshot.caches[0].unknownFigures = .init(rawValue: 1 << UInt16(bit))
      if bit < 6 { snapshot.unknownFigures = .init(rawValue: 1 << UInt8(bit)) }
      if bit < 10 { snapshot.ledger[known: ByteLedger.Part.allCases[bit]] = nil }
      return snapshot
    }
    let folder = try HistoryFolder()
    try record(snapshots, to: folder("h"))
    let read = try HistoryFile(path: folder("h")).snapshots(in: 0..<13)
    #expect(read.map(\.caches[0].unknownFigures) == snapshots.map(\.caches[0].unknownFigures))
    #expect(read.map(\.unknownFigures) == snapshots.map(\.unknownFigures))
    for (read, recorded) in zip(read, snapshots) {
      guard recorded.knows(.ledger) else { continue }
      #expect(ByteLedger.Part.allCases.allSatisfy { read.ledger.isKnown($0) == recorded.ledger.isKnown($0) })
    }
  }

  @Test func detailsThatAreNotExportedAreNotRecorded() throws {
    var watched = sampleSnapshot()
    watched.caches[0].aliases = ["other"]
    (watched.caches[0].lockAcquisitions, watched.caches[0].lockContentions) = (3, 1)
    watched.caches[0].lockWaitCycles = 100
    watched.caches[0].orderPlan = OrderPlanSnapshot(OrderPlanSample())
    watched.generalCaches = [GeneralCacheSnapshot(size: 64, cache: "kmalloc-64")]
    watched.caches[0].slabMap = [SlabSnapshot(pageFrameNumber: 1, order: 0, objects: 2, objectsInUse: 1)]
    watched.caches[0].hostDetails = [CacheSnapshot.Detail(label: "aliases", value: 1)]
    let folder = try HistoryFolder()
    try record([sampleSnapshot(), watched], to: folder("h"))
    #expect(try HistoryFile(path: folder("h")).snapshot(at: 1) == sampleSnapshot())
    #expect(try rows(folder("h")) == 3, "no recorded figure has changed")
  }

  @Test func onlyChangedCachesAddRows() throws {
    var snapshots = [Snapshot](repeating: Snapshot(), count: 6)
    for index in snapshots.indices { snapshots[index].caches = (0..<100).map { CacheSnapshot(name: "cache \($0)") } }
    snapshots[1].caches[7].frees = 1
    snapshots[2].caches[7].frees = 1
    snapshots[3].caches.remove(at: 7)
    snapshots[4].caches.insert(CacheSnapshot(name: "new"), at: 50)
    snapshots[5].caches.swapAt(0, 99)
    let folder = try HistoryFolder()
    var expected = 100
    for (count, added) in [(2, 1), (3, 0), (4, 1), (5, 2), (6, 3)] {
      expected += added
      try record(Array(snapshots[..<count]), to: folder("\(count)"))
      // In the last snapshot the cache "new" is gone, and two caches have new sort keys.
      #expect(try rows(folder("\(count)")) == expected, "\(count) snapshots")
    }
    #expect(try HistoryFile(path: folder("6")).snapshots(in: 0..<6) == snapshots)
  }

  @Test(arguments: 1...20) func sortKeysAscendAndMostCachesKeepTheirs(seed: UInt64) {
    var random = SeededGenerator(state: seed)
    var known: [Int?] = (0..<50).map { $0 << 20 }
    for _ in 0..<2000 {
      let index = Int.random(in: 0..<50, using: &random)
      known.remove(at: index)
      known.insert(nil, at: min(index, Int.random(in: 0..<50, using: &random)))
      let keys = CacheSortKeys.ascending(known)
      #expect(keys.count == 50 && zip(keys, keys.dropFirst()).allSatisfy { $0 < $1 })
      known = keys
    }
    let odd = CacheSortKeys.ascending([.max, .min, 5, nil, 6, 1, 7])
    #expect(zip(odd, odd.dropFirst()).allSatisfy { $0 < $1 })
    #expect(CacheSortKeys.ascending([nil, 30, 10, 20]).suffix(2) == [10, 20] && CacheSortKeys.ascending([]).isEmpty)
  }

  /// Returns the number of rows of cache_figures.
  private func rows(_ path: String) throws -> Int {
    try SQLiteConnection(path, .reading).integer("SELECT count(*) FROM cache_figures")
  }
}

/// JSON value.
private indirect enum JSONValue: Codable {
  case bool(Bool), number(Int), string(String), array([JSONValue]), object([String: JSONValue])

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let bool = try? value.decode(Bool.self) {
      self = .bool(bool)
    } else if let number = try? value.decode(Int.self) {
      self = .number(number)
    } else if let string = try? value.decode(String.self) {
      self = .string(string)
    } else if let array = try? value.decode([JSONValue].self) {
      self = .array(array)
    } else {
      self = .object(try value.decode([String: JSONValue].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .bool(let bool): try value.encode(bool)
    case .number(let number): try value.encode(number)
    case .string(let string): try value.encode(string)
    case .array(let array): try value.encode(array)
    case .object(let object): try value.encode(object)
    }
  }

  var count: Int? {
    if case .object(let object) = self { object.count } else { nil }
  }

  subscript(key: String) -> JSONValue? {
    if case .object(let object) = self { object[key] } else { nil }
  }

  subscript(index: Int) -> JSONValue? {
    if case .array(let array) = self { array[index] } else { nil }
  }

  /// Returns the value with a distinct Boolean, number or string in every position.
  func distinct(from next: inout Int) -> JSONValue {
    next += 1
    switch self {
    case .bool(let bool): return .bool(!bool)
    case .number: return .number(next)
    case .string: return .string("text \(next)")
    case .array(let array): return .array(array.map { $0.distinct(from: &next) })
    case .object(let object): return .object(object.mapValues { $0.distinct(from: &next) })
    }
  }
}
