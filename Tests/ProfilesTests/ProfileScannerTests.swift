import FoundationEssentials
import Recordings
import Testing

@testable import Profiles

/// The fast reader of profiles against `JSONDecoder`.
@Suite struct ProfileScannerTests {
  private static func json(seed: UInt64, events: Int) throws -> [UInt8] {
    var traffic = RandomTraffic(seed: seed)
    var collector = AllocationProfileCollector(ticksPerSecond: 1_000_000)
    collector.add(traffic.events(events), symbols: RandomTraffic.symbols)
    let profile = collector.profile(name: "host \(seed)")
    return try Gzip.decompressed(profile.fileContents(name: "x"), limit: .max)
  }

  private static func decoded(_ json: [UInt8]) throws -> AllocationProfile {
    try JSONDecoder().decode(ProfileDocument.self, from: Data(json)).profile()
  }

  @Test(arguments: 0..<8 as Range<UInt64>)
  func writtenProfilesAreReadAsByTheDecoder(seed: UInt64) throws {
    let json = try ProfileScannerTests.json(seed: seed, events: 2000)
    let scanned = try #require(ProfileScanner.document(json)).profile()
    #expect(
      try scanned == ProfileScannerTests.decoded(json) && !scanned.contexts.isEmpty
        && !scanned.moments.isEmpty)
  }

  @Test func whiteSpaceAndOtherOrdersAreRead() throws {
    let json = try ProfileScannerTests.json(seed: 3, events: 300)
    let text = String(decoding: json, as: UTF8.self)
    let spaced = text.replacing(",", with: " ,\n\t").replacing(":", with: " : ").replacing(
      "[", with: "[ \r\n")
    // RandomTraffic has no comma, colon or bracket in its names.
    let scanned = try #require(ProfileScanner.document(Array(" \(spaced)\n ".utf8))).profile()
    #expect(try scanned == ProfileScannerTests.decoded(json))
  }

  /// Text that the scanner must leave to the decoder: it is wrong, or its meaning is for the decoder to decide.
  @Test(arguments: [
    ("\"has_clock\":true", "\"has_clock\":1"),
    ("\"has_clock\":true", "\"has_clock\":true,\"later_key\":1"),
    ("\"has_clock\":true", "\"has_clock\":true,\"has_clock\":true"), ("\"has_clock\":true,", ""),
    ("\"failed_allocations\":", "\"failed_allocations\":0"),
    ("\"failed_allocations\":", "\"failed_allocations\":0."),
    ("\"failed_allocations\":", "\"failed_allocations\":0e"),
    ("\"failed_allocations\":", "\"failed_allocations\":,"),
    ("\"failed_allocations\":", "\"failed_allocations\":99999999999999999999"),
    ("\"failed_allocations\":", "\"failed_allocations\":+"),
    ("\"slabprofile\":1", "\"slabprofile\":2"), ("host 3", "host\\u0020" + "3"),
    ("host 3", "host \u{1}"),
    ("}\n", "}}\n"), ("}\n", "\n"), ("}\n", "} x"),
  ])
  func otherTextIsLeftToTheDecoder(part: String, replacement: String) throws {
    let text = String(decoding: try ProfileScannerTests.json(seed: 3, events: 300), as: UTF8.self)
    try #require(text.contains(part))
    #expect(
      ProfileScanner.document(
        Array(text.replacing(part, with: replacement, maxReplacements: 1).utf8)) == nil)
  }

  @Test func noBeginningIsRead() throws {
    let json = try ProfileScannerTests.json(seed: 5, events: 60).dropLast()
    for count in stride(from: 0, to: json.count, by: 7) {
      #expect(ProfileScanner.document(Array(json.prefix(count))) == nil)
    }
    #expect(ProfileScanner.document(Array(json)) != nil)
  }

  @Test func bytesThatAreNotTextAreLeftToTheDecoder() throws {
    var json = try ProfileScannerTests.json(seed: 3, events: 300)
    let name = try #require(json.firstRange(of: Array("host 3".utf8)))
    json[name.lowerBound] = 0xFF
    #expect(ProfileScanner.document(json) == nil)
  }
}
