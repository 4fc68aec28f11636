import Testing

@testable import Recordings

@Suite struct ImporterTests {
  @Test(arguments: [1, 7, 64, 1000, Int.max])
  func eventsDoNotDependOnThePieceSize(piece: Int) throws {
    let (importer, events) = try importText(sampleTrace, piece: piece)
    let counts = importer.counts
    #expect(
      [counts.lines, counts.events, counts.commentLines, counts.otherLines, counts.cpuCount] == [11, 8, 2, 1, 2])
    #expect(events.map(\.slot) == [0, 1, 1, .max, 0, .max, 0, 0])
    #expect(
      events.map(\.outcome) == [
        .allocated, .allocated, .freed, .null, .freed, .unmatched, .allocated, .allocatedOverLive,
      ])
    #expect(events.map(\.cpu) == [1, 0, 1, 1, 1, 1, 1, 1])
    #expect(events[0].time == 658_474_281)
    #expect(importer.symbols[Int(events[0].cache)] == "names_cache")
  }

  /// One event in every text format.
  @Test(arguments: [
    (
      "     sh-5690    (   5690) [003] .....  7521.734753: kfree: call_site=f ptr=00000000aa\n", RecordingOrigin.ftrace,
      7_521_734_753 as UInt64
    ),
    ("     sh-5690    (-------) [003] ....  7521.734753: kfree: call_site=f ptr=00000000aa\n", .ftrace, 7_521_734_753),
    (
      "     my task: [0] kfree-5690  [003]  7521.734753: kfree:    (f+0x3) call_site=f ptr=0xaa\n", .ftrace,
      7_521_734_753
    ),
    ("     sh-5690  [003] .....  12: kfree: call_site=f ptr=00000000aa\r\n", .ftrace, 12),
    ("     sh-5339      3..s1. 393061us : kfree: call_site=f ptr=00000000aa\n", .ftraceLatency, 393_061),
    ("     sh-5339      3..s1. 393061us!: kfree: call_site=f ptr=00000000aa\n", .ftraceLatency, 393_061),
    ("     a b-c  4242 [003]  7180.746275:            kmem:kfree: call_site=f ptr=0xaa\n", .perfScript, 7_180_746_275),
    ("     a b-c  4242 [003]  7180.746275: kfree: call_site=f ptr=0xaa\n", .perfScript, 7_180_746_275),
    ("7203454478201 cpu=3 pid=4593 comm=net load kfree: call_site=f ptr=0xaa\n", .bpftrace, 7_203_454_478),
  ])
  func everyTextFormatIsParsed(line: String, format: RecordingOrigin, time: UInt64) throws {
    let (importer, events) = try importText(line)
    #expect(events.map(\.time) == [time])
    #expect(events.map(\.cpu) == [3])
    #expect(importer.counts.origin == format)
  }

  /// Before Linux 6.1 allocations have no name= field, and allocations on a given NUMA node are separate events.
  @Test func eventsOfOlderKernelsAreParsed() throws {
    let (importer, events) = try importText(
      """
      sh-1 [000] .... 1.000001: kmalloc_node: call_site=c014ae3d ptr=f6d09e00 bytes_req=30 bytes_alloc=32 gfp_flags=GFP_KERNEL node=0
      sh-1 [000] .... 1.000002: kmem_cache_alloc_node: call_site=c014ae3e ptr=f6d09f00 bytes_req=40 bytes_alloc=40 gfp_flags=GFP_KERNEL node=0
      sh-1 [000] d..3 1.000003: kmem_cache_free: call_site=c014ae3f ptr=f6d09f00
      sh 1 [000] 1.000004: kmem:kfree: call_site=c014ae40 ptr=0xf6d09e00
      """)
    #expect(events.map(\.kind) == [.kmalloc, .kmemCacheAlloc, .kmemCacheFree, .kfree])
    #expect(events.map(\.outcome) == [.allocated, .allocated, .freed, .freed])
    #expect(importer.symbols[Int(events[1].cache)] == "?" && importer.symbols[Int(events[0].site)] == "c014ae3d")
  }

  @Test func malformedLinesAreReportedAndSkipped() throws {
    let (importer, events) = try importText(
      """
      sh-1 [000] ..... 1.000001: kmalloc: call_site=f ptr=00000000aa bytes_req=x bytes_alloc=16
      sh-1 [000] ..... 1.000001: kmalloc: call_site=f ptr=00000000aa bytes_req=8
      sh-1 [0q0] ..... 1.000001: kfree: call_site=f ptr=00000000aa
      sh-1 [000] ..... 1.000002: kfree: call_site=f ptr=00000000aa
      sh-1 [000] ..... 1.000003: kfree: call_site=f pt
      """)
    #expect(events.count == 1)
    #expect(importer.counts.malformedLines == 4)
    #expect(importer.counts.firstMalformed.map(\.line) == [1, 2, 3, 5])
  }

  @Test func textWithoutEventsAndBinaryFilesAreRefused() {
    #expect(throws: TraceTextError.empty) { try importText("") }
    #expect(throws: TraceTextError.noEvents(lines: 2, firstMalformed: nil)) { try importText("hello\nworld\n") }
    #expect(throws: TraceTextError.notText(line: 1)) { try importBytes([0x28, 0xB5, 0x2F, 0xFD, 0, 1, 2, 10, 3]) }
    #expect(throws: TraceTextError.notText(line: 1)) { try importBytes([UInt8](repeating: 0x41, count: 3 << 20)) }
  }

  @Test func lostEventsAndSpecialPointersAreRecognised() throws {
    let (importer, events) = try importText(
      """
      CPU:1 [LOST 1234 EVENTS]
      CPU 0: 17 EVENTS DROPPED [17]
      sh-1 [000] ..... 1.000001: kmalloc: call_site=f ptr=(nil) bytes_req=8 bytes_alloc=8
      sh-1 [000] ..... 1.000001: kfree: call_site=f ptr=0000000000000010
      sh-1 [000] ..... 1.000001: kmalloc_trace: call_site=f ptr=0xffff888117477800 bytes_req=8 bytes_alloc=8
      sh-1 [000] ..... 1.000001: kmem_cache_alloc: call_site=f ptr=0xffff888117477800 bytes_req=8 bytes_alloc=8
      """)
    #expect(importer.counts.lostEvents == 1251)
    #expect(events.map(\.outcome) == [.failed, .zeroSize, .allocated])
    #expect(importer.counts.hasRealPointers)
    #expect(importer.symbols[Int(events[2].cache)] == "?")
  }

  /// Kernels before 4.15 print a null pointer as `(null)`, padded on the left to the width of an address.
  @Test func paddedNullPointersAreNull() throws {
    let (importer, events) = try importText(
      """
      bash-1 [000]     1.000001: kfree: call_site=c10f6b85 ptr=  (null)
      bash-1 [000]     1.000002: kfree: call_site=ffffffff8117c3a5 ptr=          (null)
      bash-1 [000]     1.000003: kmalloc: call_site=c10f6b85 ptr=  (null) bytes_req=8 bytes_alloc=16 gfp_flags=GFP_KERNEL
      bash-1 [000]     1.000004: kmem_cache_free: call_site=c10f6b85 ptr=  (nil) name=dentry
      """)
    #expect(importer.counts.malformedLines == 0)
    #expect(events.map(\.outcome) == [.null, .null, .failed, .null])
    #expect(events[2].allocatedBytes == 16 && importer.symbols[Int(events[3].cache)] == "dentry")
  }

  @Test func missingPointersAreMalformed() throws {
    let (importer, events) = try importText(
      """
      bash-1 [000]     1.000001: kfree: call_site=f ptr=ff
      bash-1 [000]     1.000002: kfree: call_site=f ptr=  ffff880079b5ea00
      bash-1 [000]     1.000003: kfree: call_site=f ptr=
      """)
    #expect(events.count == 1 && importer.counts.malformedLines == 2)
  }

  @Test func impossibleNumbersOfLostEventsAreLimited() throws {
    let mark = "CPU:1 [LOST 9223372036854775807 EVENTS]\n"
    let (importer, events) = try importText(
      mark + mark + "sh-1 [000] ..... 1.000001: kmalloc: call_site=f ptr=0000000000000010 bytes_req=8 bytes_alloc=8\n")
    #expect(importer.counts.lostEvents == 1 << 61)
    var writer = SlabtraceWriter(name: "lost", summary: "")
    writer.append(events, symbols: importer.symbols)
    let bytes = writer.finish(symbols: importer.symbols, counts: importer.counts)
    let recording = try Recording(bytes: bytes, name: "lost")
    #expect(recording.counts?.lostEvents == 1 << 61)
  }

  @Test func truncatedTracesAreReadOrRefused() throws {
    let bytes = Array(sampleTrace.utf8)
    var most = 0
    for end in bytes.indices {
      let events = (try? importBytes(Array(bytes[..<end])))?.events.count ?? 0
      #expect(events >= most)
      most = max(most, events)
    }
    #expect(most == 8)
  }
}
