import Foundation
import Testing

@testable import Telemetry

@Suite struct SavedSnapshotTests {
  private func read(_ text: String) throws -> Snapshot {
    try SavedSnapshot.read(Array(text.utf8), name: "file")
  }

  private static let report = "Unreclaimable slab info:\nName    Used    Total\ndentry   80KB   128KB\n"
  private static let rows = "dentry 30 42 192 21 1 : tunables 0 0 0 : slabdata 2 2 0\n"

  @Test(arguments: [report, rows, "slabinfo - version: 1.0\na 1 2\n", "slabinfo - version: 1.1\na 1 2 96 1 1 1\n"])
  func jsonAndCSVOfASnapshotAreReadBack(text: String) throws {
    let snapshot = try read(text)
    let fromJSON = try read(snapshot.json())
    #expect(try fromJSON.json() == snapshot.json())
    #expect(try read(snapshot.csv).csv == snapshot.csv)
  }

  @Test func csvOfAnEngineIsReadBack() throws {
    var snapshot = sampleSnapshot()
    (snapshot.caches[0].allocations, snapshot.caches[0].frees, snapshot.caches[0].requestedBytes) = (60, 30, 50_000)
    snapshot.caches[0].orderFallbacks = 1
    #expect(try read(snapshot.csv).csv == snapshot.csv)
  }

  @Test(arguments: [
    "a,\"b\"\nc", "\u{1B}]52;c;AAAA\u{7}", "=1+2", "'=1+2", "'plain", "\\u{1B} literal", "-dash", "\u{202E}abc",
    "a;b\tc",
    String(repeating: "long ", count: 1000),
  ])
  func namesSurviveJSONAndCSV(name: String) throws {
    var snapshot = sampleSnapshot()
    snapshot.caches = [snapshot.caches[0]]
    snapshot.caches[0].name = name
    #expect(try read(snapshot.csv).caches.map(\.name) == [name])
    #expect(try read(snapshot.json()).caches.map(\.name) == [name])
    for text in [snapshot.csv, try snapshot.json(), snapshot.openMetrics, snapshot.prometheus, snapshot.text] {
      #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) })
      #expect(!text.unicodeScalars.contains("\u{202E}"))
    }
    #expect(snapshot.text.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test func utf16WithAByteOrderMarkIsRead() throws {
    var bytes: [UInt8] = [0xFF, 0xFE]
    for unit in Self.rows.utf16 { bytes += [UInt8(unit & 0xFF), UInt8(unit >> 8)] }
    #expect(try SavedSnapshot.read(bytes, name: "file").caches.map(\.name) == ["dentry"])
  }

  @Test func invalidUTF8InANameIsReplaced() throws {
    let bytes = Array("caf".utf8) + [0xE9] + Array(Self.rows.utf8)
    #expect(try SavedSnapshot.read(bytes, name: "file").caches.map(\.name) == ["caf\u{FFFD}dentry"])
  }

  @Test(arguments: [
    ("", "file: expected slab figures, found an empty file"),
    ("\nhello\n", "file:2: expected a snapshot ("),
    ("a\0b", "file:1: expected text, found binary data"),
    ("{\"caches\": [\n{\"name\": }]}", "file:2: expected valid JSON, found an invalid value"),
    ("{\"caches\": [", "file:1: expected valid JSON, found the end of the file"),
    ("{\"caches\": [{\"name\": 3}]}", "file: expected a string at caches[0].name, found another value"),
    ("{\"pages\": 3}", "file: expected the key \"caches\" in the JSON of slabscope snapshot"),
    (
      "{\"caches\": [{\"name\": \"a\", \"slabs\": -3}]}",
      "file: expected possible figures, found slabs of cache 'a' out of range"
    ),
    (
      "{\"caches\": [{\"name\": \"a\", \"slabs_by_order\": [1]}]}",
      "file: expected possible figures, found slabs_by_order"
    ),
    (
      "{\"caches\": [{\"name\": \"a\", \"active_objects\": 99999999999, \"stride\": 99999}]}", "file: expected possible"
    ),
    ("cache,slabs\na,x\n", "file:2: expected a whole number in column slabs, not `x`"),
    ("cache,slabs\na\n", "file:2: expected 2 fields as in the header, not 1"),
    ("cache,slabs\n\"a\n", "file:2: expected a closing quotation mark"),
    ("a 1 99999999999999 192 21 1 : tunables 0 0 0 : slabdata 2 2 0\n", "file:1: expected "),
    ("a 9 2 192 21 1 : tunables 0 0 0 : slabdata 2 x 0\n", "file:1: expected `slabdata` and 3 numbers, found 'a 9 2"),
  ])
  func otherTextIsAnErrorWithItsLine(text: String, message: String) {
    #expect { try read(text) } throws: { error in
      let description = "\(error)"
      if !description.hasPrefix(message) { Issue.record("\(description)") }
      return !description.contains("\n")
    }
  }

  @Test func lastOfSeveralJSONLinesIsRead() throws {
    #expect(try read("{\"caches\":[{\"name\":\"a\"}]}\n{\"caches\":[{\"name\":\"b\"}]}\n").caches.map(\.name) == ["b"])
  }

  /// Each line of a text in turn is cut, doubled or has its figures replaced: no reader may trap.
  @Test func damagedTextsNeverTrap() {
    let text = """
      slabinfo - version: 2.1
      dentry 30 42 192 21 1 : tunables 0 0 0 : slabdata 2 2 0
       42 30 71% 0.19K 2 21 8K dentry
      ffff893b3dcee200 392 1 4 1 16k nfs_direct_cache
      Cache Num Total Size Pages
      TCP 1 12 2304 14
      node_slabinfo_objects{slab="dentry"} 703605
      dentry 80KB 128KB
      """
    let lines = text.split(separator: "\n").map(String.init)
    for index in lines.indices {
      for length in 0..<lines[index].count {
        var damaged = lines
        damaged[index] = String(lines[index].prefix(length))
        _ = try? read(damaged.joined(separator: "\n"))
        damaged[index] = lines[index].prefix(length) + "9999999999999999999999" + lines[index].dropFirst(length)
        _ = try? read(damaged.joined(separator: "\n"))
        damaged[index] = lines[index].prefix(length) + "9999999999" + lines[index].dropFirst(length)
        _ = try? read(damaged.joined(separator: "\n"))
      }
    }
  }
}
