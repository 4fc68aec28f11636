import Foundation

/// Result of a case for all contenders.
struct Comparison: Encodable {
  let recording: String
  /// Number of allocations and frees in a pass.
  let events: Int
  let engineNsPerEvent: Double
  /// The engine on the recorded CPUs, with data capture, with shared slabs, with shuffling, and under `hemment`.
  let engineVariantsNsPerEvent: [String: Double]
  let floorNsPerEvent: Double?
  let peersNsPerEvent: [String: Double]
  /// Growth of resident memory in bytes, including metadata, and the peak of slabs and large requests.
  let enginePeakBytes: Int
  let enginePeakSlabBytes: Int
  let engineVariantsPeakBytes: [String: Int]
  let peersPeakBytes: [String: Int]
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
  init(_ benchmark: BenchmarkCase, contenders: [ContenderProcess], rounds: Int, passes: Int) throws {
    var measurements: [String: [Measurement]] = [:]
    for _ in 0..<rounds {
      for contender in contenders where !(benchmark.withoutFloor && contender.kind == .floor) {
        measurements[contender.name, default: []].append(try contender.measure(benchmark, passes: passes))
      }
    }
    guard Set(measurements.values.joined().map(\.checksum)).count == 1 else {
      throw BenchmarkError("\(benchmark.name): the contenders read different contents")
    }
    let times = measurements.mapValues { Comparison.median($0.map(\.nanosecondsPerOperation)) }
    let peaks = measurements.mapValues { Comparison.median($0.map(\.peakBytes)) }
    let peers = Set(contenders.filter(\.isPeer).map(\.name))
    let variants: Set = ["recordedCPUs", "capture", "shared", "shuffled", "hemment"]
    recording = benchmark.name
    events = measurements["engine"]?.first?.operations ?? 0
    engineNsPerEvent = times["engine"] ?? .nan
    engineVariantsNsPerEvent = times.filter { variants.contains($0.key) }
    floorNsPerEvent = times["floor"]
    peersNsPerEvent = times.filter { peers.contains($0.key) }
    enginePeakBytes = peaks["engine"] ?? 0
    enginePeakSlabBytes = Int(measurements["engine"]?.first?.remarks["peak_slab_bytes"] ?? 0)
    engineVariantsPeakBytes = peaks.filter { variants.contains($0.key) }
    peersPeakBytes = peaks.filter { peers.contains($0.key) }
    shuffling = benchmark.operations == nil ? nil : Shuffling(measurements, passes: passes)
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
  init?(_ measurements: [String: [Measurement]], passes: Int) {
    guard let plain = measurements["engine"]?.first?.remarks, let shuffled = measurements["shuffled"]?.first,
      let freeBytes = plain["mean_free_slab_bytes"],
      let freeBytesShuffled = shuffled.remarks["mean_free_slab_bytes"],
      let nanoseconds = shuffled.remarks["shuffle_ns"], let recorded = shuffled.remarks["recorded_ns"]
    else { return nil }
    meanFreeHeldBytes = freeBytes
    meanFreeHeldBytesShuffled = freeBytesShuffled
    // One cold pass, one warm pass, and the timed passes.
    timeShare = nanoseconds / (recorded * Double(passes + 2))
    pagesReclaimed = shuffled.remarks["pages_earned"] ?? 0
    bytesMoved = shuffled.remarks["bytes_moved"] ?? 0
  }
}
