import Foundation

/// One recording, replayed by every contender.
struct Comparison: Encodable {
  let recording: String
  /// Operations replayed: allocations and frees of one pass.
  let events: Int
  let engineNsPerEvent: Double
  let floorNsPerEvent: Double
  let peersNsPerEvent: [String: Double]
  let enginePeakBytes: Int
  let peersPeakBytes: [String: Int]

  /// Measures all contenders, alternating, and takes each one's median.
  init(recording: String, peers: [Peer], rounds: Int, passes: Int) throws {
    var measurements: [String: [Measurement]] = [:]
    for _ in 0..<rounds {
      for peer in peers {
        measurements[peer.name, default: []].append(try peer.measure(recording, passes: passes))
      }
    }
    let checksums = Set(measurements.values.joined().map(\.checksum))
    guard checksums.count == 1 else { throw BenchmarkError("\(recording): the contenders read different contents") }
    let times = measurements.mapValues { Comparison.median($0.map(\.nanosecondsPerOperation)) }
    let peaks = measurements.mapValues { Comparison.median($0.map(\.peakBytes)) }
    let names = peers.map(\.name).filter { $0 != "engine" && $0 != "floor" }
    self.recording = (recording as NSString).lastPathComponent
    events = measurements["engine"]?.first?.operations ?? 0
    engineNsPerEvent = times["engine"] ?? .nan
    floorNsPerEvent = times["floor"] ?? .nan
    enginePeakBytes = peaks["engine"] ?? 0
    peersNsPerEvent = times.filter { names.contains($0.key) }
    peersPeakBytes = peaks.filter { names.contains($0.key) }
  }

  private static func median<Value: Comparable>(_ values: [Value]) -> Value { values.sorted()[values.count / 2] }

  /// All comparisons as text: ns per event, then the peak growth of resident memory.
  static func table(_ comparisons: [Comparison], missing: [String]) -> String {
    let names = comparisons.first?.peersNsPerEvent.keys.sorted() ?? []
    var lines = [row("ns per event", ["engine", "floor"] + names + ["engine/best"])]
    for result in comparisons {
      let peers = names.map { result.peersNsPerEvent[$0] ?? .nan }
      let ratio = result.engineNsPerEvent / (peers.min() ?? .nan)
      let times = [result.engineNsPerEvent, result.floorNsPerEvent] + peers + [ratio]
      lines.append(row(result.recording, times.map { String(format: "%.2f", $0) }))
    }
    lines += ["", row("peak growth, KiB", ["engine", ""] + names + ["engine/best"])]
    for result in comparisons {
      let peers = names.map { result.peersPeakBytes[$0] ?? 0 }
      let ratio = Double(result.enginePeakBytes) / Double(max(peers.min() ?? 1, 1))
      let sizes = [String(result.enginePeakBytes >> 10), ""] + peers.map { String($0 >> 10) }
      lines.append(row(result.recording, sizes + [String(format: "%.2f", ratio)]))
    }
    if !missing.isEmpty { lines.append("\nnot installed, not measured: \(missing.joined(separator: ", "))") }
    return lines.joined(separator: "\n")
  }

  private static func row(_ name: String, _ values: [String]) -> String {
    let padded = name.padding(toLength: max(34, name.count), withPad: " ", startingAt: 0)
    return padded + values.map { String(repeating: " ", count: max(1, 12 - $0.count)) + $0 }.joined()
  }
}
