import Recordings
import SlabEngine
import Testing

@testable import Workloads

/// Tests of shadow players, which do the bookkeeping of a policy without writing to objects. Their figures are exact.
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
    let source = try WorkloadCatalog.make(workload, seed: 5)
    // With so little memory, large workloads have refused orders and failed allocations.
    var real = try Player(source, policy: policy, memoryBytes: 12 << 20)
    var shadow = try Player(source, policy: policy, memoryBytes: 12 << 20, isShadow: true)
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
    #expect(real.progress.stampMismatches == 0)
    #expect(shadow.engine.validate() == [])
  }

  @Test func shadowDoesNotWriteToObjects() throws {
    let source = try WorkloadCatalog.make("burst", seed: 5)
    var shadow = try Player(source, policy: .hemment, memoryBytes: 64 << 20, isShadow: true)
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
}
