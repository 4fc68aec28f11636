import Testing

@testable import SlabEngine

@Suite struct PageAllocatorTests {
  @Test func memoryNeedNotBeAMultipleOfTheLargestBlock() throws {
    let engine = try SlabEngine(EngineConfiguration(memoryBytes: 5 << 20 + 3 * 4096, cpus: 1))
    #expect(engine.sample().freePages == (5 << 20) / 4096 + 3)
    #expect(engine.validate().isEmpty)
  }

  @Test func blocksOfEachOrderAreAlignedAndMergeWhenFreed() throws {
    let engine = try makeEngine()
    let before = engine.sample().freeBlocksByOrder
    for order in 0...10 {
      let block = try #require(engine.cpu(0).allocate(bytes: max(8193, 4096 << order)))
      #expect((block - engine.memory.base) % (4096 << order) == 0)
      #expect(engine.validate().isEmpty)
      engine.cpu(0).free(block)
    }
    #expect(engine.sample().freeBlocksByOrder == before)
  }

  @Test func randomBlocksKeepEveryInvariant() throws {
    let engine = try makeEngine(megabytes: 4)
    var random = SplitMix64(state: 1)
    var blocks: [UnsafeMutableRawPointer] = []
    for step in 0..<4000 {
      if Bool.random(using: &random),
        let block = engine.cpu(0).allocate(bytes: .random(in: 8193...200_000, using: &random))
      {
        blocks.append(block)
      } else if !blocks.isEmpty {
        engine.cpu(0).free(blocks.remove(at: .random(in: 0..<blocks.count, using: &random)))
      }
      if step % 100 == 0 { #expect(engine.validate().isEmpty) }
    }
    for block in blocks { engine.cpu(0).free(block) }
    #expect(engine.sample().freeBlocksByOrder == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
  }

  @Test func memoryHogAllocatesAndFreesPages() throws {
    let engine = try makeEngine(megabytes: 4)
    #expect(engine.hogPages(2000) == 1024)
    #expect(engine.cpu(0).allocate(bytes: 64) == nil)
    #expect(engine.validate().isEmpty)
    #expect(engine.releaseHogPages(1) == 1)
    #expect(engine.cpu(0).allocate(bytes: 64) != nil)
    #expect(engine.validate().isEmpty)
    #expect(engine.releaseHogPages(5000) == 1023)
  }

  @Test func memoryHogFragmentsMemoryOnRequest() throws {
    let engine = try makeEngine(megabytes: 4)
    #expect(engine.hogPages(512, fragmenting: true) == 512)
    #expect(engine.sample().freeBlocksByOrder == [512] + Array(repeating: 0, count: 10))
    // Only single pages are free: slabs fall back to order 0, and a block of two pages cannot be allocated.
    let cache = try engine.makeCache("buffer", objectSize: 1898)
    #expect(engine.cpu(0).allocate(from: cache) != nil)
    #expect(try engine.sample().cache("buffer").slabsByOrder[0] == 1)
    #expect(engine.cpu(0).allocate(bytes: 8192) == nil)
    #expect(engine.validate().isEmpty)
    #expect(engine.releaseHogPages(.max) == 512)
    #expect(engine.cpu(0).allocate(bytes: 8192) != nil)
  }
}
