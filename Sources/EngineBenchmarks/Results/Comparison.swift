import BenchmarkContenders
import Foundation

/// Result of a case for all contenders: medians over the rounds.
struct Comparison: Encodable {
  let recording: String
  /// Number of allocations and frees in a pass.
  let events: Int
  let engineNsPerEvent: Double
  /// The engine on the recorded CPUs, with data capture, with shared slabs, with shuffling, and under `hemment`.
  let engineVariantsNsPerEvent: [String: Double]
  /// Nil for a case with two threads.
  let floorNsPerEvent: Double?
  let pageMapFloorNsPerEvent: Double?
  let peersNsPerEvent: [String: Double]
  /// Growth of anonymous resident memory in bytes, including metadata; nil for a pattern.
  let engineGrownBytes: Int?
  /// Anonymous memory that became resident when the engine was created, in bytes.
  let engineCreationBytes: Int?
  /// Peak of slabs and large requests.
  let enginePeakSlabBytes: Int?
  let engineVariantsGrownBytes: [String: Int]
  let peersGrownBytes: [String: Int]
  /// Parts of the engine's slabs at the moment at which the requested bytes have their maximum; nil for a pattern.
  let engineParts: [String: Int]?
  /// Result of shuffling; nil for a pattern.
  let shuffling: Shuffling?

  /// Cost of shuffling and memory that it reclaimed.
  struct Shuffling: Encodable {
    /// Mean of the free bytes in slabs over a pass, without and with shuffling.
    let meanFreeHeldBytes: Double
    let meanFreeHeldBytesShuffled: Double
    /// Time of all rounds as a share of the recorded time; there are ten rounds a second.
    let timeShare: Double
    let pagesReclaimed: Double
    let bytesMoved: Double
  }

  /// Measures all contenders in turn, round by round, and takes the median of each.
  init(_ benchmark: BenchmarkCase, contenders: [ContenderProcess], rounds: Int, passes: Passes) throws {
    var measurements: [String: [ContenderMeasurement]] = [:]
    for _ in 0..<rounds {
      for contender in contenders where !(benchmark.withoutFloor && contender.kind.isFloor) {
        measurements[contender.name, default: []].append(try contender.measure(benchmark, passes: passes))
      }
    }
    // The memory of a replay is the same in each round, so that one measurement is enough.
    let isReplay = benchmark.operations != nil
    let memory = isReplay ? try contenders.map { ($0.name, try $0.measureMemory(benchmark)) } : []
    guard Set(measurements.values.joined().map(\.checksum) + memory.map(\.1.checksum)).count == 1 else {
      throw BenchmarkError("\(benchmark.name): the contenders read different contents")
    }
    let grown = Dictionary(uniqueKeysWithValues: memory.map { ($0.0, $0.1.grownBytes) })
    let engineMemory = memory.first { $0.0 == "engine" }?.1
    let times = measurements.mapValues { Comparison.median($0.map(\.nanosecondsPerOperation)) }
    let peers = Set(contenders.filter(\.isPeer).map(\.name))
    let variants = Set(contenders.filter(\.kind.isVariant).map(\.name))
    let engine = measurements["engine"]?.first
    recording = benchmark.name
    events = engine?.operations ?? 0
    engineNsPerEvent = times["engine"] ?? .nan
    engineVariantsNsPerEvent = times.filter { variants.contains($0.key) }
    floorNsPerEvent = times[ContenderKind.floor.rawValue]
    pageMapFloorNsPerEvent = times[ContenderKind.pageMapFloor.rawValue]
    peersNsPerEvent = times.filter { peers.contains($0.key) }
    engineGrownBytes = grown["engine"]
    engineCreationBytes = engineMemory?.remarks["creation_bytes"].map { Int($0) }
    enginePeakSlabBytes = engineMemory?.remarks["peak_slab_bytes"].map { Int($0) }
    engineVariantsGrownBytes = grown.filter { variants.contains($0.key) }
    peersGrownBytes = grown.filter { peers.contains($0.key) }
    let owner = contenders.first { $0.name == "engine" }
    engineParts = isReplay ? try owner?.measureBreakdown(benchmark).remarks.mapValues { Int($0) } : nil
    shuffling = isReplay ? Shuffling(measurements, passes: passes) : nil
  }

  private static func median<Value: Comparable>(_ values: [Value]) -> Value { values.sorted()[values.count / 2] }

  static func json(_ comparisons: [Comparison]) throws -> String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return String(decoding: try encoder.encode(comparisons), as: UTF8.self)
  }
}

extension Comparison.Shuffling {
  init?(_ measurements: [String: [ContenderMeasurement]], passes: Passes) {
    guard let plain = measurements["engine"]?.first?.remarks, let shuffled = measurements["shuffled"]?.first,
      let freeBytes = plain["mean_free_slab_bytes"],
      let freeBytesShuffled = shuffled.remarks["mean_free_slab_bytes"],
      let nanoseconds = shuffled.remarks["shuffle_ns"], let recorded = shuffled.remarks["recorded_ns"]
    else { return nil }
    meanFreeHeldBytes = freeBytes
    meanFreeHeldBytesShuffled = freeBytesShuffled
    // One cold pass, the warm passes, and the timed passes.
    timeShare = nanoseconds / (recorded * Double(1 + passes.warm + passes.timed))
    pagesReclaimed = shuffled.remarks["pages_earned"] ?? 0
    bytesMoved = shuffled.remarks["bytes_moved"] ?? 0
  }
}
