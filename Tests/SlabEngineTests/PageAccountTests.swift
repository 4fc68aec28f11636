import Testing

@testable import SlabEngine

/// Accounts of the page allocator: free pages, their minimum, and those that are not backed by the operating system.
@Suite struct PageAccountTests {
  @Test func memoryIsShortIfLessThanOneOf32PagesIsFree() throws {
    let memory = try MachineMemory(pages: 1024)
    var allocator = PageAllocator(managing: memory)
    while allocator.freePages > 32 { _ = allocator.allocate(order: 0, for: .hog) }
    #expect(!allocator.isShort)
    let last = allocator.allocate(order: 0, for: .hog)
    #expect(allocator.isShort)
    allocator.free(try #require(last))
    #expect(!allocator.isShort && allocator.fewestFreePages == 31)
  }

  @Test func pagesAreBackedFromTheirFirstUseUntilTheirRelease() throws {
    let engine = try makeEngine(megabytes: 4, cpus: 1)
    func unbacked() -> Int { engine.sample().unbackedFreePages }
    #expect(unbacked() == 1024)
    let block = try #require(engine.cpu(0).allocate(bytes: 16384))
    #expect(engine.sample().freePages == 1020 && unbacked() == 1020)
    // A merged block counts as backed if one of its pages is.
    engine.cpu(0).free(block)
    #expect(engine.sample().freePages == 1024 && unbacked() == 0)
    #expect(engine.validate() == [])
    #expect(engine.releaseFreePages(keeping: 1) == 0)
    #expect(engine.releaseFreePages(keeping: 0) == 1024 && unbacked() == 1024)
    #expect(engine.releaseFreePages(keeping: 0) == 0)
    // The blocks that remain when an unbacked block is split are unbacked.
    _ = try #require(engine.cpu(0).allocate(bytes: 16384))
    #expect(unbacked() == 1020)
    #expect(engine.validate() == [])
  }

  @Test func blocksAreReleasedLargestFirstUntilTheReserveRemains() throws {
    let engine = try makeEngine(megabytes: 4, cpus: 1)
    let blocks = (0..<16).map { _ in engine.cpu(0).allocate(bytes: 256 << 10)! }
    // Free blocks of 64 and of 4 pages, all backed.
    for index in [0, 2] { engine.cpu(0).free(blocks[index]) }
    let small = (0..<3).map { _ in engine.cpu(0).allocate(bytes: 16384)! }
    engine.cpu(0).free(small[0])
    engine.cpu(0).free(small[2])
    let before = engine.sample()
    #expect(before.unbackedFreePages == 0 && before.freePages == 128 - 4)
    #expect(engine.releaseFreePages(keeping: 60) == 64)
    #expect(engine.sample().unbackedFreePages == 64)
    #expect(engine.validate() == [])
    // The block of 32 pages fits into the excess, the next one does not.
    #expect(engine.releaseFreePages(keeping: 28) == 32)
  }

  @Test func releasedPagesAreZeroWhenTheyAreUsedAgain() throws {
    let engine = try makeEngine(megabytes: 4, cpus: 1)
    let block = try #require(engine.cpu(0).allocate(bytes: 16384))
    block.initializeMemory(as: UInt8.self, repeating: 1, count: 16384)
    engine.cpu(0).free(block)
    #expect(engine.releaseFreePages(keeping: 0) > 0)
    let again = try #require(engine.cpu(0).allocate(bytes: 16384))
    #expect(again == block)
    #expect(UnsafeRawBufferPointer(start: again, count: 16384).allSatisfy { $0 == 0 })
  }
}
