import Foundation
import Recordings
import Testing

@testable import Workloads

/// Comparison of each workload with a recording of the same kind of traffic: Kolmogorov-Smirnov distance of the
/// distributions of sizes and of lifetimes (0 if the distributions are equal, 1 if they are disjoint).
///
/// The recorded distributions are in Recorded/. `router` and `syn-flood` were recorded with `slabscope record --filter
/// command` on Linux 6.18 with 2 CPUs: 40,000 IMIX datagrams forwarded between two veths, and 40,000 SYNs from random
/// addresses. The others come from the recordings of the corpus tests. To update them from recordings in a folder, run
/// SLABSCOPE_UPDATE_DISTRIBUTIONS=FOLDER swift test --filter RealismTests.
@Suite(.serialized) struct RealismTests {
  /// Workload, recording, and maximum distances of the sizes and the lifetimes, slightly above the measured ones.
  struct Kind: Sendable, CustomTestStringConvertible {
    var workload: String
    var recording: String
    var sizes: Double
    var lifetimes: Double
    /// Recording with which the lifetimes are compared; nil for `recording`.
    var lifetimesOf: String?
    var testDescription: String { workload }
  }

  static let kinds = [
    // No recording has IMIX datagrams that are read immediately: recording 10 has their sizes, 04b their lifetimes.
    Kind(
      workload: "imix", recording: "10_imix_burst", sizes: 0.05, lifetimes: 0.3, lifetimesOf: "04b_udp_rr_40_512"),
    Kind(workload: "web", recording: "05_http_short_conn", sizes: 0.05, lifetimes: 0.2),
    Kind(workload: "bulk", recording: "01_tcp_bulk_1", sizes: 0.05, lifetimes: 0.1),
    Kind(workload: "dns", recording: "04b_udp_rr_40_512", sizes: 0.05, lifetimes: 0.2),
    Kind(workload: "jumbo", recording: "14a_jumbo_gso_off", sizes: 0.05, lifetimes: 0.2),
    Kind(workload: "burst", recording: "10_imix_burst", sizes: 0.05, lifetimes: 0.05),
    Kind(workload: "churn", recording: "12_tcp_hold_5000", sizes: 0.05, lifetimes: 0.25),
    // Over veth, a received packet is in the sender's buffer; the modelled device has receive rings with buffers of one
    // size.
    Kind(workload: "router", recording: "router", sizes: 0.3, lifetimes: 0.5),
    Kind(workload: "syn-flood", recording: "synflood", sizes: 0.05, lifetimes: 0.2),
  ]

  @Test(arguments: kinds)
  func workloadHasTheDistributionOfTheRecording(kind: Kind) throws {
    let recorded = try RealismTests.recorded(kind.recording)
    let recordedLifetimes = try RealismTests.recorded(kind.lifetimesOf ?? kind.recording).lifetimes
    let generated = try TrafficDistribution(WorkloadCatalog.make(kind.workload, seed: 1), events: 400_000)
    let sizes = TrafficDistribution.distance(recorded.sizes, generated.sizes)
    let lifetimes = TrafficDistribution.distance(recordedLifetimes, generated.lifetimes)
    #expect(sizes <= kind.sizes && lifetimes <= kind.lifetimes, "sizes \(sizes), lifetimes \(lifetimes)")
  }

  @Test func mixHasThePooledDistributionOfAllRecordings() throws {
    let recorded = TrafficDistribution(pooling: try RealismTests.kinds.map { try RealismTests.recorded($0.recording) })
    let generated = try TrafficDistribution(WorkloadCatalog.make("mix", seed: 1), events: 12_000_000)
    let sizes = TrafficDistribution.distance(recorded.sizes, generated.sizes)
    let lifetimes = TrafficDistribution.distance(recorded.lifetimes, generated.lifetimes)
    #expect(sizes <= 0.1 && lifetimes <= 0.3, "sizes \(sizes), lifetimes \(lifetimes)")
  }

  /// Returns the stored distribution of a recording, or computes and stores it if SLABSCOPE_UPDATE_DISTRIBUTIONS is
  /// set.
  private static func recorded(_ name: String) throws -> TrafficDistribution {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Recorded")
    let file = folder.appendingPathComponent("\(name).json")
    if let source = ProcessInfo.processInfo.environment["SLABSCOPE_UPDATE_DISTRIBUTIONS"] {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(source)/\(name).slabtrace"))
      let recording = try Recording(bytes: Array(bytes), name: name)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      let distribution = try TrafficDistribution(recording, events: .max)
      try encoder.encode(distribution).write(to: file)
      return distribution
    }
    return try JSONDecoder().decode(TrafficDistribution.self, from: Data(contentsOf: file))
  }
}
