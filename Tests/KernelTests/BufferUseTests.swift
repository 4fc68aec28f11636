import Foundation
import Profiles
import Recordings
import Testing

@testable import Kernel

/// Bytes in use of packets' data buffers, from reports of the BPF program and from the lengths of packets.
@Suite struct BufferUseTests {
  private func trace(lengths: Bool = false) throws -> SyntheticTrace {
    let sized: [(name: String, size: Int)] = [("call_site", 8), ("ptr", 8), ("bytes_req", 8), ("bytes_alloc", 8)]
    var formats = [
      try SyntheticTrace.format("kmalloc", 1, sized),
      try SyntheticTrace.format("kfree", 2, [("call_site", 8), ("ptr", 8)]),
    ]
    if lengths {
      var text = "name: kmem_cache_alloc\nID: 3\nformat:\n\tfield:unsigned short common_type;\toffset:0;\tsize:2;\n"
      text += "\tfield:unsigned long call_site;\toffset:8;\tsize:8;\n\tfield:const void * ptr;\toffset:16;\tsize:8;\n"
      text += "\tfield:char name[24];\toffset:24;\tsize:24;\n"
      text += "\tfield:size_t bytes_req;\toffset:48;\tsize:8;\n\tfield:size_t bytes_alloc;\toffset:56;\tsize:8;\n"
      formats.append(try #require(EventFormat(text)))
      formats.append(try SyntheticTrace.format("net_dev_queue", 4, [("skbaddr", 8), ("len", 4)]))
    }
    return SyntheticTrace(formats)
  }

  private func report(_ head: UInt64, tail: UInt32, end: UInt32, time: UInt64, cpu: Int = 0) -> BufferUseReport {
    BufferUseReport(time: time, head: head, tail: tail, end: end, sharedInfoBytes: 320, cpu: cpu)
  }

  /// Returns the trace of a buffer that is allocated at 1,001 us and freed at 1,002 us.
  private func oneBuffer(_ bytes: UInt64 = 2048) throws -> SyntheticTrace {
    var trace = try trace()
    try trace.add("kmalloc", ["ptr": 0x1000, "bytes_req": bytes, "bytes_alloc": bytes])
    try trace.add("kfree", ["ptr": 0x1000], cpu: 1)
    return trace
  }

  private func read(_ trace: SyntheticTrace, _ reports: [BufferUseReport]) throws -> [AllocationEvent] {
    let (stream, events) = try trace.read { stream in for report in reports { stream.add(report) } }
    #expect(!stream.symbols.contains { $0.contains("1000") })
    return events
  }

  @Test func freeOfABufferHasItsUsedBytes() throws {
    // The packet is reported twice. The maximum is used.
    let events = try read(
      oneBuffer(),
      [
        report(0x1000, tail: 1516, end: 1728, time: 1_001_500), report(0x1000, tail: 1000, end: 1728, time: 1_001_600),
      ])
    #expect(events.map(\.usedBytes) == [nil, 1836])
  }

  @Test(arguments: [
    // Reports before the allocation of the buffer, after its free, and on another address.
    (UInt64(0x1000), UInt32(1516), UInt32(1728), UInt64(1_000_500)), (0x1000, 1516, 1728, 1_002_500),
    (0x1800, 1516, 1728, 1_001_500),
    // Reports on a smaller buffer, on data that end after the start of skb_shared_info, and on no data.
    (0x1000, 592, 704, 1_001_500), (0x1000, 1800, 1728, 1_001_500), (0x1000, 0, 1728, 1_001_500),
  ]) func inconsistentReportsAreIgnored(head: UInt64, tail: UInt32, end: UInt32, time: UInt64) throws {
    let events = try read(oneBuffer(), [report(head, tail: tail, end: end, time: time)])
    #expect(events.map(\.usedBytes) == [nil, nil])
  }

  @Test func objectAtAReusedAddressHasNoUsedBytes() throws {
    var trace = try oneBuffer()
    try trace.add("kmalloc", ["ptr": 0x1000, "bytes_req": 2048, "bytes_alloc": 2048])
    try trace.add("kmalloc", ["ptr": 0x1000, "bytes_req": 1024, "bytes_alloc": 1024])
    try trace.add("kfree", ["ptr": 0x1000])
    let events = try read(
      trace,
      [
        report(0x1000, tail: 1516, end: 1728, time: 1_001_500, cpu: 1),
        report(0x1000, tail: 100, end: 1728, time: 1_003_500),
      ])
    #expect(events.map(\.outcome) == [.allocated, .freed, .allocated, .allocatedOverLive, .freed])
    #expect(events.map(\.usedBytes) == [nil, 1836, nil, 420, nil])
  }

  @Test func eventsWaitForReportsAndLateReportsAreCounted() throws {
    var events: [AllocationEvent] = []
    let (stream, rest) = try oneBuffer().read { stream in
      stream.noteReportsRead(upTo: 1_001_400)
      for cpu in 0..<2 { stream.markEmpty(cpu: cpu, at: 2_000_000) }
      stream.removeEvents(into: &events)
      #expect(events.count == 1, "a report may still precede the free")
      stream.add(report(0x1000, tail: 1516, end: 1728, time: 1_000_900))
      stream.add(report(0x1000, tail: 1516, end: 1728, time: 1_001_900))
      stream.noteReportsRead(upTo: 1_002_500)
    }
    #expect(rest.map(\.usedBytes) == [1836] && stream.lateReports == 1)
  }

  @Test func blockOfPagesThatIsReportedTwiceIsOneObject() throws {
    var trace = try trace()
    for site in [0x5000, 0x6000] as [UInt64] {
      try trace.add("kmalloc", ["ptr": 0x1000, "bytes_req": 16384, "bytes_alloc": 16384, "call_site": site])
    }
    try trace.add("kfree", ["ptr": 0x1000])
    // The kernel reports an object of a cache once, so the first object was freed without an event.
    for _ in 0..<2 { try trace.add("kmalloc", ["ptr": 0x3000, "bytes_req": 8192, "bytes_alloc": 8192]) }
    let events = try read(trace, [report(0x1000, tail: 9016, end: 16064, time: 1_002_500)])
    #expect(events.map(\.outcome) == [.allocated, .freed, .allocated, .allocatedOverLive])
    #expect(events.map(\.usedBytes) == [nil, 9336, nil, nil])
  }

  @Test func reportsAreDecodedInTheLayoutOfTheProgram() throws {
    var bytes = [UInt8](repeating: 0, count: 32)
    (bytes[0], bytes[8], bytes[16], bytes[17], bytes[20], bytes[21], bytes[24], bytes[25], bytes[28]) =
      (7, 9, 0xEC, 5, 0xC0, 6, 0x40, 1, 3)
    let report = try #require(bytes.withUnsafeBytes { BufferUseReport($0) })
    #expect(report == BufferUseReport(time: 7, head: 9, tail: 1516, end: 1728, sharedInfoBytes: 320, cpu: 3))
    #expect(report.usedBytes == 1836 && report.bufferBytes == 2048)
    #expect(bytes[..<31].withUnsafeBytes { BufferUseReport($0) } == nil)
  }

  @Test func lengthOfAPacketIsALowerBound() throws {
    var trace = try trace(lengths: true)
    func head(_ pointer: UInt64) throws {
      try trace.add(
        "kmem_cache_alloc", ["ptr": pointer, "bytes_req": 232, "bytes_alloc": 256], cache: PacketEnd.cacheName)
    }
    func data(_ pointer: UInt64, site: UInt64 = 0x5000) throws {
      try trace.add("kmalloc", ["ptr": pointer, "bytes_req": 2048, "bytes_alloc": 2048, "call_site": site])
    }
    try head(0x1000)
    try data(0x2000)
    try trace.add("net_dev_queue", ["skbaddr": 0x1000, "len": 1514])
    try trace.add("kfree", ["ptr": 0x2000])
    // The head is used again without an event, so its data are not known.
    try data(0x3000)
    try trace.add("net_dev_queue", ["skbaddr": 0x1000, "len": 100])
    try trace.add("kfree", ["ptr": 0x3000])
    // A packet with data in page fragments, and an allocation from another call site.
    try head(0x1000)
    try data(0x2000)
    try trace.add("net_dev_queue", ["skbaddr": 0x1000, "len": 9000])
    try trace.add("kfree", ["ptr": 0x2000])
    try head(0x1000)
    try data(0x2000, site: 0x6000)
    try trace.add("net_dev_queue", ["skbaddr": 0x1000, "len": 100])
    try trace.add("kfree", ["ptr": 0x2000])
    let symbols = KernelSymbols(kallsyms: Array("0000000000005000 t kmalloc_reserve\n0000000000005800 t other\n".utf8))
    let (_, events) = try trace.read(symbols: symbols)
    #expect(events.filter { $0.kind == .kfree }.map(\.usedBytes) == [1834, nil, nil, nil])
  }
}

extension KernelRecorderTests {
  /// Recording of datagrams of known sizes. The tests are skipped without root and BPF.
  @Suite(.enabled(if: LiveBufferUse.problem == nil, "\(LiveBufferUse.problem ?? "")"))
  struct BufferUse {
    private static let sizes = [100, 600, 1500, 9000]
    private static let rounds = 200

