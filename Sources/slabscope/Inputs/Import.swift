import Glibc
import Recordings
import Telemetry
import Workloads

/// Conversion of an input of any known format to a recording. The recording is written in blocks, so that memory does not grow with the
/// input.
struct Import {
  let name: String
  var anonymizer: Anonymizer?
  /// Microseconds until a reader frees a packet of a capture.
  var packetDelay = 100
  /// Path of samples that were saved during the trace; nil if there are none.
  var samples: String?

  /// Statistics of an import.
  struct Result {
    var counts = ImportStatistics()
    var bytesRead = 0
    var bytesWritten = 0
    var warnings: [String] = []
  }

  /// Converts an input.
  /// - Parameters:
  ///   - output: path of the recording to write, or `-` for standard output.
  ///   - overwrites: whether an existing file is replaced.
  /// - Throws: a `Failure` if the input has no usable event or the output cannot be written; an existing output file is then unchanged.
  func run(_ input: InputFile, to output: String, overwrites: Bool) throws -> Result {
    let file = try ImportedFile(output, overwrites: overwrites)
    var result = Result()
    var progress = ImportProgress(input)
    let samples = try samples.map(SampleFile.read) ?? []
    var (current, conversions) = (input, [Conversion]())
    var isPackets = false
    find: while true {
      switch ForeignFormat(try current.peek()) {
      case .recording:
        throw Failure.failed(
          "\(input.name): expected a trace, found a .slabtrace recording; print it with slabscope info \(input.name)")
      case .history:
        throw Failure.failed(
          "\(input.name): expected a trace, found a history; show it with slabscope dashboard \(input.name)")
      case .converted(let converter):
        guard conversions.count < 4 else {
          throw Failure.failed("\(input.name): is compressed more than four times; decompress it first")
        }
        conversions.append(try Conversion(current, converter))
        current = conversions[conversions.count - 1].output
      case .packets:
        isPackets = true
        break find
      case .text: break find
      }
    }
    var writer = SlabtraceWriter(
      name: name, summary: "recorded: \(name)", anonymizer: anonymizer,
      usedBytesMethod: isPackets ? .capturedPacket : nil)
    for sample in samples { writer.append(sample) }
    do {
      if isPackets {
        try importPackets(current, &writer, &result, &progress, file)
      } else {
        try importText(current, &writer, &result, &progress, file)
      }
    } catch let failure as Failure {
      // If a converter failed, its error message is more useful. A converter that still runs is ended by its deinit.
      if current.isAtEnd { for conversion in conversions { try conversion.finish() } }
      throw failure
    }
    for conversion in conversions {
      do { try conversion.finish() } catch let failure as Failure {
        // The lines before the error are complete and are kept.
        result.warnings.append(failure.description)
      }
    }
    result.bytesWritten = try file.commit()
    return result
  }

  private func importText(
    _ input: InputFile, _ writer: inout SlabtraceWriter, _ result: inout Result, _ progress: inout ImportProgress,
    _ file: ImportedFile
  ) throws {
    var importer = TraceTextImporter()
    var events: [AllocationEvent] = []
    do {
      while true {
        let piece = try input.read()
        if piece.isEmpty { break }
        try importer.read(piece, into: &events)
        writer.append(events, symbols: importer.symbols)
        events.removeAll(keepingCapacity: true)
        result.bytesRead += piece.count
        progress.add(bytes: piece.count, events: importer.counts.events)
        if progress.bytes & (1 << 20 - 1) < piece.count { try file.append(writer.drain()) }
      }
      try importer.finish(into: &events)
    } catch let error as TraceTextError {
      throw Failure.failed("\(input.name): \(error)")
    }
    writer.append(events, symbols: importer.symbols)
    result.counts = importer.counts
    try file.append(writer.finish(symbols: importer.symbols, counts: importer.counts))
  }

  private func importPackets(
    _ input: InputFile, _ writer: inout SlabtraceWriter, _ result: inout Result, _ progress: inout ImportProgress,
    _ file: ImportedFile
  ) throws {
    var (reader, traffic) = (PacketCaptureReader(), CapturedTraffic(delayMicroseconds: packetDelay))
    var (packets, events): ([CapturedPacket], [AllocationEvent]) = ([], [])
    func write() {
      writer.append(events, symbols: traffic.symbols)
      result.counts.events += events.count
      events.removeAll(keepingCapacity: true)
    }
    do {
      while true {
        let piece = try input.read()
        if piece.isEmpty { break }
        try reader.read(piece, into: &packets)
        traffic.receive(packets, into: &events)
        packets.removeAll(keepingCapacity: true)
        write()
        result.bytesRead += piece.count
        progress.add(bytes: piece.count, events: result.counts.events)
        try file.append(writer.drain())
      }
      if try reader.finish() { result.warnings.append("\(input.name): ends within a packet, which was skipped") }
    } catch let error as PacketCaptureError {
      guard reader.packets > 0, error != .noPackets else { throw Failure.failed("\(input.name): \(error)") }
      result.warnings.append("\(input.name): \(error); the \(reader.packets) packets before it were converted")
    }
    traffic.finish(into: &events)
    write()
    if reader.skippedBlocks > 0 {
      result.warnings.append("\(input.name): \(reader.skippedBlocks) blocks without packets were skipped")
    }
    if let linkType = reader.unsupportedLinkType {
      result.warnings.append(
        "\(input.name): \(reader.unsupportedPackets) packets were skipped: link type \(linkType) is not supported")
    }
    (result.counts.origin, result.counts.cpuCount) = (.pcap, CapturedTraffic.cpuCount)
    try file.append(writer.finish(symbols: traffic.symbols, counts: result.counts))
  }
}

/// The recording file that an import writes.
private final class ImportedFile {
  private let file: AtomicFile
  private var bytes = 0

  init(_ path: String, overwrites: Bool) throws { file = try OutputFile.open(path, overwrites: overwrites) }

  func append(_ blocks: [UInt8]) throws {
    bytes += blocks.count
    try file.append(blocks)
  }

  /// Completes the file and returns its length in bytes.
  func commit() throws -> Int {
    try file.commit()
    return bytes
  }
}

/// Progress of an import, by the share of the input file that was read.
private struct ImportProgress {
  private let progress = Progress("importing")
  private let input: InputFile
  private(set) var bytes = 0

  init(_ input: InputFile) { self.input = input }

  /// Adds bytes of the trace, which are more than those of a compressed input file.
  /// - Parameter events: number of events of all bytes.
  mutating func add(bytes count: Int, events: Int) {
    bytes += count
    let position = Int(lseek(input.descriptor, 0, SEEK_CUR))
    // The position in a file that another program opens (perf, trace-cmd) stays at the start.
    let isKnown = input.size != nil && position > 1 << 16
    progress.update(position, of: isKnown ? input.size : nil, "\(bytes >> 20) MiB, \(events) events")
  }
}
