import CBundledRecordings
import Profiles
import Recordings
import Testing
import Workloads

@testable import Advisor

/// The peak that the advisor predicts is within 3 % of the replayed one.
@Suite struct PeakPredictionTests {
  /// Input of the advisor.
  enum Input: Sendable, CaseIterable {
    case tcpBulk, udpRR, imixBurst, burst, jumbo

    func source() throws -> any AllocationEventSource {
      switch self {
      case .tcpBulk: try bundled("tcp-bulk")
      case .udpRR: try bundled("udp-rr")
      case .imixBurst: try bundled("imix-burst")
      case .burst: try WorkloadCatalog.make("burst", seed: 11)
      case .jumbo: try WorkloadCatalog.make("jumbo", seed: 11)
      }
    }

    private func bundled(_ name: String) throws -> Recording {
      let found = bundled_recording_named(name)
      let start = try #require(found.start)
      return try Recording(bytes: [UInt8](UnsafeBufferPointer(start: start, count: found.count)), name: name)
    }
  }

  /// Returns the error of the prediction, relative to the replayed peak.
  private func error(_ input: Input, events: Int, policy: Policy = .linux, isCold: Bool) throws -> Double {
    var options = AdviceOptions()
    (options.base, options.isCold, options.comparedEvents) = (policy, isCold, 500)
    let proof = try #require(try Advice(for: input.source(), events: events, options).proof)
    return Double(proof.predictedPeakBytes) / Double(proof.after.peakBytes) - 1
  }

  /// On an empty machine, the general caches are a large part of the slab memory, so that errors of the model show.
  @Test(arguments: Input.allCases)
  func predictedPeakIsThatOfTheReplay(input: Input) throws {
    let error = try error(input, events: 60_000, isCold: true)
    #expect(abs(error) <= 0.03, "\(error)")
  }

  @Test(arguments: [Input.tcpBulk, .udpRR, .imixBurst])
  func predictionBeginsWithTheSlabsOfTheRecordedKernel(input: Input) throws {
    let error = try error(input, events: 40_000, isCold: false)
    #expect(abs(error) <= 0.005, "\(error)")
  }

  /// The same policy is predicted without any error, because the modelled difference is zero.
  @Test func basePolicyIsPredictedExactly() throws {
    var options = AdviceOptions()
    options.isCold = true
    let traffic = try ProfiledSource(Input.udpRR.source(), events: 20_000, needsHalves: false, isCold: true)
    let runner = ReplayRunner(
      try traffic.window(0..<20_000), sampledAfter: [5000, 10_000], start: nil, options)
    let replay = try #require(try runner.runWithoutFailures([.linux]).first)
    let predicted = try PeakPrediction.peakBytes(under: .linux, base: .linux, replay, runner, startChange: 0)
    #expect(predicted == replay.peakBytes)
    #expect(replay.highestSlabBytes.count == 3 && replay.highestSlabBytes.max() ?? 0 <= replay.peakBytes)
    #expect(zip(replay.highestSlabBytes, replay.slabBytes).allSatisfy { $0.0 >= $0.1 })
    let moved = try PeakPrediction.peakBytes(under: .linux, base: .linux, replay, runner, startChange: 4096)
    #expect(moved == predicted + 4096)
  }

  /// Requests of the kinds normal and cgroup have caches of their own in SLUB, and share one in the engine.
  @Test func kindsOfRequestsHaveCachesOfTheirOwn() {
    func request(_ slot: UInt32, bytes: UInt32, cpu: UInt16 = 0) -> AllocationEvent {
      AllocationEvent(
        time: 0, slot: slot, requestedBytes: bytes, allocatedBytes: bytes, site: 0, cache: AllocationEvent.noCache,
        cpu: cpu, kind: .kmalloc, outcome: .allocated)
    }
    for (policy, slabs) in [(Policy.linux, 2), (.powerOfTwo, 1)] {
      var model = SlabMemoryModel(policy, cpus: 2, start: nil)
      model.allocate(request(0, bytes: 64), kind: .normal)
      model.allocate(request(1, bytes: 64), kind: .cgroup)
      #expect(model.bytes == slabs * 4096, "\(policy.name)")
    }
    var model = SlabMemoryModel(.linux, cpus: 2, start: nil)
    // A request beyond the largest size takes a block of pages, until it is freed or its slot is used again.
    model.allocate(request(7, bytes: 20_000), kind: .normal)
    #expect(model.bytes == 32_768)
    model.allocate(request(7, bytes: 9000), kind: .normal)
    #expect(model.bytes == 16_384)
    model.free(slot: 7, on: 1)
    model.free(slot: 7, on: 1)
    model.free(slot: 4000, on: 1)
    #expect(model.bytes == 0)
  }
}
