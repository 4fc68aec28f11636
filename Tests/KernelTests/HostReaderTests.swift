import Foundation
import Testing

@testable import Kernel
@testable import Telemetry

@Suite struct HostReaderTests {
  @Test(arguments: [
    ("slabinfo - version: 1.0\nkmem_cache            29     42\nfile lock cache        3     42\n", [29, 42, 0, 0, 0]),
    (
      "slabinfo - version: 1.1 (SMP)\nfile lock cache        3     42     92    1    1    2 :  252  126\n",
      [3, 42, 92, 1, 1]
    ),
    (
      "slabinfo - version: 1.1 (statistics)\nfile lock cache   3  42  92  1  1  2 :  1 2 3 4 5\n",
      [3, 42, 92, 1, 1]
    ),
    (
      "slabinfo - version: 2.0\n# name <active_objs>\nfile_lock_cache  3  42  92  21  2 : tunables 120 60 8 : slabdata 1 1 0\n",
      [3, 42, 92, 1, 1]
    ),
    (
      "slabinfo - version: 2.1 (statistics)\n# name\n:0000064 3  42  92  21  2 : tunables 120 60 8 : slabdata 1 1 0"
        + " : globalstat 1 2 3 4 5 6 7 8 9 : cpustat 1 2 3 4\r\n",
      [3, 42, 92, 1, 1]
    ),
  ])
  func slabinfoOfEveryVersionIsParsed(text: String, figures: [Int]) throws {
    let cache = try #require(try SlabinfoDecoder.decode(text).first)
    let order = figures[2] == 0 ? 0 : 1
    let found: [Int] = [cache.activeObjects, cache.totalObjects, cache.stride, cache.slabs, cache.preferredOrder]
    let expected: [Int] = Array(figures[..<4]) + [order]
    #expect(found == expected)
    let names = try SlabinfoDecoder.decode(text).map(\.name)
    #expect(names.last?.hasPrefix("file") == true || names == [":0000064"])
  }

  /// Ten slabs of order 3 have 160 objects of 2 KiB. A total of 118 objects means that three of the slabs are single pages.
  @Test func slabsOfALowerOrderAreInferredFromTheObjects() throws {
    var cache = try SlabinfoDecoder.decode(
      "slabinfo - version: 2.1\nkmalloc-2k 100 118 2048 16 8 : tunables 0 0 0 : slabdata 10 10 0\n")[0]
    cache.inferSlabFigures()
    #expect(cache.orderFallbacks == 3 && cache.slabsByOrder[0] == 3 && cache.slabsByOrder[3] == 7)
    #expect(cache.slabBytes == 3 * 4096 + 7 * 32768 && cache.tailBytes == 0 && cache.isGeneral)
  }

  @Test func ledgerOfAHostContainsEachByteOnce() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("host-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    func write(_ path: String, _ text: String) throws {
      let file = folder.appendingPathComponent(path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    try write("proc/slabinfo", "slabinfo - version: 2.1\ndentry 30 42 192 21 1 : tunables 0 0 0 : slabdata 2 2 0\n")
    try write(
      "proc/buddyinfo",
      "Node 0, zone   Normal      3      1      0      0      0      0      0      0      0      0      2 \n")
    try write("proc/meminfo", "MemTotal:          16384 kB\nMemFree: 5 kB\n")
    try write("sys/:0000192/object_size", "190\n")
    try write("sys/:0000192/partial", "1 N0=1\n")
    for name in ["dentry", "aio_kiocb"] {
      try FileManager.default.createSymbolicLink(
        atPath: folder.path + "/sys/\(name)", withDestinationPath: ":0000192")
    }
    let reader = HostReader(proc: folder.path + "/proc", sysfs: folder.path + "/sys")
    let snapshot = try reader.snapshot(watching: "dentry")
    #expect(snapshot.memoryBytes == 16 << 20 && snapshot.ledger.sum == snapshot.memoryBytes)
    #expect(snapshot.ledger[.freePages] == (3 + 2 + 2048) * 4096 && snapshot.ledger[.livePayload] == 30 * 192)
    #expect(snapshot.caches[0].aliases == ["aio_kiocb"] && snapshot.caches[0].hostDetails.first?.value == 190)
    #expect(snapshot.caches[0].partialSlabs == 1)
    #expect(throws: HostReader.Failure.self) { try HostReader(slabinfo: folder.path + "/none").snapshot() }
  }
}
