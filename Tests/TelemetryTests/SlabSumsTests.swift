import Testing

@testable import Telemetry

@Suite struct SlabSumsTests {
  private let files: [Substring] = [
    "objects", "total_objects", "slabs", "partial", "cpu_slabs", "cpu_partial", "min_partial", "objects_partial",
    "slabs_cpu_partial",
  ]
  private let sums = SlabSums(
    name: "kmalloc-1k", slabs: 50, partial: 10, objectsPartial: 69, cpuSlabs: 5, slabsCPUPartial: [2, 0, 1])

  @Test func rowOfSysfsFilesIsDecoded() {
    let row: Substring =
      "kmalloc-1k: 709 N0=709 | 800 N0=800 | 50 N0=50 | 10 N0=10 | 5 N0=5 | 24 | 5 | 69 N0=69 | 24(3) C0=16(2) C2=8(1)"
    #expect(SlabSums(row: row, files: files) == sums)
    // The kernel prints neither CPUs without slabs nor an empty list of CPUs.
    let none: Substring = ":0000064: 0 | 16 | 4 N0=4 | 2 N0=2 | 2 N0=2 | 24 | 5 | 0 | 0(0)"
    #expect(
      SlabSums(row: none, files: files)
        == SlabSums(name: ":0000064", slabs: 4, partial: 2, objectsPartial: 0, cpuSlabs: 2, slabsCPUPartial: []))
  }

  @Test func textRoundTripPreservesEveryField() {
    let other = SlabSums(name: "x", slabs: 1, partial: 0, objectsPartial: 0, cpuSlabs: 1, slabsCPUPartial: [])
    #expect(SlabSums.caches(text: SlabSums.text(of: [sums, other])) == [sums, other])
    #expect(SlabSums.text(of: [sums]).split(separator: "\n").count == 2)
  }

  @Test(arguments: [
    "", "kmalloc-1k", "kmalloc-1k 1 | 2", "a b: 1 | 1 | 1 | 0 | 1 | 0 | 5 | 0 | 0(0)",
    // A file that could not be read, invalid numbers, and more slabs on lists than in total.
    "a: 1 | 1 | - | 0 | 1 | 0 | 5 | 0 | 0(0)", "a: 1 | 1 | 1 | 0 | 1 | 0 | 5 | 0",
    "a: 1 | 1 | -1 | 0 | 1 | 0 | 5 | 0 | 0(0)",
    "a: 1 | 1 | 1 | 0 | 1 | 0 | 5 | 0 | 8(1) C0=8", "a: 1 | 1 | 1 | 0 | 1 | 0 | 5 | 0 | 8(1) C99999=8(1)",
    "a: 1 | 1 | 1 | 1 | 1 | 0 | 5 | 0 | 0(0)", "a: 1 | 1 | 9 | 1 | 1 | 0 | 5 | 0 | 8(1) C0=8(4)",
  ]) func invalidRowsAreIgnored(row: String) {
    #expect(SlabSums(row: row[...], files: files) == nil)
    #expect(SlabSums.caches(text: row) == [])
  }
}
