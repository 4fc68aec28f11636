import Testing

@testable import Recordings

@Suite struct SlabtraceTests {
  @Test func writtenEventsAreReadBack() throws {
    let (importer, events) = try importText(sampleTrace)
    var recording = try Recording(bytes: try slabtrace(Array(sampleTrace.utf8)), name: "file")
    #expect(try allEvents(&recording) == events)
    recording.rewind()
    #expect(try allEvents(&recording) == events)
    #expect(recording.symbols == importer.symbols)
    #expect(recording.counts?.lines == 11 && recording.warning == nil && recording.name == "test")
    #expect(recording.cpuCount == 2 && recording.ticksPerSecond == 1_000_000)
  }

  @Test func severalBlocksKeepSlotsAndTimes() throws {
    let bytes = try slabtrace(longTrace(lines: 40_000))
    var recording = try Recording(bytes: bytes, name: "long")
    let events = try allEvents(&recording)
    #expect(events.count == 40_000 && recording.eventCount == 40_000)
    #expect(events == (try importBytes(longTrace(lines: 40_000)).events))
    #expect(bytes.count < 40_000 * 8)
  }

  @Test func truncatedFileIsReadUpToItsLastCompleteBlock() throws {
    let bytes = try slabtrace(longTrace(lines: 20_000))
    var whole = try Recording(bytes: bytes, name: "whole")
    let events = try allEvents(&whole)
    for end in stride(from: 0, to: bytes.count, by: 997) {
      guard var cut = try? Recording(bytes: Array(bytes[..<end]), name: "cut") else { continue }
      let read = try allEvents(&cut)
      #expect(
        read == Array(events.prefix(read.count)) && read.count % Slabtrace.eventsPerBlock == 0 || read.count == 20_000)
      #expect(cut.warning != nil)
    }
    #expect(throws: SlabtraceError.noEvents) { try Recording(bytes: Array(bytes[..<40]), name: "cut") }
  }

  @Test func flippedBitsAreDetected() throws {
    let bytes = try slabtrace(Array(sampleTrace.utf8))
    for index in bytes.indices {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[index] ^= 1 << UInt8(bit)
        guard var recording = try? Recording(bytes: damaged, name: "damaged") else { continue }
        #expect(recording.warning != nil || recording.counts == nil, "a flipped bit in byte \(index) was not detected")
        _ = try? allEvents(&recording)
      }
    }
  }

  @Test func malformedBlockWithCorrectChecksumIsRefused() throws {
    let bytes = try slabtrace(Array(sampleTrace.utf8))
    var random = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      var damaged = bytes
      for _ in 0..<4 { damaged[Int.random(in: 9..<bytes.count, using: &random)] = .random(in: 0...255, using: &random) }
      guard var recording = try? Recording(bytes: resealed(damaged), name: "damaged") else { continue }
      _ = try? allEvents(&recording)
    }
  }

  @Test func otherFilesAreRefusedWithADescription() throws {
    #expect(throws: SlabtraceError.empty) { try Recording(bytes: [], name: "x") }
    #expect(throws: SlabtraceError.notARecording) { try Recording(bytes: Array("hello, world".utf8), name: "x") }
    var later = try slabtrace(Array(sampleTrace.utf8))
    later[8] = 3
    #expect(throws: SlabtraceError.laterVersion(3)) { try Recording(bytes: later, name: "x") }
  }

  /// Returns the bytes with a correct checksum in every block that has a complete frame.
  private func resealed(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    var offset = 9
    while offset < bytes.count {
      guard let frame = bytes.withUnsafeBytes({ SlabtraceFrame(in: $0, at: offset) }) else { break }
      let checksum = bytes.withUnsafeBytes {
        Checksum.crc32c(UnsafeRawBufferPointer(rebasing: $0[offset..<frame.payload.upperBound]))
      }
      for byte in 0..<4 {
        bytes[frame.payload.upperBound + byte] = UInt8(truncatingIfNeeded: checksum >> UInt32(byte * 8))
      }
      offset = frame.end
    }
    return bytes
  }

  /// Returns the text of a trace in which each object is freed on another CPU, about 100 lines after its allocation.
  private func longTrace(lines: Int) -> [UInt8] {
    var text = ""
    for line in 0..<lines {
      let time = "1.\(String(1_000_000 + line).dropFirst())"
      if line % 2 == 0 {
        text +=
          "sh-1 [000] ..... \(time): kmalloc: call_site=f\(line % 17) ptr=00\(line + 1000) bytes_req=\(line % 300) bytes_alloc=512\n"
      } else {
        text += "sh-1 [001] ..... \(time): kfree: call_site=g ptr=00\(max(line - 101, 0) / 2 * 2 + 1000)\n"
      }
    }
    return Array(text.utf8)
  }
}
