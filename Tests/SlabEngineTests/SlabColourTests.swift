import Testing

@testable import SlabEngine

/// Colours of slabs (Bonwick 1994): the first objects of successive slabs lie at different offsets, so that they do not
/// compete for the same sets of the processor's caches.
@Suite struct SlabColourTests {
  /// Returns the offset of the first object of each new slab of a cache.
  private func colours(_ slabs: Int, objectSize: Int, alignment: Int = 8, orders: OrderPolicy) throws -> [Int] {
    let engine = try makeEngine(cpus: 1, sizes: [8192], orders: orders)
    let cache = try engine.makeCache("coloured", objectSize: objectSize, alignment: alignment)
    var colours: [Int] = []
    while colours.count < slabs {
      let object = try #require(engine.takeFromSlabs(1, of: cache).first)
      let slab = engine.memory.location(of: object)!
      if slab.slab.pointee.freeCount == slab.slab.pointee.objectCount - 1 { colours.append(slab.offset) }
    }
    #expect(engine.validate() == [])
    return colours
  }

  @Test func slabsBeginACacheLineFurtherAsLongAsTheTailHasRoom() throws {
    // Three objects of 1304 bytes leave a tail of 184 bytes; two of 2040 leave 16; two of 1984 leave exactly 128.
    let orders = OrderPolicy(maximumOrder: 0)
    #expect(try colours(5, objectSize: 1304, orders: orders) == [0, 64, 128, 0, 64])
    #expect(try colours(3, objectSize: 2040, orders: orders) == [0, 0, 0])
    #expect(try colours(4, objectSize: 1984, orders: orders) == [0, 64, 128, 0])
  }

  @Test func coloursKeepTheAlignmentOfTheObjects() throws {
    #expect(
      try colours(4, objectSize: 1280, alignment: 128, orders: OrderPolicy(maximumOrder: 0)) == [0, 128, 256, 0])
  }

  @Test func coloursAreAtMost32KiB() throws {
    // An object of 72 KiB in a slab of 128 KiB leaves a tail of 56 KiB.
    let colours = try colours(10, objectSize: 70_000, alignment: 4096, orders: OrderPolicy(maximumOrder: 5))
    #expect(colours == (0...8).map { $0 * 4096 } + [0])
  }
}
