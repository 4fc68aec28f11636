import Profiles
import Recordings
import Testing

@testable import Kernel

/// Frees of packets' heads at the end of the packets.
@Suite struct PacketEndTests {
  private static let head = PacketEnd.cacheName
  private static let clonePair = "skbuff_fclone_cache"

  private func trace() throws -> SyntheticTrace {
    // The name is stored in the field, which has 24 bytes.
    func named(_ name: String, _ identifier: Int, _ sizes: Bool) throws -> EventFormat {
      var text = "name: \(name)\nID: \(identifier)\nformat:\n\tfield:unsigned short common_type;\toffset:0;\tsize:2;\n"
      text += "\tfield:unsigned long call_site;\toffset:8;\tsize:8;\n\tfield:const void * ptr;\toffset:16;\tsize:8;\n"
      text += "\tfield:char name[24];\toffset:24;\tsize:24;\n"
      if sizes {
        text += "\tfield:size_t bytes_req;\toffset:48;\tsize:8;\n\tfield:size_t bytes_alloc;\toffset:56;\tsize:8;\n"
      }
      return try #require(EventFormat(text))
    }
    return SyntheticTrace([
      try named("kmem_cache_alloc", 1, true), try named("kmem_cache_free", 2, false),
      try SyntheticTrace.format("consume_skb", 3, [("skbaddr", 8), ("location", 8)]),
      try SyntheticTrace.format("kfree_skb", 4, [("skbaddr", 8), ("location", 8), ("protocol", 2)]),
    ])
  }

  private func allocate(_ trace: inout SyntheticTrace, _ pointer: UInt64, _ cache: String = head) throws {
    try trace.add("kmem_cache_alloc", ["ptr": pointer, "bytes_req": 232, "bytes_alloc": 256], cache: cache)
  }

