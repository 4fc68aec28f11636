import Foundation
import Testing

@testable import Telemetry

@Suite struct SlabinfoTests {
  @Test func encodedTextMatchesKernelFormat() {
    let expected = """
      slabinfo - version: 2.1
      # name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables <limit> <batchcount> <sharedfactor> : slabdata <active_slabs> <num_slabs> <sharedavail>
      kmalloc-2k            30     42   2048    8    4 : tunables    8    8    0 : slabdata      5      6      4
      file_lock_cache        0      0    192   21    1 : tunables    0    0    0 : slabdata      0      0      0
      file_lock_cache.2      0      0    192   21    1 : tunables    0    0    0 : slabdata      0      0      0

      """
    #expect(SlabinfoEncoder.encode(sampleSnapshot()) == expected)
  }

  @Test func encodedSnapshotIsDecoded() throws {
    let caches = try SlabinfoDecoder.decode(SlabinfoEncoder.encode(sampleSnapshot()))
    #expect(caches.map(\.name) == ["kmalloc-2k", "file_lock_cache", "file_lock_cache.2"])
    let first = caches[0]
    let figures: [Int] = [
      first.activeObjects, first.totalObjects, first.stride, first.preferredOrder, first.slabs,
      first.emptySlabs ?? 0,
    ]
    #expect(figures == [30, 42, 2048, 2, 6, 1])
  }

  @Test func incrementalReadingEqualsDecodingFromScratch() throws {
    func line(_ name: String, _ active: Int) -> String {
      "\(name) \(active) 4200 192 21 1 : tunables 0 0 0 : slabdata 200 200 0\n"
    }
    func file(_ lines: [String]) -> [UInt8] { Array(("slabinfo - version: 2.1\n# name\n" + lines.joined()).utf8) }
    let files =
      [
        ["dentry", "inode", "TCP"].map { line($0, 100) }, [line("dentry", 100), line("inode", 999), line("TCP", 100)],
        [line("dentry", 1), line("fresh", 2), line("inode", 999), line("TCP", 100)], [line("inode", 999)], [],
        [line("inode", 999), line("TCP", 1)],
        ["# comment\n", line("dentry", 7), line("inode", 8)], [line("fresh", 2), line("dentry", 7), line("inode", 8)],
        ["dentry", "inode", "TCP"].map { line($0, 100) },
      ].map(file) + [Array("slabinfo - version: 1.0\ninode 999 4200\n".utf8)]
    var reader = SlabinfoReader()
    for file in files {
      _ = try reader.update(file)
      #expect(try reader.caches == SlabinfoDecoder.decode(String(decoding: file, as: UTF8.self)))
    }
    // Only changed lines are decoded, and an error leaves the caches unchanged.
    _ = try reader.update(files[0])
    #expect(try reader.update(files[1]) == [1] && reader.update(files[1]).isEmpty)
    #expect(throws: SlabinfoDecoder.ParseError.self) { try reader.update(files[1] + Array("a 1\n".utf8)) }
    #expect(try reader.caches == SlabinfoDecoder.decode(String(decoding: files[1], as: UTF8.self)))
  }

  @Test func parseErrorHasNumberOfInvalidLine() {
    let invalidFiles = [
      ("", 1), ("slabinfo - version: 3.0\n", 1), ("slabinfo - version: 2.1\n# x\na 1 2\n", 3),
      ("slabinfo - version: 2.1\na 1 2 3 4 5 : tunables 0 0 0 : slabdata 0 0 0\n", 2),
      ("slabinfo - version: 2.1\na 1 9223372036854775807 192 21 1 : tunables 0 0 0 : slabdata 2 2 0\n", 2),
      ("slabinfo - version: 1.1\na 1 2 192 1 9223372036854775807 1\n", 2),
      ("slabinfo - version: 2.1\na 1 x 3 4 4 : tunables 0 0 0 : slabdata 0 0 0\n", 2),
    ]
    for (text, line) in invalidFiles {
      do {
        _ = try SlabinfoDecoder.decode(text)
        Issue.record("no error for \(text)")
      } catch {
        #expect(error.line == line)
      }
    }
  }

  /// slabtop and vmstat read the encoded file, which is mounted over /proc/slabinfo in their own mount namespace.
  @Test(
    .enabled(if: RealTools.canRead, "needs root, unshare, slabtop and vmstat (packages util-linux, procps)"),
    arguments: ["slabtop -o", "vmstat -m"])
  func realToolsReadEncodedFile(tool: String) throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("slabinfo-\(UUID().uuidString)").path
    try AtomicFile.write(Array(SlabinfoEncoder.encode(sampleSnapshot()).utf8), to: path)
    defer { unlink(path) }
    let (status, output) = try RealTools.run(
      "unshare -m sh -c 'mount --bind \(path) /proc/slabinfo && exec \(tool)'")
    #expect(status == 0, "\(output)")
    let row = try #require(output.split(separator: "\n").first { $0.contains("kmalloc-2k") })
    let words = row.split(separator: " ").map(String.init)
    // slabtop: OBJS ACTIVE USE OBJ-SIZE SLABS OBJ/SLAB CACHE-SIZE NAME; vmstat -m: name, active, total, size, objects a page
    let expected =
      tool.hasPrefix("slabtop") ? ["42", "30", "71%", "2.00K", "6", "8"] : ["kmalloc-2k", "30", "42", "2048", "8"]
    #expect(Array(words.prefix(expected.count)) == expected)
  }
}

enum RealTools {
  static let canRead =
    getuid() == 0
    && ["unshare", "slabtop", "vmstat"].allSatisfy { tool in (try? run("command -v \(tool)").status) == 0 }

  static func run(_ command: String) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", command]
    let pipe = Pipe()
    (process.standardOutput, process.standardError) = (pipe, pipe)
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }
}
