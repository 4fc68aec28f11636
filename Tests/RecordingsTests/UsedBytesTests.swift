import Testing

import Profiles
@testable import Recordings

/// Bytes in use of objects, in events, recordings and statistics.
@Suite struct UsedBytesTests {
  private static let symbols = ["kmalloc_reserve", "skb_release_data"]

  private func allocate(_ slot: UInt32, _ bytes: UInt32, at time: UInt64, over used: UInt32?? = .none)
    -> AllocationEvent
  {
    AllocationEvent(
      time: time, slot: slot, requestedBytes: bytes, allocatedBytes: bytes, site: 0, cache: AllocationEvent.noCache,
      cpu: 0, kind: .kmalloc, outcome: used == nil ? .allocated : .allocatedOverLive, usedBytes: used ?? nil)
  }

  private func free(_ slot: UInt32, at time: UInt64, used: UInt32?) -> AllocationEvent {
    AllocationEvent(
      time: time, slot: slot, requestedBytes: 0, allocatedBytes: 0, site: 1, cache: AllocationEvent.noCache, cpu: 1,
      kind: .kfree, outcome: .freed, usedBytes: used)
  }

  /// Five allocations: 1836 of 2048 bytes in use, unknown, 964 of 1024 bytes (without a free), more than allocated, and live
  /// at the end.
  private var events: [AllocationEvent] {
    [
      allocate(0, 2048, at: 1), allocate(1, 2048, at: 2), free(0, at: 3, used: 1836), free(1, at: 4, used: nil),
      allocate(1, 1024, at: 5), allocate(1, 512, at: 6, over: .some(964)), free(1, at: 7, used: 513),
      allocate(1, 512, at: 8),
    ]
  }

  private func file(_ events: [AllocationEvent], method: UsedBytesMethod? = .buffer) -> [UInt8] {
    var writer = SlabtraceWriter(name: "uses", summary: "", usedBytesMethod: method)
    writer.append(events, symbols: UsedBytesTests.symbols)
    return writer.finish(symbols: UsedBytesTests.symbols, counts: ImportStatistics())
  }

  private func all(_ recording: inout Recording) throws -> [AllocationEvent] {
    var (batch, events): ([AllocationEvent], [AllocationEvent]) = ([], [])
    while true {
      try recording.nextBatch(into: &batch)
      if batch.isEmpty { return events }
      events += batch
    }
  }

  @Test func usedBytesAreWrittenAndRead() throws {
    var recording = try Recording(bytes: file(events), name: "x")
    #expect(try all(&recording) == events && recording.usedBytesMethod == .buffer && recording.warning == nil)
    let uses = try recording.usedBytesByAllocation()
    #expect((0..<6).map { uses[$0] } == [1836, nil, 964, nil, nil, nil] && uses.count == 2)
    // SKB_DATA_ALIGN(1516) + 320.
    #expect(uses.neededBytes(0) == 1856 && uses.neededBytes(1) == nil)
    let same = UsedBytesByAllocation(of: events)
    #expect((0..<6).map { same[$0] } == (0..<6).map { uses[$0] })
  }

  @Test func fileOfVersion1HasNoUsedBytes() throws {
    let events = events.map { event in
      var event = event
      event.usedBytes = nil
      return event
    }
    var bytes = file(events, method: nil)
    #expect(bytes[8] == 2)
    bytes[8] = 1
    var recording = try Recording(bytes: bytes, name: "x")
    #expect(try all(&recording) == events && recording.usedBytesMethod == nil)
    #expect(try recording.usedBytesByAllocation().count == 0)
    let statistics = try RecordingStatistics(of: &recording)
    #expect(statistics.uses.unusedShare == nil)
    let text = statistics.text(title: "x")
    #expect(text.contains("bytes in use: unknown") && text.contains("  5 requests show no rounding"))
    #expect(try !statistics.json().contains("used"))
  }

  @Test func statisticsCountObjectsWithKnownUsedBytes() throws {
    var recording = try Recording(bytes: file(events), name: "x")
    let statistics = try RecordingStatistics(of: &recording)
    #expect(statistics.uses.objects == 2 && statistics.uses.usedBytes == 2800 && statistics.uses.allocatedBytes == 3072)
    #expect(statistics.caches["kmalloc-2048"]?.uses.sizes == [1836: 1])
    #expect(statistics.caches["kmalloc-512"]?.uses.objects == 0)
    let text = statistics.text(title: "x")
    #expect(text.contains("head room, data and skb_shared_info, read from each buffer"))
    #expect(text.contains("kmalloc-2048                   1      50.0 %         1836       2048    10.4 %"))
    let json = try statistics.json()
    #expect(json.contains("\"used_measure\" : \"buffer\"") && json.contains("\"used_bytes\" : 2800"))
    #expect(json.contains("\"used_bytes_alloc\" : 3072") && json.contains("\"1836\" : 1"))
  }

  @Test func freeOfAnObjectOutsideTheSelectionHasNoUsedBytes() throws {
    var recording = try Recording(bytes: file(events), name: "x")
    var selection = RecordingSelection()
    selection.events = 2..<8
    var kept: [AllocationEvent] = []
    _ = try selection.apply(to: &recording) { kept += $0 }
    #expect(kept.map(\.outcome) == [.unmatched, .unmatched, .allocated, .allocatedOverLive, .freed, .allocated])
    #expect(kept.map(\.usedBytes) == [nil, nil, nil, 964, 513, nil])
  }

  @Test func onlyEventsThatEndAnObjectMayHaveUsedBytes() throws {
    var bytes = file([allocate(0, 2048, at: 1)])
    let start = try #require(bytes.indices.first { bytes[$0] == Slabtrace.BlockType.events.rawValue })
    // The shape follows the name of the call site. Its tag has the kind kmalloc and the outcome allocated.
    let tag = try #require(bytes[start...].indices.first { Array(bytes[$0...].prefix(5)) == [1, 0, 0, 0, 0x80] }) + 1
    bytes[tag] = 0x80
    let frame = try #require(bytes.withUnsafeBytes { SlabtraceFrame(in: $0, at: start) })
    let checksum = bytes.withUnsafeBytes {
      Checksum.crc32c(UnsafeRawBufferPointer(rebasing: $0[start..<frame.payload.upperBound]))
    }
    for byte in 0..<4 {
      bytes[frame.payload.upperBound + byte] = UInt8(truncatingIfNeeded: checksum >> UInt32(byte * 8))
    }
    #expect(throws: SlabtraceError.noEvents) { try Recording(bytes: bytes, name: "x") }
  }

  @Test func mergedRecordingsHaveTheLeastExactMethod() {
    #expect(UsedBytesMethod.leastExact(of: [nil, .buffer]) == .buffer)
    #expect(UsedBytesMethod.leastExact(of: [.packetLength, .capturedPacket, .buffer]) == .packetLength)
    #expect(UsedBytesMethod.leastExact(of: [nil]) == nil)
  }

  @Test func neededBytesDoNotOverflow() {
    #expect(UsedBytesByAllocation.neededBytes(used: .max) == .max && UsedBytesByAllocation.neededBytes(used: 64) == 64)
  }
}
