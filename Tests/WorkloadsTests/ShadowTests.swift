import Recordings
import SlabEngine
import Testing

@testable import Workloads

/// Tests of players that verify the contents of some objects or of none, as shadows do. Their figures are exact.
@Suite struct ShadowTests {
  /// Policy under which objects are moved.
  private static let movable: Policy = {
    var policy = Policy.hemment
    policy.name = "movable"
    policy.movable = ["skbuff_head_cache", "skbuff_small_head", "skbuff_fclone_cache", "TCP", "filp", "dentry"]
    return policy
  }()

  @Test(arguments: Policy.presets + [movable], ["burst", "churn", "router"])
  func shadowHasTheFiguresOfARealRun(policy: Policy, workload: String) throws {
    try expectFiguresOfARealRun(policy: policy, workload: workload, .off)
  }

  @Test(arguments: [Policy.hemment, movable], ["burst", "router"])
  func sampledVerificationHasTheFiguresOfARealRun(policy: Policy, workload: String) throws {
    try expectFiguresOfARealRun(policy: policy, workload: workload, #require(ContentVerification(oneIn: 7)))
  }

  private func expectFiguresOfARealRun(
    policy: Policy, workload: String, _ verification: ContentVerification
  ) throws {
    let source = try WorkloadCatalog.make(workload, seed: 5)
    // With so little memory, large workloads have refused orders and failed allocations.
    var real = try Player(source, policy: policy, memoryBytes: 12 << 20)
    var shadow = try Player(source, policy: policy, memoryBytes: 12 << 20, verification: verification)
    for _ in 0..<15 {
      var elapsed = real.progress.elapsedTicks
      for _ in 0..<10 {
        let played = try real.play(untilElapsed: elapsed + 50_000, upTo: 2000)
        #expect(try shadow.play(untilElapsed: elapsed + 50_000, upTo: 2000) == played)
        elapsed = max(elapsed + 50_000, real.progress.elapsedTicks)
      }
      #expect(shadow.engine.sample() == real.engine.sample())
    }
    #expect(shadow.progress == real.progress && real.progress.events > 15_000)
    #expect(shadow.shuffler?.ledger.total.bytesMoved == real.shuffler?.ledger.total.bytesMoved)
    if policy.movable.isEmpty { #expect(real.shuffler?.ledger.total.bytesMoved ?? 0 == 0) }
    #expect(real.progress.stampMismatches == 0 && shadow.progress.stampMismatches == 0)
    #expect(shadow.engine.validate() == [])
  }

  @Test func shadowDoesNotWriteToObjects() throws {
    let source = try WorkloadCatalog.make("burst", seed: 5)
    var shadow = try Player(source, policy: .hemment, memoryBytes: 64 << 20, verification: .off)
    while shadow.progress.events < 40_000 { _ = try shadow.play(upTo: 1024) }
    var looked = 0
    for slot in 0..<20_000 {
      guard let object = shadow.object(inSlot: slot) else { continue }
      looked += 1
      // Unwritten memory is zero.
      #expect(object.load(as: UInt64.self) == 0)
    }
    #expect(looked > 10_000)
  }

  @Test func sampledObjectsAreVerified() throws {
    let source = try WorkloadCatalog.make("burst", seed: 5)
    var player = try Player(
      source, policy: .hemment, memoryBytes: 64 << 20, verification: #require(ContentVerification(oneIn: 4)))
    while player.progress.events < 10_000 { _ = try player.play(upTo: 1024) }
    var (stamped, live) = (0, 0)
    for slot in 0..<20_000 {
      guard let object = player.object(inSlot: slot) else { continue }
      live += 1
      guard player.objects[slot].isStamped else { continue }
      stamped += 1
      object.storeBytes(of: ~object.load(as: UInt8.self), as: UInt8.self)
    }
    #expect(stamped > live / 8 && stamped < live / 2)
    while player.progress.liveAtEnd == 0, player.progress.stampMismatches < stamped / 2,
      player.progress.events < 400_000
    {
      _ = try player.play(upTo: 1024)
    }
    #expect(player.progress.stampMismatches >= stamped / 2 && player.progress.stampMismatches <= stamped)
  }

  @Test func verificationIsOneObjectInANumber() {
    func selected(_ verification: ContentVerification) -> [Int] {
      var counter = VerificationCounter(verification)
      return (0..<10).filter { _ in counter.selectsNext() }
    }
    #expect(selected(.all) == Array(0..<10))
    #expect(selected(.off) == [])
    #expect(ContentVerification(oneIn: 4).map(selected) == [0, 4, 8])
    #expect(ContentVerification(oneIn: 0) == nil)
  }
}
