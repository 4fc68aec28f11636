import Foundation
import Profiles
import Recordings
import Testing

/// Writing and reading .slabprofile files.
struct FormatsFileTests {
  private static func profile(_ seed: UInt64, events count: Int = 500) -> AllocationProfile {
    var traffic = RandomTraffic(seed: seed)
    var collector = AllocationProfileCollector(ticksPerSecond: 1_000_000)
    collector.add(traffic.events(count), symbols: RandomTraffic.symbols)
    return collector.profile(name: "host \(seed)")
  }

  /// Profile with every optional property, and names that JSON must escape.
  private static var unusual: AllocationProfile {
    var figures = AllocationFigures()
    (figures.allocObjects, figures.allocBytes, figures.requestedBytes) = (1 << 40, 1 << 52, 3)
    figures.peakLiveObjects = 7
    figures.lifetimes = LifetimeHistogram([1, 0, 0, 5] + [Int](repeating: 0, count: 43) + [2])
    figures.ages = LifetimeHistogram([0, 4])
    let names = ["a\"b\\c", "\u{0}\u{1B}[2J", "\u{202E}x", "é", "", "x;y", "😀"]
    var profile = AllocationProfile(
      source: ProfileSource(name: "\u{7}", beganAt: 1_790_000_000.125, events: 3, microseconds: 4, lostEvents: 5),
      figures: names.enumerated().map { index, name in
        (
          AllocationContext(
            site: name, stack: index % 2 == 0 ? [name, "outer", name] : [], cache: names[index / 2],
            isGeneral: index > 3,
            requestedBytes: 0, allocatedBytes: 1 << 30, usedBytes: index % 3 == 0 ? index : nil),
          index == 0 ? figures : AllocationFigures()
        )
      }, freesByCPU: [[0, 1], [2, 0]])
    (profile.hasClock, profile.roundsSkbDataSizes) = (false, false)
    return profile
  }

  private static func json(_ profile: AllocationProfile) throws -> String {
    String(decoding: try Self.unzipped(try profile.fileContents(name: "x")), as: UTF8.self)
  }

