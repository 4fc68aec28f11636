/// Encoder of recordings in the .slabtrace format (<doc:SlabtraceFormat>). `drain()` removes the encoded bytes after each call of
/// `append`, so that a recording of any length can be written with constant memory.
package struct SlabtraceWriter: Sendable {
  private var output = ByteWriter()
  private var pending: [AllocationEvent] = []
  private var shapes: [Slabtrace.Shape: Int] = [:]
  private var symbolsWritten = 0
  private var slots = SlotAllocator()
  private var eventsWritten = 0
  private var samples = SampleCoder()
  /// Names of an anonymous recording; nil if names are written unchanged.
  private var anonymousNames: AnonymousNames?

  /// Creates a writer and encodes the header.
  /// - Parameters:
  ///   - name: Name of the recording.
  ///   - summary: Description of the recorded traffic, in one line.
  ///   - anonymizer: Anonymizer of the names that are not public; nil writes all names unchanged.
  ///   - usedBytesMethod: Method that determined `usedBytes` of the events; nil if no event has any.
  package init(name: String, summary: String, anonymizer: Anonymizer? = nil, usedBytesMethod: UsedBytesMethod? = nil) {
    anonymousNames = anonymizer.map { AnonymousNames($0) }
    output.bytes += Slabtrace.magic
    output.varint(Slabtrace.version)
    var header = ByteWriter()
    header.string(name)
    header.string(summary)
    if let usedBytesMethod { header.bytes.append(usedBytesMethod.rawValue) }
    append(.header, header.bytes)
  }

  /// Appends events.
  /// - Parameters:
  ///   - events: The next events.
  ///   - symbols: Strings that `site` and `cache` of the events index: those of earlier calls, and possibly more.
  package mutating func append(_ events: [AllocationEvent], symbols: [String]) {
    for event in events {
      pending.append(anonymousNames?.renumbered(event, symbols) ?? event)
      if pending.count == Slabtrace.eventsPerBlock { writeBlock(symbols) }
    }
  }

  /// Appends a sample of the kernel's memory statistics.
  package mutating func append(_ sample: KernelSample) {
    var block = ByteWriter()
    var sample = sample
    if let anonymizer = anonymousNames?.anonymizer, [.slabinfo, .occupancy, .slabSums].contains(sample.source) {
      sample.text = anonymizer.cacheNames(in: sample.text)
    }
    samples.encode(sample, to: &block)
    append(.sample, block.bytes)
  }

  /// Encodes the events that do not fill a block yet, so that `drain()` returns all events appended so far.
  package mutating func flush(symbols: [String]) {
    if !pending.isEmpty { writeBlock(symbols) }
  }

  /// Removes and returns the encoded bytes.
  package mutating func drain() -> [UInt8] {
    defer { output.bytes.removeAll(keepingCapacity: false) }
    return output.bytes
  }

  /// Encodes the end of the recording and returns all bytes that `drain()` has not returned.
  package mutating func finish(symbols: [String], counts: ImportStatistics) -> [UInt8] {
    flush(symbols: symbols)
    var end = ByteWriter()
    end.varint(eventsWritten)
    end.varint(counts.cpuCount)
    end.string(counts.origin?.rawValue ?? "")
    end.varint((counts.hasRealPointers ? 1 : 0) | (counts.countsTicks ? 2 : 0))
    for count in [
      counts.lines, counts.commentLines, counts.otherLines, counts.malformedLines, counts.lostEvents,
      counts.packetFrees, counts.repeatedPacketFrees,
    ] {
      end.varint(count)
    }
    append(.end, end.bytes)
    return output.bytes
  }

  private mutating func writeBlock(_ symbols: [String]) {
    var events = ByteWriter()
    var newShapes = ByteWriter()
    let shapesBefore = shapes.count
    var (time, cpu) = (pending[0].time, pending[0].cpu)
    for event in pending {
      let shape = Slabtrace.Shape(event)
      let number = shapes[shape] ?? shapes.count
      if number == shapes.count {
        shapes[shape] = number
        shape.write(to: &newShapes)
      }
      events.varint(number)
      write(event, after: &time, on: &cpu, to: &events)
    }
    var block = ByteWriter()
    block.varint(pending.count)
    block.varint(pending[0].time)
    block.varint(UInt64(pending[0].cpu))
    block.varint(UInt64(pending.reduce(0) { max($0, $1.cpu) }))
    let names = anonymousNames?.removeNewNames() ?? newNames(symbols)
    block.varint(names.count)
    for name in names { block.string(name) }
    block.varint(shapes.count - shapesBefore)
    append(.events, block.bytes + newShapes.bytes + events.bytes)
    symbolsWritten += names.count
    eventsWritten += pending.count
    pending.removeAll(keepingCapacity: true)
  }

  /// Returns the symbols that are not written yet, up to the last one that a pending event uses.
  private func newNames(_ symbols: [String]) -> [String] {
    var used = symbolsWritten
    for event in pending {
      used = max(used, Int(event.site) + 1)
      if event.cache != AllocationEvent.noCache { used = max(used, Int(event.cache) + 1) }
    }
    return Array(symbols[symbolsWritten..<used])
  }

  /// Writes the fields that the shape does not contain: the time, the CPU if it differs from that of the previous event, the
  /// slot unless the reader can allocate the same one, and `usedBytes` if known.
  private mutating func write(
    _ event: AllocationEvent, after time: inout UInt64, on cpu: inout UInt16, to writer: inout ByteWriter
  ) {
    let steppedBack = event.time < time
    let step = steppedBack ? time - event.time : event.time - time
    writer.varint(step << 2 | (steppedBack ? 2 : 0) | (event.cpu != cpu ? 1 : 0))
    if event.cpu != cpu { writer.varint(UInt64(event.cpu)) }
    (time, cpu) = (event.time, event.cpu)
    switch event.outcome {
    case .allocated:
      let slot = slots.allocate()
      precondition(slot == event.slot, "the slots of allocations must be those that a SlotAllocator returns")
    case .allocatedOverLive:
      writer.varint(UInt64(event.slot))
      if let used = event.usedBytes, used > 0 { writer.varint(UInt64(used)) }
    case .freed:
      writer.varint(UInt64(event.slot))
      if let used = event.usedBytes, used > 0 { writer.varint(UInt64(used)) }
      slots.free(event.slot)
    case .failed, .unmatched, .null, .zeroSize: break
    }
  }

  private mutating func append(_ type: Slabtrace.BlockType, _ payload: [UInt8]) {
    var block = ByteWriter()
    block.bytes.append(type.rawValue)
    block.varint(payload.count)
    block.bytes += payload
    block.fixed32(block.bytes.withUnsafeBytes { Checksum.crc32c($0) })
    output.bytes += block.bytes
  }
}
