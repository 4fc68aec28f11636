import Kernel
import Testing

/// Slabs that are found from the addresses of live objects.
@Suite struct WatchedSlabsTests {
  private func object(_ address: UInt64, _ context: Int = 0, age: Int = 0) -> WatchedObject {
    WatchedObject(address: 0xFFFF_8880_0000_0000 + address, context: context, ageMicroseconds: age, cpu: 0)
  }

  @Test func objectsAreGroupedByTheirSlabOldestFirst() {
    var slabs = WatchedSlabs()
    let found = slabs.slabs(
      of: [object(0x8000, age: 5), object(0x0), object(0x9F00, age: 70), object(0x1FFF, age: 3), object(0x2000)],
      cache: "dentry", slabBytes: 8192, isOfCache: [true])
    #expect(found.map(\.number) == [1, 2, 3])
    #expect(found.map(\.objects.count) == [2, 1, 2])
    #expect(found[2].objects.map(\.ageMicroseconds) == [70, 5])
    #expect(found[2].oldestMicroseconds == 70)
  }

  @Test func objectsOfOtherCachesAreLeftOut() {
    var slabs = WatchedSlabs()
    let objects = [object(0, 0), object(0x1000, 1), object(0x2000, 2), object(0x3000, 9)]
    let found = slabs.slabs(of: objects, cache: "dentry", slabBytes: 4096, isOfCache: [false, true, false])
    #expect(found.map { $0.objects.map(\.context) } == [[1]])
  }

  @Test func slabsKeepTheirNumberWhileTheyHaveObjects() {
    var slabs = WatchedSlabs()
    func numbers(_ addresses: [UInt64], _ cache: String = "dentry") -> [Int] {
      slabs.slabs(of: addresses.map { object($0) }, cache: cache, slabBytes: 4096, isOfCache: [true]).map(\.number)
    }
    #expect(numbers([0x1000, 0x3000]) == [1, 2])
    #expect(numbers([0x0, 0x3000]) == [2, 3])
    // The slab at 0x1000 had no objects in between: it may be another slab.
    #expect(numbers([0x1000, 0x3000]) == [2, 4])
    #expect(numbers([0x3000], "inode_cache") == [1])
  }

  @Test func sizesThatAreNoPowerOfTwoHaveNoSlabs() {
    var slabs = WatchedSlabs()
    for bytes in [0, -4096, 12_288] {
      #expect(slabs.slabs(of: [object(0)], cache: "x", slabBytes: bytes, isOfCache: [true]).isEmpty)
    }
  }
}