  /// Decompresses with another implementation than the one under test.
  private static func unzipped(_ bytes: [UInt8]) throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/gzip")
    process.arguments = ["-dc"]
    let (input, output) = (Pipe(), Pipe())
    (process.standardInput, process.standardOutput) = (input, output)
    try process.run()
    let writer = Thread {
      try? input.fileHandleForWriting.write(contentsOf: Data(bytes))
      try? input.fileHandleForWriting.close()
    }
    writer.start()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return Array(data)
  }

  private func error(_ json: String) -> String {
    do {
      _ = try AllocationProfile(fileContents: Array(json.utf8), name: "x.slabprofile")
      return "no error"
    } catch { return error.description }
  }

  @Test("Reading a file that was written returns an equal profile", arguments: [1, 2, 3, 4] as [UInt64])
  func roundTrip(seed: UInt64) throws {
    let (a, b) = (Self.profile(seed), Self.profile(seed + 10, events: 3_000))
    for profile in [a, b, a.merged(with: b), a.merged(with: b).subtracting(a), .empty, Self.unusual] {
      let bytes = try profile.fileContents(name: "x")
      #expect(try AllocationProfile(fileContents: bytes, name: "x") == profile)
      #expect(try profile.fileContents(name: "x") == bytes)
    }
  }

  @Test("The decompressed file is one line of JSON that begins with the version, and is read too")
  func plainJSON() throws {
    let profile = Self.profile(5).merged(with: Self.unusual)
    let text = try Self.json(profile)
    #expect(text.hasPrefix("{\"slabprofile\":1,") && text.hasSuffix("}\n") && text.count { $0 == "\n" } == 1)
    #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0 == "\u{202E}" })
    #expect(try AllocationProfile(fileContents: Array(text.utf8), name: "x") == profile)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let contexts = try #require(object["contexts"] as? [[String: Any]])
    #expect(contexts.count == profile.contexts.count)
    #expect(contexts.map { $0["alloc_objects"] as? Int } == profile.figures.map(\.allocObjects))
    // As jq prints it: with line ends, and with the keys in alphabetical order.
    let pretty = try JSONSerialization.data(withJSONObject: object, options: [.prettyPrinted, .sortedKeys])
    #expect(AllocationProfile.isJSON(Array(pretty)) && AllocationProfile.isJSON(Array(text.utf8)))
    #expect(!AllocationProfile.isJSON(Array("{\"caches\": [\"slabprofile\"]}".utf8)))
    #expect(!AllocationProfile.isJSON([]) && !AllocationProfile.isJSON(Array("slabinfo".utf8)))
  }

  @Test("Two compressed files one after the other are read as gzip reads them")
  func severalStreams() throws {
    let text = Array(try Self.json(Self.profile(6)).utf8)
    #expect(throws: ProfileFileError.self) {
      let bytes = try Self.profile(6).fileContents(name: "x")
      _ = try AllocationProfile(fileContents: bytes + bytes, name: "x")
    }
    #expect(throws: Never.self) { try AllocationProfile(fileContents: text + [0x20, 0x0A], name: "x") }
  }

  @Test("Errors name the file, the place, and what was expected")
  func errors() throws {
    let text = try Self.json(Self.profile(7))
    func changed(_ pattern: String, _ replacement: String) -> String {
      let regex = try! Regex(pattern)
      #expect(text.firstMatch(of: regex) != nil, "\(pattern)")
      return error(text.replacing(regex, with: replacement, maxReplacements: 1))
    }
    let number = "expected a number from 0 to 9007199254740992 at contexts[0]."
    #expect(
      changed("\"slabprofile\":1", "\"slabprofile\":2")
        == "x.slabprofile: expected a profile of version 1 or earlier, found version 2; read it with a later slabscope")
    #expect(changed("\"slabprofile\":1", "\"slabprofile\":0").contains("expected a version of at least 1"))
    #expect(
      changed("\"alloc_objects\":[0-9]+", "\"alloc_objects\":-4") == "x.slabprofile: \(number)alloc_objects, found -4")
    #expect(changed("\"live_bytes\":[0-9]+", "\"live_bytes\":9007199254740993").contains("\(number)live_bytes, found"))
    #expect(changed("\"alloc_objects\":[0-9]+", "\"alloc_objects\":1e400").contains("x.slabprofile:1: expected"))
    #expect(
      changed("\"alloc_objects\":[0-9]+", "\"alloc_objects\":1.5")
        == "x.slabprofile:1: expected a whole number of at most 64 bits at alloc_objects, found 1.5")
    #expect(
      changed("\"alloc_objects\":[0-9]+", "\"alloc_objects\":9223372036854775808").contains(
        "64 bits at alloc_objects, found 9223372036854775808"))
    #expect(
      changed("\"alloc_objects\":[0-9]+", "\"alloc_objects\":\"7\"")
        == "x.slabprofile: expected a whole number at contexts[0].alloc_objects, found another value")
    #expect(
      changed("\"alloc_objects\":[0-9]+,", "")
        == "x.slabprofile: expected a whole number at contexts[0].alloc_objects, found nothing")
    #expect(changed("\"contexts\":\\[\\{", "\"other\":[{").contains("expected the key \"contexts\""))
    #expect(
      changed("\"frees_by_cpu\":\\[\\[[0-9]+,", "\"frees_by_cpu\":[[").contains(
        "expected 3 numbers, one for each CPU at frees_by_cpu[0]"))
    #expect(
      changed("\"live_objects_at_peak\":\\[[0-9]+,", "\"live_objects_at_peak\":[").contains("at live_objects_at_peak"))
    #expect(
      changed("\"moments\":\\[\\{\"contexts\":\\[", "\"moments\":[{\"contexts\":[99999,").contains("at moments[0]."))
    #expect(changed("\"rank\":\"[0-9a-f]+\"", "\"rank\":\"x\"").contains("16 hexadecimal digits at moments[0].rank"))
    #expect(changed("\"lifetime_log2_us\":\\{\"", "\"lifetime_log2_us\":{\"99").contains("expected keys from 0 to 47"))
    #expect(changed("\"sizes\":\\[24,", "\"sizes\":[64,").contains("ascending sizes"))
    #expect(changed("\"site\":\"alloc_skb", "\"site\":\"zzz").contains("a context that comes after the previous one"))
    #expect(
      error(String(text.dropLast(100))).contains("x.slabprofile:1: expected valid JSON, found the end of the file"))
    #expect(error("{\"slabprofile\":1}").contains("expected the key"))
    #expect(error("[]").contains("expected an object"))
    #expect(error("").hasPrefix("x.slabprofile"))
    for depth in [1_000, 100_000] { #expect(error(String(repeating: "[", count: depth)).hasPrefix("x.slabprofile")) }
  }

  @Test("A sum that would overflow is refused")
  func largeSums() throws {
    let half = "\"alloc_bytes\":\(1 << 53)"
    let text = try Self.json(Self.profile(8)).replacing(try! Regex("\"alloc_bytes\":[0-9]+"), with: half)
    #expect(error(text).contains("expected at most 9007199254740992 at the sum of the alloc_bytes of all contexts"))
  }

  @Test("A profile with a negative count, such as a difference may have, is not written")
  func negativeCounts() {
    let difference = Self.profile(9, events: 100).subtracting(Self.profile(10))
    #expect { try difference.fileContents(name: "y.slabprofile") } throws: {
      "\($0)".hasPrefix("y.slabprofile: expected a number from 0 to ")
    }
  }

  @Test("Truncated and damaged files give errors")
  func damagedFiles() throws {
    let profile = Self.profile(11)
    let bytes = try profile.fileContents(name: "x")
    for count in stride(from: 2, to: bytes.count, by: 37) {
      #expect {
        try AllocationProfile(fileContents: Array(bytes.prefix(count)), name: "x")
      } throws: {
        "\($0)".contains("found its beginning")
      }
    }
    var changed = bytes
    changed[bytes.count / 2] ^= 0x55
    #expect { try AllocationProfile(fileContents: changed, name: "x") } throws: { "\($0)".contains("expected") }
    #expect { try AllocationProfile(fileContents: bytes + [0, 1], name: "x") } throws: { "\($0)".contains("damaged") }
  }

  @Test("Random changes of the JSON give an error or a profile that can be used", arguments: [1, 2] as [UInt64])
  func randomChanges(seed: UInt64) throws {
    let original = Array(try Self.json(Self.profile(12, events: 150)).utf8)
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    func number(below limit: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(limit))
    }
    let bytes = Array("0123456789-.eE\"{}[],:x\u{0}".utf8)
    for _ in 0..<300 {
      var text = original
      for _ in 0...number(below: 3) {
        let place = number(below: text.count)
        switch number(below: 3) {
        case 0: text[place] = bytes[number(below: bytes.count)]
        case 1: text.remove(at: place)
        default: text.insert(bytes[number(below: bytes.count)], at: place)
        }
      }
      guard let profile = try? AllocationProfile(fileContents: text, name: "x") else { continue }
      for grouping in ProfileGrouping.allCases {
        _ = profile.sorted(profile.rows(by: grouping), by: .growth)
      }
      _ = profile.merged(with: profile)
    }
  }

  @Test("A small file that would decompress to gigabytes is refused")
  func decompressionBomb() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "head -c \(AllocationProfile.maximumFileBytes + 1) /dev/zero | gzip -1"]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let bytes = Array(output.fileHandleForReading.readDataToEndOfFile())
    process.waitUntilExit()
    #expect(bytes.count < 1 << 20)
    #expect { try AllocationProfile(fileContents: bytes, name: "x") } throws: {
      "\($0)" == "x: expected at most \(AllocationProfile.maximumFileBytes) bytes after decompression, found more"
    }
  }
}
