import Foundation

/// One case, measured on every contender.
struct Comparison: Encodable {
  let recording: String
  /// Operations of one pass: allocations and frees.
  let events: Int
  let engineNsPerEvent: Double
  /// The engine on the recorded CPUs, capturing data, sharing slabs, shuffling them, under `hemment`.
  let engineVariantsNsPerEvent: [String: Double]
  let floorNsPerEvent: Double?
  let peersNsPerEvent: [String: Double]
  /// Growth of resident memory, metadata included; and what of it slabs and large requests held at their peak.
  let enginePeakBytes: Int
  let enginePeakSlabBytes: Int
  let engineVariantsPeakBytes: [String: Int]
  let peersPeakBytes: [String: Int]
  /// Of recordings: what shuffling did.
  let shuffling: Shuffling?

  /// What shuffling cost and earned.
  struct Shuffling: Encodable {
    /// Bytes that are free and held by slabs, on average over a pass, without shuffling and with it.
    let meanFreeHeldBytes: Double
    let meanFreeHeldBytesShuffled: Double
    /// Share of the recorded time that rounds took, ten a second of it.
    let timeShare: Double
    let pagesReclaimed: Double
    let bytesMoved: Double
  }

  /// Measures all contenders, alternating, and takes each one's median.
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
      let held = plain["mean_free_held"], let heldShuffled = shuffled.remarks["mean_free_held"],
      let nanoseconds = shuffled.remarks["shuffle_ns"], let recorded = shuffled.remarks["recorded_ns"]
    else { return nil }
    meanFreeHeldBytes = held
    meanFreeHeldBytesShuffled = heldShuffled
    // A cold pass, a warm one, and the timed ones.
    timeShare = nanoseconds / (recorded * Double(passes + 2))
    pagesReclaimed = shuffled.remarks["pages_earned"] ?? 0
    bytesMoved = shuffled.remarks["bytes_moved"] ?? 0
  }
}
