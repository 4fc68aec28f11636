/// Writes a recording in the .slabtrace format (<doc:Slabtrace>) to bytes, block by block. `drain()` takes out what is
/// ready, so that a recording of any length is written in constant memory.
public struct SlabtraceWriter: Sendable {
  private var output = ByteWriter()
  private var pending: [AllocationEvent] = []
  private var shapes: [Slabtrace.Shape: Int] = [:]
  private var symbolsWritten = 0
  private var slots = SlotAllocator()
  private var eventsWritten = 0
  private var samples = SampleCoder()
  /// The names of an anonymous recording; nil if names are written as they are.
  private var anonymousNames: AnonymousNames?

  /// Starts a recording called `name`, with names as they are or, given an anonymizer, hashed where they aren't public.
  /// - Parameter useMeasure: how the events' `usedBytes` are measured; nil if no event has any.
  public init(name: String, summary: String, anonymizer: Anonymizer? = nil, useMeasure: UseMeasure? = nil) {
    anonymousNames = anonymizer.map { AnonymousNames($0) }
    output.bytes += Slabtrace.magic
    output.varint(Slabtrace.version)
    var header = ByteWriter()
    header.string(name)
    header.string(summary)
    if let useMeasure { header.bytes.append(useMeasure.rawValue) }
    append(.header, header.bytes)
  }

  /// Appends events. Their `site` and `cache` index `symbols`, which holds at least the symbols of earlier calls.
  public mutating func append(_ events: [AllocationEvent], symbols: [String]) {
    for event in events {
      pending.append(anonymousNames?.renumbered(event, symbols) ?? event)
      if pending.count == Slabtrace.eventsPerBlock { writeBlock(symbols) }
    }
  }

  /// Adds a sample of the kernel's own accounts.
  public mutating func append(_ sample: KernelSample) {
    var block = ByteWriter()
    var sample = sample
    if let anonymizer = anonymousNames?.anonymizer, [.slabinfo, .occupancy, .slabSums].contains(sample.source) {
      sample.text = anonymizer.cacheNames(in: sample.text)
    }
    samples.encode(sample, to: &block)
    append(.sample, block.bytes)
  }

  /// Closes the block at hand: all events so far are among the bytes to drain.
  public mutating func flush(symbols: [String]) {
    if !pending.isEmpty { writeBlock(symbols) }
  }

  /// Takes out the bytes that are ready, in the order of the file.
  public mutating func drain() -> [UInt8] {
    defer { output.bytes.removeAll(keepingCapacity: false) }
    return output.bytes
  }

  /// Ends the recording and returns the bytes that were not drained before.
  public mutating func finish(symbols: [String], counts: TraceLineCounts) -> [UInt8] {
    flush(symbols: symbols)
    var end = ByteWriter()
    end.varint(eventsWritten)
    end.varint(counts.cpuCount)
    end.string(counts.format?.rawValue ?? "")
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

  /// The symbols up to the last one that a pending event uses, without those that are written already.
  private func newNames(_ symbols: [String]) -> [String] {
    var used = symbolsWritten
    for event in pending {
      used = max(used, Int(event.site) + 1)
      if event.cache != AllocationEvent.noCache { used = max(used, Int(event.cache) + 1) }
    }
    return Array(symbols[symbolsWritten..<used])
  }

  /// Writes what the shape doesn't say: when, on which CPU if not the last event's, the slot unless it is implied, and the use
  /// of the object that ends, if it is known.
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
      let slot = slots.take()
      precondition(slot == event.slot, "events must use slots as SlotAllocator hands them out")
    case .allocatedOverLive:
      writer.varint(UInt64(event.slot))
      if let used = event.usedBytes, used > 0 { writer.varint(UInt64(used)) }
    case .freed:
      writer.varint(UInt64(event.slot))
      if let used = event.usedBytes, used > 0 { writer.varint(UInt64(used)) }
      slots.give(event.slot)
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
