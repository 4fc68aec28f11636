import CSlabSupport
import Testing

@_spi(Replay) @testable import SlabEngine

/// Memory of the C library that the engine frees when it no longer needs it. The tests measure the heap of the process:
/// they run one after the other, and each would lose more than 100 MiB. Tests of other suites, which run at the same
/// time, allocate much less.
@Suite(.serialized) struct HeapMemoryTests {
  @Test func tableFreesTheMemoryThatItNoLongerUses() {
    let before = heapBytesInUse()
    let table = SlotTable<UInt64>(empty: 0, capacity: 1 << 20)
    // The table grows from 8 to 128 MiB; its former memory has 120 MiB in total.
    for slot in [1 << 20, 1 << 21, 1 << 22, 1 << 23] { table.makeRoom(for: slot) }
    #expect(heapBytesInUse() - before < 180 << 20)
    table.destroy()
    #expect(heapBytesInUse() - before < 60 << 20)
  }

  @Test func largerReservationsFreeTheMagazinesThatTheyReplace() throws {
    let engine = try makeEngine(megabytes: 16, cpus: 1)
    let (cpu, cache) = (engine.cpu(0), try engine.makeCache("reserved", objectSize: 8))
    let before = heapBytesInUse()
    // The last pair of magazines has 16 MiB, all of them together have about 200 MiB.
    for count in stride(from: 1 << 19, through: 1 << 20, by: 1 << 15) { #expect(cpu.reserve(count, from: cache)) }
    #expect(heapBytesInUse() - before < 90 << 20)
    #expect(engine.validate() == [])
  }

  @Test func depotFreesItsMagazines() {
    let before = heapBytesInUse()
    fillDepotAndDestroyIt()
    #expect(heapBytesInUse() - before < 60 << 20)
  }

  /// Creates a depot with full and empty magazines of 128 MiB.
  private func fillDepotAndDestroyIt() {
    let depot = Depot(limit: 1000)
    let limit = 1 << 20
    for _ in 0..<15 {
      depot.exchange(forEmpty: Magazine.make(limit: limit), rounds: 1, limit: limit).empty.deallocate()
    }
    for _ in 0..<8 { depot.exchange(forFull: Magazine.make(limit: limit))?.deallocate() }
  }

  private func heapBytesInUse() -> Int {
    let heap = mallinfo2()
    return Int(heap.uordblks + heap.hblkhd)
  }
}
