import Recordings
import Testing

@testable import Kernel

/// Selection of the kind of kmalloc cache by the fields of a binary event.
@Suite struct KmallocDecodingTests {
  private static let fields = [("call_site", 8), ("ptr", 8), ("bytes_req", 8), ("bytes_alloc", 8)]
  /// Part of the `print fmt` of Linux 6.18: a combined flag, then single flags.
  private static let shifts = """
    "gfp_flags=%s", (REC->gfp_flags) ? __print_flags(REC->gfp_flags, "|", {( unsigned long)(((( gfp_t)(((((1UL))) << \
    (10))|((((1UL))) << (11)))) | (( gfp_t)((((1UL))) << (22)))), "GFP_KERNEL_ACCOUNT"}, {( unsigned long)(( \
    gfp_t)((((1UL))) << (0))), "GFP_DMA"}, {( unsigned long)(( gfp_t)((((1UL))) << (0))), "__GFP_DMA"}, {( unsigned \
    long)(( gfp_t)((((1UL))) << (4))), "__GFP_RECLAIMABLE"}, {( unsigned long)(( gfp_t)((((1UL))) << (22))), \
    "__GFP_ACCOUNT"}) : "none"
    """
  /// Part of the `print fmt` of Linux 4.19.
  private static let numbers = """
    "gfp_flags=%s", (REC->gfp_flags) ? __print_flags(REC->gfp_flags, "|", {(unsigned long)(((gfp_t)(0x400000u|0x200000u)) \
    | ((gfp_t)0x100000u)), "GFP_KERNEL_ACCOUNT"}, {(unsigned long)((gfp_t)0x01u), "GFP_DMA"}, {(unsigned \
    long)((gfp_t)0x10u), "__GFP_RECLAIMABLE"}, {(unsigned long)((gfp_t)0x100000u), "__GFP_ACCOUNT"}) : "none"
    """

  /// Returns the name of the cache in the event of a kmalloc of 1024 bytes; nil if there is none.
  private func cache(_ print: String, fields: [(String, Int)], _ values: [String: UInt64]) throws -> String? {
    let format = try SyntheticTrace.format("kmalloc", 7, KmallocDecodingTests.fields + fields, print: print)
    var trace = SyntheticTrace([format])
    try trace.add("kmalloc", values.merging(["ptr": 0x1000, "bytes_req": 700, "bytes_alloc": 1024]) { $1 })
    let (stream, events) = try trace.read()
    #expect(events.count == 1 && events[0].allocatedBytes == 1024)
    return events[0].cache == AllocationEvent.noCache ? nil : stream.symbols[Int(events[0].cache)]
  }

  @Test func bitsOfFlagsAreReadFromTheFormatFile() {
    let newer = AllocationFlags(printFormat: KmallocDecodingTests.shifts)
    #expect((newer.dma, newer.reclaimable, newer.accounted) == (1, 16, 1 << 22))
    let older = AllocationFlags(printFormat: KmallocDecodingTests.numbers)
    #expect((older.dma, older.reclaimable, older.accounted) == (1, 16, 0x100000))
    let none = AllocationFlags(printFormat: "\"gfp_flags=%lx\", REC->gfp_flags")
    #expect((none.dma, none.reclaimable, none.accounted) == (0, 0, 0))
    #expect(AllocationFlags(printFormat: "{(1UL << (64)), \"__GFP_ACCOUNT\"}").accounted == 0)
    #expect(AllocationFlags(printFormat: "{(1UL << ___GFP_ACCOUNT_BIT), \"__GFP_ACCOUNT\"}").accounted == 0)
    #expect(AllocationFlags(printFormat: "\"__GFP_ACCOUNT\"").accounted == 0)
  }

  @Test(
    arguments: [
      (0xCC0, nil as String?), (0x400CC0, "kmalloc-cg-1k"), (0xCD0, "kmalloc-rcl-1k"), (0x400CD0, "kmalloc-rcl-1k"),
      (0x400CD1, "dma-kmalloc-1k"), (0x1, "dma-kmalloc-1k"),
    ] as [(UInt64, String?)])
  func flagsSelectTheCache(flags: UInt64, expected: String?) throws {
    #expect(try cache(KmallocDecodingTests.shifts, fields: [("gfp_flags", 8)], ["gfp_flags": flags]) == expected)
    // Before Linux 6.1 the flags have 4 bytes, and some versions have the field `accounted`.
    let fields = [("gfp_flags", 4), ("node", 4), ("accounted", 1)]
    #expect(try cache(KmallocDecodingTests.shifts, fields: fields, ["gfp_flags": flags]) == expected)
  }

  @Test func accountedFieldSelectsTheCgroupCache() throws {
    let fields = [("gfp_flags", 8), ("accounted", 1)]
    let values: [String: UInt64] = ["gfp_flags": 0xCC0, "accounted": 1]
    #expect(try cache(KmallocDecodingTests.shifts, fields: fields, values) == "kmalloc-cg-1k")
    #expect(try cache("", fields: [("accounted", 1)], ["accounted": 1]) == "kmalloc-cg-1k")
  }

  @Test func fieldsOfOlderKernelsSuffice() throws {
    #expect(try cache("", fields: [], [:]) == nil)
    #expect(try cache("", fields: [("gfp_flags", 8)], ["gfp_flags": .max]) == nil)
  }

  @Test func blocksOfPagesAndFailedRequestsHaveNoCache() throws {
    let fields: [(String, Int)] = [("gfp_flags", 8)]
    let accounted: UInt64 = 0x400CC0
    #expect(
      try cache(KmallocDecodingTests.shifts, fields: fields, ["gfp_flags": accounted, "ptr": 0]) == "kmalloc-cg-1k")
    let format = try SyntheticTrace.format(
      "kmalloc", 7, KmallocDecodingTests.fields + fields, print: KmallocDecodingTests.shifts)
    var trace = SyntheticTrace([format])
    for bytes: UInt64 in [16384, 8192, 0] {
      try trace.add("kmalloc", ["ptr": 0x1000 * bytes, "bytes_alloc": bytes, "gfp_flags": accounted])
    }
    let (stream, events) = try trace.read()
    #expect(events.map { $0.cache == AllocationEvent.noCache } == [true, false, true])
    #expect(stream.symbols[Int(events[1].cache)] == "kmalloc-cg-8k")
  }

  @Test func filterMatchesCacheNameOrSizeClass() throws {
    let format = try SyntheticTrace.format(
      "kmalloc", 7, KmallocDecodingTests.fields + [("gfp_flags", 8)], print: KmallocDecodingTests.shifts)
    var trace = SyntheticTrace([format])
    try trace.add("kmalloc", ["ptr": 0x1000, "bytes_alloc": 1024, "gfp_flags": 0x400CC0])
    try trace.add("kmalloc", ["ptr": 0x2000, "bytes_alloc": 1024, "gfp_flags": 0xCC0])
    #expect(try trace.read(filter: CacheFilter { $0 == "kmalloc-1024" }).events.count == 2)
    #expect(try trace.read(filter: CacheFilter { $0 == "kmalloc-cg-1k" }).events.count == 1)
    #expect(try trace.read(filter: CacheFilter { $0 == "dentry" }).events.isEmpty)
  }
}
