import Kernel
import Profiles
import Recordings

/// Entry point of libFuzzer. The first byte selects a reader, and the rest is its input. This module is built only if
/// SLABSCOPE_FUZZ is set, because it has no `main` without the fuzzer:
///
///     SLABSCOPE_FUZZ=1 swift build --sanitize=fuzzer --product RecordingsFuzzing
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let start, count > 1 else { return 0 }
  let input = UnsafeRawBufferPointer(start: start + 1, count: count - 1)
  switch start[0] % 5 {
  case 0: FuzzedReaders.text(input)
  case 1: FuzzedReaders.slabtrace(input)
  case 2: FuzzedReaders.packets(input)
  case 3: FuzzedReaders.profile(input)
  default: FuzzedReaders.pages(input)
  }
  return 0
}

/// Readers of untrusted bytes. Each must read its input to the end or throw an error, without a trap.
enum FuzzedReaders {
  /// Imports a trace text, writes it to a recording and reads the recording.
  static func text(_ input: UnsafeRawBufferPointer) {
    var (importer, events) = (TraceTextImporter(), [AllocationEvent]())
    // The input is split into two parts, because a line may be split anywhere.
    let middle = input.count / 2
    do {
      try importer.read(UnsafeRawBufferPointer(rebasing: input[..<middle]), into: &events)
      try importer.read(UnsafeRawBufferPointer(rebasing: input[middle...]), into: &events)
      try importer.finish(into: &events)
    } catch {
      return
    }
    // Writing and reading the imported events must not fail.
    var writer = SlabtraceWriter(name: "fuzz", summary: "")
    writer.append(events, symbols: importer.symbols)
    let bytes = writer.finish(symbols: importer.symbols, counts: importer.counts)
    guard var recording = try? Recording(bytes: bytes, name: "fuzz"), recording.warning == nil,
      recording.eventCount == events.count, (try? RecordingStatistics(of: &recording)) != nil
    else { fatalError("the recording of the imported events cannot be read") }
  }

  /// Reads a recording.
  static func slabtrace(_ input: UnsafeRawBufferPointer) {
    guard var recording = try? Recording(bytes: Array(input), name: "fuzz") else { return }
    _ = try? RecordingStatistics(of: &recording)
    _ = try? recording.unseenFrees()
    _ = try? recording.usedBytesByAllocation()
    try? recording.forEachSample { _ in }
  }

  /// Reads a packet capture.
  static func packets(_ input: UnsafeRawBufferPointer) {
    var (reader, packets) = (PacketCaptureReader(), [CapturedPacket]())
    do {
      try reader.read(input, into: &packets)
      _ = try reader.finish()
    } catch {
      return
    }
  }

  /// Reads a profile, compressed or as JSON. A profile that was read can be written, merged and grouped.
  static func profile(_ input: UnsafeRawBufferPointer) {
    _ = AllocationProfile.isJSON(Array(input))
    guard let profile = try? AllocationProfile(fileContents: Array(input), name: "fuzz") else { return }
    for grouping in ProfileGrouping.allCases { _ = profile.sorted(profile.rows(by: grouping), by: .growth) }
    _ = profile.merged(with: profile)
    guard let bytes = try? profile.fileContents(name: "fuzz"),
      let again = try? AllocationProfile(fileContents: bytes, name: "fuzz"), again == profile
    else { fatalError("a profile that was read cannot be written and read again") }
  }

  /// Reads ring-buffer pages and a format file.
  static func pages(_ input: UnsafeRawBufferPointer) {
    let formats = [kfree, kmemCacheAlloc].compactMap { EventFormat($0) }
    guard
      var stream = try? KernelStream(formats: formats, headerPage: nil, symbols: KernelSymbols(kallsyms: []), cpus: 2)
    else { return }
    var (events, offset) = ([AllocationEvent](), 0)
    while offset < input.count {
      let end = min(offset + 512, input.count)
      stream.read(UnsafeRawBufferPointer(rebasing: input[offset..<end]), cpu: offset / 512 & 1)
      offset = end
      stream.removeEvents(into: &events)
    }
    stream.removeEvents(into: &events, atEnd: true)
    _ = EventFormat(String(decoding: input, as: UTF8.self))
  }

  private static let kfree = """
    name: kfree
    ID: 1
    \tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;
    \tfield:unsigned long call_site;\toffset:8;\tsize:8;\tsigned:0;
    \tfield:const void * ptr;\toffset:16;\tsize:8;\tsigned:0;
    """

  private static let kmemCacheAlloc = """
    name: kmem_cache_alloc
    ID: 2
    \tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;
    \tfield:unsigned long call_site;\toffset:8;\tsize:8;\tsigned:0;
    \tfield:const void * ptr;\toffset:16;\tsize:8;\tsigned:0;
    \tfield:__data_loc char[] name;\toffset:24;\tsize:4;\tsigned:0;
    \tfield:size_t bytes_req;\toffset:32;\tsize:8;\tsigned:0;
    \tfield:size_t bytes_alloc;\toffset:40;\tsize:8;\tsigned:0;
    """
}
