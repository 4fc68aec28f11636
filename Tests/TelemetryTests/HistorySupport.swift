import Foundation

@testable import Telemetry

/// Temporary folder for the files of a test, deleted at its end.
final class HistoryFolder {
  let path = FileManager.default.temporaryDirectory.appendingPathComponent("history-\(UUID().uuidString)").path

  init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Returns the path of a file in the folder.
  func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }
}

/// Generator of random snapshots: caches appear, disappear, reappear, move and have equal names; some figures change.
struct SnapshotWalk {
  private var random: SeededGenerator
  private(set) var snapshot = Snapshot()

  init(seed: UInt64) { random = SeededGenerator(state: seed) }

  private static let names = [
    "dentry", "", "kmalloc-64", "it's \"quoted\"", "two\nlines", "\u{1F9F1}\u{1F9F1}", "nul\0inside", "a\u{301}", "á",
    "kmalloc-64", "kmalloc-64", "; DROP TABLE moments", "[1,2]", "NULL", "dentry",
  ]

  mutating func step() -> Snapshot {
    snapshot.events = number(4) == 0 ? nil : number(1000)
    snapshot.ledger[ByteLedger.Part.allCases[number(10)]] = number(1 << 40) - (1 << 20)
    snapshot.pageBlocksFreeByOrder[number(11)] = number(100)
    snapshot.workload = SnapshotWalk.names[number(SnapshotWalk.names.count)]
    for index in snapshot.caches.indices where number(3) == 0 {
      snapshot.caches[index].activeObjects = number(2) == 0 ? 1 << 48 : number(9) - 1 << 48
      snapshot.caches[index].slabsByOrder[number(11)] = number(3)
      snapshot.caches[index].isGeneral.toggle()
      let isCounted = number(2) == 0
      snapshot.caches[index].allocations = isCounted ? number(9) : nil
      snapshot.caches[index].refills = isCounted ? 1 : nil
      snapshot.caches[index].refusalsByOrder = isCounted ? (0..<11).map { _ in number(2) } : nil
      snapshot.caches[index].fallbacksByOrder = isCounted ? [Int](repeating: 0, count: 11) : nil
      snapshot.caches[index].requestedBytes = number(2) == 0 ? nil : number(9)
      snapshot.caches[index].emptySlabs = number(2) == 0 ? nil : number(9)
      snapshot.caches[index].slabsByOccupancy = number(2) == 0 ? nil : (0..<10).map { _ in number(4) }
      snapshot.caches[index].isReclaimable = number(3) == 0 ? nil : number(2) == 0
      snapshot.caches[index].slabHolder = SnapshotWalk.names[number(SnapshotWalk.names.count)]
    }
    switch number(6) {
    case 0:
      let cache = CacheSnapshot(name: SnapshotWalk.names[number(SnapshotWalk.names.count)])
      snapshot.caches.insert(cache, at: number(snapshot.caches.count + 1))
    case 1 where !snapshot.caches.isEmpty: snapshot.caches.remove(at: number(snapshot.caches.count))
    case 2 where number(8) == 0: snapshot.caches.shuffle(using: &random)
    case 3 where number(20) == 0: snapshot.caches = []
    case 4: snapshot.caches.append(CacheSnapshot(name: SnapshotWalk.names[number(SnapshotWalk.names.count)]))
    default: break
    }
    return snapshot
  }

  /// Returns the snapshots of `count` steps.
  mutating func steps(_ count: Int) -> [Snapshot] { (0..<count).map { _ in step() } }

  mutating func number(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }
}

/// Seeded random number generator (SplitMix64; Steele, Lea and Flood, 2014).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = (state ^ state >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }
}

/// Records snapshots at intervals of one second.
func record(_ snapshots: [Snapshot], to path: String, from start: Double = 0) throws {
  let recorder = try HistoryRecorder(path: path)
  for (index, snapshot) in snapshots.enumerated() { try recorder.append(snapshot, at: start + Double(index)) }
}
