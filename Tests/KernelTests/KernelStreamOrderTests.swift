import Recordings
import Testing

@testable import Kernel

/// Order of the events of several CPUs, and which of them are recorded.
@Suite struct KernelStreamOrderTests {
  private static let formats: [(name: String, identifier: Int, fields: [(name: String, size: Int)])] = [
    ("kmalloc", 1, [("call_site", 8), ("ptr", 8), ("bytes_req", 8), ("bytes_alloc", 8)]),
    ("kfree", 2, [("call_site", 8), ("ptr", 8)]),
  ]

  private func trace() throws -> SyntheticTrace {
    SyntheticTrace(
      try KernelStreamOrderTests.formats.map { try SyntheticTrace.format($0.name, $0.identifier, $0.fields) })
  }

  private func stream(cpus: Int = 2) throws -> KernelStream {
    try KernelStream(formats: trace().formats, headerPage: nil, symbols: KernelSymbols(kallsyms: []), cpus: cpus)
  }

  /// Returns a page with a kmalloc at each of some times in nanoseconds.
  private func page(_ times: [UInt64], flags: UInt64 = 0, tail: [UInt8] = []) -> [UInt8] {
    func bytes(_ value: UInt64, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64($0 * 8)) }
    }
    var data: [UInt8] = []
    for (number, time) in times.enumerated() {
      // An absolute time, and a kmalloc of 64 bytes at an address that is that of the time.
      if number > 0 { data += bytes((time & (1 << 27 - 1)) << 5 | 31, 4) + bytes(time >> 27, 4) }
      data += bytes(10, 4) + bytes(1, 8) + bytes(0x9999, 8) + bytes(time << 8, 8) + bytes(60, 8) + bytes(64, 8)
    }
    return bytes(times[0], 8) + bytes(UInt64(data.count) | flags, 8) + data + tail
  }

  private func read(_ times: [UInt64], cpu: Int, into stream: inout KernelStream) {
    page(times).withUnsafeBytes { stream.read($0, cpu: cpu) }
  }

  private func times(_ stream: inout KernelStream, atEnd: Bool = false) -> [UInt64] {
    var events: [AllocationEvent] = []
    stream.removeEvents(into: &events, atEnd: atEnd)
    return events.map(\.time)
  }

  @Test func eventsWaitUntilAllCPUsHaveBeenReadUpToTheirTime() throws {
    var stream = try stream()
    #expect(stream.finalTime == 0)
    read([1_000_000, 5_000_000], cpu: 0, into: &stream)
    #expect(times(&stream).isEmpty && stream.finalTime == 0)
    read([2_000_000, 3_000_000], cpu: 1, into: &stream)
    #expect(stream.finalTime == 3_000_000)
    // An event at that time waits: CPU 1 can have another one at the same time.
    #expect(times(&stream) == [1000, 2000])
    stream.markEmpty(cpu: 1, at: 4_000_000)
    #expect(times(&stream) == [3000] && stream.finalTime == 4_000_000)
    // An earlier time does not move the bound back.
    stream.markEmpty(cpu: 1, at: 1)
    #expect(stream.finalTime == 4_000_000)
    read([6_000_000], cpu: 1, into: &stream)
    #expect(times(&stream).isEmpty)
    #expect(times(&stream, atEnd: true) == [5000, 6000])
    #expect(times(&stream, atEnd: true).isEmpty && stream.counts.events == 5)
  }

  /// The trace clock of a CPU can step back. The order of the buffer is kept, and the other CPU does not wait.
  @Test func clockThatStepsBackKeepsTheOrderOfTheBuffer() throws {
    var stream = try stream()
    read([4_000_000, 2_000_000], cpu: 0, into: &stream)
    read([3_000_000, 9_000_000], cpu: 1, into: &stream)
    #expect(stream.finalTime == 4_000_000)
    #expect(times(&stream) == [3000])
    #expect(times(&stream, atEnd: true) == [4000, 2000, 9000])
  }

  @Test func eventsOfTheSameTimeAreInTheOrderOfCPUs() throws {
    var stream = try stream(cpus: 3)
    for cpu in [2, 0, 1] { read([7_000_000], cpu: cpu, into: &stream) }
    var events: [AllocationEvent] = []
    stream.removeEvents(into: &events, atEnd: true)
    #expect(events.map(\.cpu) == [0, 1, 2])
    // The latest time of all may end a recording.
    stream = try self.stream()
    read([.max >> 6], cpu: 1, into: &stream)
    #expect(times(&stream, atEnd: true).count == 1)
  }

  /// Times are rounded to microseconds as in the text of tracefs.
  @Test func timesAreRoundedToMicroseconds() throws {
    var stream = try stream()
    read([1_499, 1_500, 2_999_999, 3_000_000], cpu: 0, into: &stream)
    #expect(times(&stream, atEnd: true) == [1, 2, 3000, 3000])
  }

  @Test func lostEventsAndMalformedPagesAreCounted() throws {
    var stream = try stream()
    let number: [UInt8] = [5, 0, 0, 0, 0, 0, 0, 0]
    page([1000], flags: 3 << 30, tail: number).withUnsafeBytes { stream.read($0, cpu: 0) }
    #expect(stream.counts.lostEvents == 5 && stream.unknownLosses == 0)
    for _ in 0..<2 { page([1000], flags: 1 << 31).withUnsafeBytes { stream.read($0, cpu: 1) } }
    #expect(stream.counts.lostEvents == 5 && stream.unknownLosses == 2 && stream.counts.malformedLines == 0)
    stream.noteLostEvents(total: 4)
    #expect(stream.counts.lostEvents == 5)
    stream.noteLostEvents(total: 9)
    #expect(stream.counts.lostEvents == 9)
    page([1000]).prefix(12).withUnsafeBytes { stream.read($0, cpu: 0) }
    #expect(stream.counts.malformedLines == 1)
    var broken = page([1000])
    // The entry is longer than the page.
    broken[16] = 28
    broken.withUnsafeBytes { stream.read($0, cpu: 0) }
    #expect(stream.counts.malformedLines == 2 && stream.counts.cpuCount == 2 && stream.counts.origin == .tracefs)
  }

  /// Linux 6.18 reports a large allocation twice; only the second event names the caller.
  @Test(arguments: [(8192, 2), (8193, 1), (16_384, 1)])
  func largeAllocationThatIsReportedTwiceCountsOnce(bytes: UInt64, expected: Int) throws {
    var trace = try trace()
    for site in [0x1111, 0x2222] as [UInt64] {
      try trace.add("kmalloc", ["ptr": 0x1000, "bytes_req": bytes, "bytes_alloc": bytes, "call_site": site])
    }
    let symbols = KernelSymbols(kallsyms: Array("1111 T first\n2222 T second\n3333 T end\n".utf8))
    let (stream, events) = try trace.read(symbols: symbols)
    #expect(events.count == expected)
    #expect(stream.symbols[Int(try #require(events.last).site)] == "second+0x0/0x1111")
  }

  @Test func otherEventsAfterALargeAllocationDoNotReplaceIt() throws {
    let large: [String: UInt64] = ["ptr": 0x1000, "bytes_req": 9000, "bytes_alloc": 16_384]
    for next in [
      ["ptr": 0x2000, "bytes_alloc": 16_384], ["ptr": 0x1000, "bytes_alloc": 32_768], ["ptr": 0x1000],
    ] as [[String: UInt64]] {
      var trace = try trace()
      try trace.add("kmalloc", large)
      try trace.add(next["bytes_alloc"] == nil ? "kfree" : "kmalloc", next)
      #expect(try trace.read().events.count == 2)
    }
    // The next event of another CPU, and the end of the buffer, do not replace it either.
    var trace = try trace()
    try trace.add("kmalloc", large)
    try trace.add("kmalloc", large, cpu: 1)
    #expect(try trace.read().events.map(\.outcome) == [.allocated, .allocatedOverLive])
  }

  /// The free of a selected object is recorded, and no other free. An object of another cache at the address of a selected one ends
  /// it without a free.
  @Test func filteredObjectsEndWithoutAFree() throws {
    func request(_ pointer: UInt64, _ bytes: UInt64) -> [String: UInt64] {
      ["ptr": pointer, "bytes_req": bytes, "bytes_alloc": bytes]
    }
    var trace = try trace()
    try trace.add("kmalloc", request(0x1000, 64))
    try trace.add("kmalloc", request(0x2000, 128))
    try trace.add("kfree", ["ptr": 0x2000])
    try trace.add("kfree", ["ptr": 0x1000])
    try trace.add("kmalloc", request(0x1000, 64))
    try trace.add("kmalloc", request(0x1000, 128))
    try trace.add("kfree", ["ptr": 0x1000])
    let (stream, events) = try trace.read(filter: CacheFilter { $0 == "kmalloc-64" })
    #expect(events.map(\.outcome) == [.allocated, .freed, .allocated] && events.map(\.slot) == [0, 0, 0])
    #expect(stream.counts.events == 3)
    let all = try trace.read()
    #expect(
      all.events.map(\.outcome) == [.allocated, .allocated, .freed, .freed, .allocated, .allocatedOverLive, .freed])
    #expect(all.events.map(\.requestedBytes) == [64, 128, 0, 0, 64, 128, 0])
  }

  /// Each call site without a symbol has a number, so that no address is recorded.
  @Test func callSitesWithoutSymbolsAreNumbered() throws {
    var trace = try trace()
    for site in [0x10, 0x20, 0x10, 0x20, 0x1111] as [UInt64] {
      try trace.add("kfree", ["ptr": 0x1000, "call_site": site])
    }
    let (stream, events) = try trace.read(symbols: KernelSymbols(kallsyms: Array("1000 T f\n2000 T g\n".utf8)))
    #expect(
      events.map { stream.symbols[Int($0.site)] } == [
        "unknown-1", "unknown-2", "unknown-1", "unknown-2", "f+0x111/0x1000",
      ])
    #expect(events.allSatisfy { $0.outcome == .unmatched && $0.slot == AllocationEvent.noSlot })
  }

  /// A report on a data buffer that comes too late, of a CPU that does not exist, or with inconsistent fields is ignored.
  @Test func lateReportsOnDataBuffersAreIgnored() throws {
    var stream = try stream()
    func report(_ time: UInt64, cpu: Int = 0, tail: UInt32 = 100) -> BufferUseReport {
      // The address of the object that was allocated at 1 ms.
      BufferUseReport(time: time, head: 1_000_000 << 8, tail: tail, end: 64 - 40, sharedInfoBytes: 40, cpu: cpu)
    }
    stream.noteReportsRead(upTo: 0)
    read([1_000_000], cpu: 0, into: &stream)
    stream.markEmpty(cpu: 0, at: 9_000_000)
    stream.markEmpty(cpu: 1, at: 9_000_000)
    // Events wait for the reports.
    #expect(stream.finalTime == 0 && times(&stream).isEmpty)
    stream.noteReportsRead(upTo: 5_000_000)
    #expect(stream.finalTime == 5_000_000 && times(&stream) == [1000])
    stream.add(report(999_999, tail: 20))
    #expect(stream.lateReports == 1)
    stream.add(report(1_000_000, tail: 20))
    stream.add(report(999_999, cpu: 2, tail: 20))
    stream.add(report(999_999, cpu: -1, tail: 20))
    stream.add(report(999_999, tail: 100))
    #expect(stream.lateReports == 1)
  }
}
