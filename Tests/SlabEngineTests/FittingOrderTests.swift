import Testing

@testable import SlabEngine

/// Slabs that take a free block of a lower order than planned while memory is fragmented (`OrderPolicy.fitsFreeBlocks`).
@Suite struct FittingOrderTests {
  /// Returns an engine of 1024 pages with `singles` free single pages; the other free blocks have at least order 3.
  private func makeFragmentedMemory(singles: Int, _ orders: OrderPolicy) throws -> SlabEngine {
    let engine = try makeEngine(megabytes: 4, cpus: 1, sizes: [8192], orders: orders)
    engine.hogPages(singles, fragmenting: true)
    return engine
  }

  private func orderOfFirstSlab(_ engine: SlabEngine, objectSize: Int) throws -> Int? {
    let cache = try engine.makeCache("fitting", objectSize: objectSize)
    #expect(engine.takeFromSlabs(1, of: cache).count == 1)
    let sample = try engine.sample().cache("fitting")
    #expect(sample.preferredOrder == 3 && sample.orderFallbacks <= 1 && engine.validate() == [])
    return sample.slabsByOrder.firstIndex(of: 1)
  }

  private let fitting = OrderPolicy(minimumObjects: 32, fitsFreeBlocks: true)

  /// With n single pages of 1024 - n free pages, more than an eighth is in single pages from n = 114 on.
  @Test(arguments: [(104, 3), (120, 0)])
  func slabTakesASinglePageIfMoreThanAnEighthOfFreeMemoryIsInSmallBlocks(singles: Int, order: Int) throws {
    let engine = try makeFragmentedMemory(singles: singles, fitting)
    #expect(engine.sample().freeBlocksByOrder[0] == singles)
    #expect(try orderOfFirstSlab(engine, objectSize: 1024) == order)
  }

  @Test func slabTakesTheOrderOfTheSmallBlocks() throws {
    let engine = try makeEngine(megabytes: 4, cpus: 1, sizes: [8192], orders: fitting)
    // A third of free memory is in blocks of four pages; there are no smaller ones.
    let blocks = (0..<128).compactMap { _ in engine.cpu(0).allocate(bytes: 16384) }
    for block in blocks.indices where block % 2 == 0 { engine.cpu(0).free(blocks[block]) }
    #expect(engine.sample().freeBlocksByOrder[...3] == [0, 0, 64, 0])
    #expect(try orderOfFirstSlab(engine, objectSize: 1024) == 2)
  }

  @Test func slabOfThePlannedOrderIsUsedWithoutThePolicy() throws {
    let engine = try makeFragmentedMemory(singles: 200, OrderPolicy(minimumObjects: 32))
    #expect(try orderOfFirstSlab(engine, objectSize: 1024) == 3)
  }

  @Test func blockWhoseTailWouldBeTooLargeDoesNotFit() throws {
    // In a single page, an object of 1500 bytes leaves 27 % of the slab unused.
    let engine = try makeFragmentedMemory(singles: 200, fitting)
    #expect(try orderOfFirstSlab(engine, objectSize: 1500) == 3)
  }

  @Test func orderFitsIfItHoldsAnObjectAndItsTailIsWithinTheBound() {
    let policy = OrderPolicy(alternationTail: 0.125)
    // Tails of exactly an eighth, and of eight bytes more.
    #expect(policy.fits(order: 0, stride: 3584) && !policy.fits(order: 0, stride: 3576))
    #expect(!policy.fits(order: 0, stride: 8192) && policy.fits(order: 1, stride: 8192))
    #expect(!OrderPolicy(alternationTail: 1).fits(order: 0, stride: 8192))
  }

  @Test func smallestFittingBlockIsUsed() throws {
    let machine = try MachineMemory(pages: 64)
    var allocator = PageAllocator(managing: machine)
    // Frees blocks of orders 1 and 2 whose buddies remain in use, in memory without other free blocks.
    let blocks = (0..<16).compactMap { _ in allocator.allocate(order: 2, for: .hog) }
    let halves = blocks.prefix(2)
    for block in halves { allocator.free(block) }
    let pair = allocator.allocate(order: 1, for: .hog)
    #expect(allocator.freeBlocksByOrder[...3] == [0, 1, 1, 0])
    let all: UInt32 = 0b1111
    #expect(allocator.fittingOrder(upTo: 3, among: all) == 1)
    #expect(allocator.fittingOrder(upTo: 3, among: 0b1100) == 2)
    #expect(allocator.fittingOrder(upTo: 3, among: 0b1001) == 3, "there is no free single page")
    #expect(allocator.fittingOrder(upTo: 2, among: 0b0100) == 2)
    #expect(allocator.fittingOrder(upTo: 0, among: all) == 0)
    allocator.free(try #require(pair))
  }
}