    @Test func peaksAreAtTheComputedSizes() throws {
      let path = FileManager.default.temporaryDirectory.appendingPathComponent("uses-\(UUID().uuidString)").path
      defer { unlink(path) }
      do {
        let recorder = try KernelRecorder(to: path, KernelRecorder.Options(name: "test", summary: "a test"))
        #expect(recorder.usedBytesMethod == .buffer && recorder.bufferUseProblem == nil)
        try recorder.start()
        // The traffic of a thread that starts after the recorder must be recorded.
        let done = DispatchSemaphore(value: 0)
        Thread {
          LiveBufferUse.sendDatagrams(BufferUse.sizes, rounds: BufferUse.rounds)
          done.signal()
        }.start()
        done.wait()
        try recorder.finish()
      }
      var recording = try Recording(mapping: path, name: "uses")
      let statistics = try RecordingStatistics(of: &recording)
      for size in BufferUse.sizes {
        // Head room of the loopback device (LL_RESERVED_SPACE), IP and UDP headers, datagram, skb_shared_info.
        let used = 16 + 28 + size + 320
        #expect(statistics.uses.sizes[used, default: 0] >= BufferUse.rounds, "datagrams of \(size) bytes")
        // Small data are allocated from a cache of their own.
        let cache = used <= 576 ? "skbuff_small_head" : "kmalloc-\(KmallocKind.classBytes(for: used))"
        let uses = statistics.caches[cache]?.uses ?? statistics.caches["kmalloc-large"]?.uses
        #expect(uses?.sizes[used, default: 0] ?? 0 >= BufferUse.rounds, "in \(cache)")
      }
    }
  }
}

enum LiveBufferUse {
  /// Reason why the test cannot run; nil if it can.
  static let problem: String? = {
    guard LiveKernel.canRecord else { return "needs root and a kernel with tracefs and kmem events" }
    do {
      try BufferUseReader(bufferBytes: 1 << 20).start()
      return nil
    } catch {
      return "\(error)"
    }
  }()

  /// Sends datagrams of each size over the loopback device, and receives each of them before sending the next.
  static func sendDatagrams(_ sizes: [Int], rounds: Int) {
    let receiver = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
    let sender = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
    defer {
      close(receiver)
      close(sender)
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        _ = bind(receiver, pointer, length)
        _ = getsockname(receiver, pointer, &length)
        _ = connect(sender, pointer, length)
      }
    }
    let bytes = [UInt8](repeating: 1, count: 65536)
    var received = bytes
    for _ in 0..<rounds {
      for size in sizes where send(sender, bytes, size, 0) == size { _ = recv(receiver, &received, received.count, 0) }
    }
  }
}

extension KmallocKind {
  fileprivate static func classBytes(for bytes: Int) -> Int {
    var size = 8
    while size < bytes { size *= 2 }
    return size
  }
}
