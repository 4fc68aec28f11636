import Foundation
import Testing

import Profiles
@testable import Recordings

/// 1,000 damaged files. Each is read up to the damage or refused with an error in one line; none causes a trap or
/// yields more events than the file can contain.
@Suite struct MutationTests {
  @Test func damagedTextIsImportedOrRefused() throws {
    var random = Mutator(seed: 11)
    let bytes = Array(sampleTrace.utf8)
    var (read, refused) = (0, 0)
    for _ in 0..<500 {
      do {
        let (importer, events) = try importBytes(random.mutate(bytes), piece: 700)
        #expect(events.count == importer.counts.events && events.count <= 40)
        read += 1
      } catch let error as TraceTextError {
        #expect(!error.description.isEmpty && !error.description.contains("\n"))
        refused += 1
      }
    }
    #expect(read > 300 && read + refused == 500)
  }

  @Test func damagedRecordingsAreReadOrRefused() throws {
    var random = Mutator(seed: 12)
    let whole = try slabtrace(Array(sampleTrace.utf8))
    var (read, refused) = (0, 0)
    for _ in 0..<500 {
      do {
        var recording = try Recording(bytes: random.mutate(whole), name: "damaged")
        #expect(recording.eventCount <= 8)
        _ = try RecordingStatistics(of: &recording)
        _ = try recording.unseenFrees()
        try recording.forEachSample { _ in }
        read += 1
      } catch let error as SlabtraceError {
        #expect(!error.description.isEmpty && !error.description.contains("\n"))
        refused += 1
      }
    }
    #expect(read + refused == 500 && refused > 0)
  }
}

/// Generator of damage: flips bits, and deletes, duplicates, inserts and overwrites bytes.
struct Mutator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  private mutating func draw(_ limit: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(max(1, limit)))
  }

  mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<(1 + draw(4)) where !bytes.isEmpty {
      let (offset, length) = (draw(bytes.count), 1 + draw(40))
      let range = offset..<min(bytes.count, offset + length)
      switch draw(6) {
      case 0: bytes[offset] ^= 1 << UInt8(draw(8))
      case 1: bytes.removeSubrange(offset...)
      case 2: bytes.removeSubrange(range)
      case 3: bytes.insert(contentsOf: bytes[range], at: draw(bytes.count))
      case 4: bytes.insert(contentsOf: (0..<length).map { _ in UInt8(draw(256)) }, at: offset)
      default: for index in range { bytes[index] = UInt8(draw(256)) }
      }
    }
    return bytes
  }
}