  @Test func headEndsWithItsPacket() throws {
    var trace = try trace()
    try allocate(&trace, 0x1000)
    try allocate(&trace, 0x2000)
    try trace.add("consume_skb", ["skbaddr": 0x1000], cpu: 1)
    try trace.add("kfree_skb", ["skbaddr": 0x2000])
    let (stream, events) = try trace.read()
    #expect(events.map(\.outcome) == [.allocated, .allocated, .freed, .freed])
    #expect(events.map(\.slot) == [0, 1, 0, 1] && events[2].cpu == 1 && events[2].time == 1003)
    #expect(events[2...].map { stream.symbols[Int($0.site)] } == ["skb:consume_skb", "skb:kfree_skb"])
    #expect(
      events[2...].allSatisfy { $0.kind == .kmemCacheFree && stream.symbols[Int($0.cache)] == PacketEndTests.head })
    #expect(stream.counts.packetFrees == 2 && stream.counts.repeatedPacketFrees == 0 && stream.counts.events == 4)
    #expect(!stream.symbols.contains { $0.contains("1000") || $0.contains("2000") })
  }

  @Test func laterFreeByTheAllocatorIsNotRecordedAgain() throws {
    var trace = try trace()
    try allocate(&trace, 0x1000)
    try trace.add("consume_skb", ["skbaddr": 0x1000], cpu: 1)
    // The free is in the buffer of another CPU, so it is not found in advance.
    try trace.add("kmem_cache_free", ["ptr": 0x1000], cache: PacketEndTests.head)
    // The second free belongs to another object, whose allocation was not recorded.
    try trace.add("kmem_cache_free", ["ptr": 0x1000], cache: PacketEndTests.head)
    let (stream, events) = try trace.read()
    #expect(events.map(\.outcome) == [.allocated, .freed, .unmatched])
    #expect(stream.counts.packetFrees == 1 && stream.counts.repeatedPacketFrees == 1)
  }

  @Test(arguments: [0, 1, 31, 32]) func freeByTheAllocatorIsPreferred(eventsBetween: Int) throws {
    var trace = try trace()
    try allocate(&trace, 0x1000)
    try trace.add("consume_skb", ["skbaddr": 0x1000])
    for number in 0..<eventsBetween { try allocate(&trace, 0x10000 + UInt64(number) * 256) }
    try trace.add("kmem_cache_free", ["ptr": 0x1000], cache: PacketEndTests.head)
    let (stream, events) = try trace.read()
    #expect(events.count == 2 + eventsBetween && events.count { $0.outcome == .freed } == 1)
    let free = try #require(events.first { $0.outcome == .freed })
    let isForeseen = eventsBetween < 32
    #expect(stream.symbols[Int(free.site)] == (isForeseen ? "unknown-1" : "skb:consume_skb"))
    #expect(stream.counts.packetFrees == (isForeseen ? 0 : 1))
    #expect(stream.counts.repeatedPacketFrees == (isForeseen ? 0 : 1))
  }

  @Test func headThatIsReusedWithoutAnEventEndsOnce() throws {
    var trace = try trace()
    try allocate(&trace, 0x1000)
    for _ in 0..<3 { try trace.add("consume_skb", ["skbaddr": 0x1000], cpu: 1) }
    try allocate(&trace, 0x1000)
    // The first free ends the new object, because its allocation replaced the head that had ended.
    try trace.add("kmem_cache_free", ["ptr": 0x1000], cache: PacketEndTests.head)
    try trace.add("kmem_cache_free", ["ptr": 0x1000], cache: PacketEndTests.head)
    let (stream, events) = try trace.read()
    #expect(events.map(\.outcome) == [.allocated, .freed, .allocated, .freed, .unmatched])
    #expect(stream.counts.packetFrees == 1 && stream.counts.repeatedPacketFrees == 0)
  }

  @Test func headWithACloneEndsByTheAllocatorsFree() throws {
    var trace = try trace()
    try allocate(&trace, 0x1000, PacketEndTests.clonePair)
    try trace.add("consume_skb", ["skbaddr": 0x10E8])
    try trace.add("consume_skb", ["skbaddr": 0x1000])
    try trace.add("kmem_cache_free", ["ptr": 0x1000], cache: PacketEndTests.clonePair)
    let (stream, events) = try trace.read()
    #expect(events.map(\.outcome) == [.allocated, .freed])
    #expect(stream.counts.packetFrees == 0 && stream.symbols[Int(events[1].site)] == "unknown-1")
  }

  @Test func otherObjectsDoNotEndWithAPacket() throws {
    var trace = try trace()
    try trace.add("consume_skb", ["skbaddr": 0x1000])
    try trace.add("consume_skb", ["skbaddr": 0])
    try allocate(&trace, 0x1000)
    try trace.add("kmem_cache_free", ["ptr": 0x1000], cache: PacketEndTests.head)
    // An object of another cache in the same slot.
    try allocate(&trace, 0x3000, "dentry")
    try trace.add("consume_skb", ["skbaddr": 0x3000])
    let (stream, events) = try trace.read()
    #expect(events.map(\.outcome) == [.allocated, .freed, .allocated] && stream.counts.packetFrees == 0)
    let filtered = try trace.read(filter: CacheFilter { $0 == "dentry" })
    #expect(filtered.events.count == 1)
  }

  @Test func countsAreWrittenToRecordings() throws {
    var trace = try trace()
    try allocate(&trace, 0x1000)
    try trace.add("consume_skb", ["skbaddr": 0x1000], cpu: 1)
    try trace.add("kmem_cache_free", ["ptr": 0x1000], cache: PacketEndTests.head)
    let (stream, events) = try trace.read()
    var writer = SlabtraceWriter(name: "packets", summary: "", anonymizer: Anonymizer())
    writer.append(events, symbols: stream.symbols)
    var recording = try Recording(
      bytes: writer.finish(symbols: stream.symbols, counts: stream.counts), name: "packets")
    #expect(recording.counts?.packetFrees == 1 && recording.counts?.repeatedPacketFrees == 1)
    #expect(recording.symbols.contains("skb:consume_skb"))
    let statistics = try RecordingStatistics(of: &recording)
    #expect(statistics.packetFrees == 1 && statistics.neverFreed == 0)
    let text = statistics.text(title: "packets")
    #expect(text.contains("heads of ended packets  1  (100.0 %) (the allocator also reported 1)"))
    #expect(try statistics.json().contains("\"repeated_packet_frees\" : 1"))
  }
}
