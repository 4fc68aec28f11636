@_spi(Replay) @testable import SlabEngine
import Testing

@Suite struct SlotTableTests {
  @Test func tableKeepsItsSlotsWhenItGrows() {
    let table = SlotTable<UInt64>(empty: 7, capacity: 2)
    defer { table.destroy() }
    #expect(table.capacity == 2 && table[0] == 7 && table[1] == 7)
    table[1] = 1
    table.makeRoom(for: 1)
    #expect(table.capacity == 2)
    table.makeRoom(for: 9)
    #expect(table.capacity == 16 && table[1] == 1 && (2..<16).allSatisfy { table[$0] == 7 })
    table[15] += 8
    #expect(table[15] == 15)
  }

  @Test(arguments: [(0, 0, 1), (0, 5, 8), (3, 3, 6), (3, 13, 24), (4, 3, 4), (4, 7, 8), (4, 8, 16)])
  func capacityDoublesUntilTheTableHasTheSlot(capacity: Int, slot: Int, expected: Int) {
    let table = SlotTable<UInt64>(empty: 7, capacity: capacity)
    defer { table.destroy() }
    table.makeRoom(for: slot)
    #expect(table.capacity == expected && (0..<expected).allSatisfy { table[$0] == 7 })
  }

  @Test func slotsAreAlignedToCacheLines() {
    for _ in 0..<4 {
      let table = SlotTable<UInt64>(empty: 0, capacity: 1)
      defer { table.destroy() }
      table.makeRoom(for: 100)
      #expect(UInt(bitPattern: table.header.pointee.elements) % 64 == 0)
    }
  }

  @Test func slotBeyondTheCapacityIsRefused() async {
    await #expect(processExitsWith: .failure) { _ = SlotTable<UInt64>(empty: 0, capacity: 4)[4] }
    await #expect(processExitsWith: .failure) { SlotTable<UInt64>(empty: 0, capacity: 4)[4] = 1 }
    await #expect(processExitsWith: .failure) { SlotTable<UInt64>(empty: 0, capacity: 4)[-1] = 1 }
  }

  @Test func copiesOfTheHandleReferToOneTable() {
    let table = SlotTable<UInt32>(empty: 0)
    defer { table.destroy() }
    let copy = table
    table.makeRoom(for: 5000)
    copy[5000] = 3
    #expect(table[5000] == 3 && table.capacity == copy.capacity)
  }

  @Test func prefetchAcceptsAnyNumber() {
    let table = SlotTable<UInt32>(empty: 0)
    defer { table.destroy() }
    for slot in [0, 1 << 20, Int(UInt32.max), .max, .min] { table.prefetch(slot) }
    #expect(table[0] == 0)
  }
}
