@_spi(Replay) import SlabEngine
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
