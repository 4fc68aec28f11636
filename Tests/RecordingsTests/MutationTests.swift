import Foundation
import Testing

@testable import Recordings

/// 1,000 damaged files: each imports what is whole, or fails with an error that says where and what; nothing traps, and
/// nothing grows beyond what the file can hold.
@Suite struct MutationTests {
  @Test func damagedTextIsReadAsFarAsItIsWhole() throws {
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

  @Test func damagedRecordingsAreReadUpToTheirDamage() throws {
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

/// Damages bytes as transfers, editors and disks do: flips, cuts, doubles, moves and inserts.
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
      let (place, length) = (draw(bytes.count), 1 + draw(40))
      let range = place..<min(bytes.count, place + length)
      switch draw(6) {
      case 0: bytes[place] ^= 1 << UInt8(draw(8))
      case 1: bytes.removeSubrange(place...)
      case 2: bytes.removeSubrange(range)
      case 3: bytes.insert(contentsOf: bytes[range], at: draw(bytes.count))
      case 4: bytes.insert(contentsOf: (0..<length).map { _ in UInt8(draw(256)) }, at: place)
      default: for index in range { bytes[index] = UInt8(draw(256)) }
      }
    }
    return bytes
  }
}
