import Testing

@testable import SlabEngine

/// Choice of the order with the smallest tail.
struct SmallestTailTests {
  private func grow(_ stride: Int, to bytes: Int, prefersSmallestTail: Bool) throws -> (CacheSample, SlabEngine) {
    let engine = try SlabEngine(
      EngineConfiguration(
        memoryBytes: 16 << 20, orders: OrderPolicy(startsSmall: true, prefersSmallestTail: prefersSmallestTail)))
    let cache = try engine.makeCache("object", objectSize: stride)
    for _ in 0..<bytes / stride { _ = try #require(engine.cpu(0).allocate(from: cache)) }
    return (try engine.sample().cache("object"), engine)
  }

  @Test func aLargePoolTakesTheOrderWithTheSmallestTail() throws {
    // 768 bytes: tails of 256 bytes in 4 KiB, 512 in 8 KiB and in 32 KiB, 256 in 16 KiB. 16 and 32 KiB have equal shares.
    let (plain, _) = try grow(768, to: 2 << 20, prefersSmallestTail: false)
    let (small, engine) = try grow(768, to: 2 << 20, prefersSmallestTail: true)
    #expect(plain.slabsByOrder[1] > 250 && plain.slabsByOrder[2] == 0)
    #expect(small.slabsByOrder[2] > 100 && small.slabsByOrder[1] < 16 && small.slabsByOrder[3] == 0)
    #expect(small.tailBytes * 3 < plain.tailBytes && small.slabBytes < plain.slabBytes)
    #expect(engine.validate() == [])
  }

  @Test func aSlabIsAtMostAnEighthOfItsPool() throws {
    let engine = try SlabEngine(
      EngineConfiguration(
        memoryBytes: 16 << 20, orders: OrderPolicy(startsSmall: true, prefersSmallestTail: true)))
    let cache = try engine.makeCache("object", objectSize: 768)
    var before = 0
    for _ in 0..<1000 {
      _ = try #require(engine.cpu(0).allocate(from: cache))
      let sample = try engine.sample().cache("object")
      let grown = sample.slabBytes - before
      #expect(grown <= 8192 || grown * 8 <= before)
      before = sample.slabBytes
    }
  }

  @Test(arguments: [512, 576, 1024, 4096])
  func ordersWithEqualTailsAreLeftAsPlanned(stride: Int) throws {
    let (plain, _) = try grow(stride, to: 1 << 20, prefersSmallestTail: false)
    let (small, _) = try grow(stride, to: 1 << 20, prefersSmallestTail: true)
    #expect(plain.slabsByOrder == small.slabsByOrder)
  }

  @Test func aCacheMayHaveItsOwnSetting() throws {
    var policy = OrderPolicy()
    policy.byStride[768] = OrderOverride()
    policy.byStride[768]?.prefersSmallestTail = true
    #expect(policy.policy(forCache: "x", stride: 768).prefersSmallestTail)
    #expect(!policy.policy(forCache: "x", stride: 776).prefersSmallestTail)
  }
}
