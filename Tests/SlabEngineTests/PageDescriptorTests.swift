import Testing

@testable import SlabEngine

@Suite struct PageDescriptorTests {
  @Test func descriptorTakes32BytesOfEachPage() { #expect(MemoryLayout<PageDescriptor>.stride == 32) }

  /// The descriptor divides, and the pool, which knows the reciprocal, multiplies.
  @Test(arguments: [8, 24, 64, 72, 192, 1000, 1536, 4096, 9216, 65536])
  func startOfAnObjectGivesItsNumberInBothWays(stride: Int) {
    let geometry = SlabGeometry(cache: "a", objectSize: stride, alignment: 8, orders: OrderPolicy())
    for order in geometry.minimumOrder...4 {
      for firstObject in [0, 64, 704] {
        var slab = PageDescriptor()
        (slab.order, slab.stride, slab.firstObject) = (UInt8(order), UInt32(stride), UInt16(firstObject))
        #expect(Int(slab.objectCount) == geometry.objects(inOrder: order))
        for number in 0..<Int(slab.objectCount) {
          let offset = slab.offset(ofObject: number)
          #expect(slab.index(atOffset: offset) == number)
          #expect(geometry.index(of: offset, at: firstObject) == number)
        }
      }
    }
  }

  @Test func offsetBeforeTheFirstObjectIsNoObject() {
    var slab = PageDescriptor()
    (slab.stride, slab.firstObject) = (64, 128)
    #expect(slab.index(atOffset: 64) >= slab.objectCount)
  }

  @Test func pageThatWasNeverASlabHasNoObjects() {
    #expect(PageDescriptor().objectCount == 0)
    #expect(PageDescriptor().index(atOffset: 100) == 0)
  }

  @Test func flagsAndTagShiftDoNotChangeOneAnother() {
    var slab = PageDescriptor()
    slab.tagShift = 22
    slab.hasRecords = true
    slab.isPinned = true
    slab.tagShift = 3
    slab.isPinned = false
    #expect(slab.hasRecords && !slab.isPinned && slab.tagShift == 3)
    slab.isPinned = true
    slab.hasRecords = false
    #expect(!slab.hasRecords && slab.isPinned && slab.tagShift == 3)
  }

  /// 64 objects of 64 bytes have their bitmap in the descriptor, 65 have not.
  @Test func bitmapOf64ObjectsIsInTheDescriptor() {
    let slab = UnsafeMutablePointer<PageDescriptor>.allocate(capacity: 1)
    defer { slab.deallocate() }
    slab.initialize(to: PageDescriptor())
    slab.pointee.stride = 64
    #expect(slab.freeBits == UnsafeMutableRawPointer(slab).assumingMemoryBound(to: UInt64.self))
    #expect(slab.bitmapMemory == nil)
    slab.pointee.stride = 63
    #expect(slab.pointee.objectCount == 65)
    #expect(slab.freeBits == nil && slab.bitmapMemory == nil)
    var bits: [UInt64] = [1, 0]
    bits.withUnsafeMutableBufferPointer { bits in
      slab.setFreeBits(bits.baseAddress)
      #expect(slab.freeBits == bits.baseAddress && slab.bitmapMemory == UnsafeMutableRawPointer(bits.baseAddress!))
    }
  }
}
