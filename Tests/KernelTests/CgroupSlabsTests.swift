import Foundation
import Telemetry
import Testing

@testable import Kernel

struct CgroupSlabsTests {
  private let root = FileManager.default.temporaryDirectory.appendingPathComponent("cgroups-\(UUID().uuidString)")

  private func write(_ path: String, _ text: String) throws {
    let url = root.appendingPathComponent(path)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  /// A file memory.stat in the form of Documentation/admin-guide/cgroup-v2.rst.
  private func stat(_ reclaimable: Int, _ unreclaimable: Int) -> String {
    """
    anon 2101248
    file 96002048
    kernel 7569408
    slab_reclaimable \(reclaimable)
    slab_unreclaimable \(unreclaimable)
    slab \(reclaimable + unreclaimable)
    workingset_refault_anon 0

    """
  }

  private func mountinfo(_ mountPoint: String) -> String {
    """
    24 1 0:22 / /proc rw,nosuid shared:5 - proc proc rw
    34 25 0:28 / /sys/fs/cgroup/memory rw,nosuid shared:9 - cgroup cgroup rw,memory
    35 25 0:29 / \(mountPoint) rw,nosuid shared:10 master:3 - cgroup2 cgroup2 rw,nsdelegate

    """
  }

  @Test("Groups are read from all folders, the largest first; folders without figures of slabs are left out")
  func groups() throws {
    defer { try? FileManager.default.removeItem(at: root) }
    let mount = root.appendingPathComponent("sys fs/cgroup").path
    try write("sys fs/cgroup/memory.stat", stat(9_000_000, 4_000_000))
    try write("sys fs/cgroup/system.slice/memory.stat", stat(600_000, 300_000))
    try write("sys fs/cgroup/system.slice/ssh.service/memory.stat", stat(1000, 2000))
    try write("sys fs/cgroup/system.slice/cron.service/memory.stat", "anon 4096\n")
    try write("sys fs/cgroup/box.scope/memory.stat", stat(5000, 7_000_000))
    try write("mountinfo", mountinfo(mount.replacingOccurrences(of: " ", with: "\\040")))
    let groups = try CgroupReader(mounts: root.appendingPathComponent("mountinfo").path).read()
    #expect(groups.map(\.path) == ["/", "/box.scope", "/system.slice", "/system.slice/ssh.service"])
    #expect(groups.map(\.slabBytes) == [13_000_000, 7_005_000, 900_000, 3000])
    #expect(groups[1].reclaimableBytes == 5000 && groups[1].unreclaimableBytes == 7_000_000)
  }

  @Test("Without groups of version 2, or without their figures of slabs, the error says what to do")
  func absent() throws {
    defer { try? FileManager.default.removeItem(at: root) }
    let unmounted = #expect(throws: HostReader.Failure.self) { try CgroupReader(mounts: "/nonexistent").read() }
    #expect(unmounted?.description.contains("mount -t cgroup2") == true)
    try write("cgroup/a/cgroup.procs", "1\n")
    try write("mountinfo", mountinfo(root.appendingPathComponent("cgroup").path))
    let error = #expect(throws: HostReader.Failure.self) {
      try CgroupReader(mounts: root.appendingPathComponent("mountinfo").path).read()
    }
    #expect(error?.description.contains("no control group has slab figures") == true)
  }
}

struct NodeFiguresTests {
  @Test("Slabs and objects of each memory node are details of a cache, unless there is a single node")
  func nodes() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("nodes-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    for (cache, slabs, objects) in [
      ("dentry", "68 N0=60 N1=8\n", "1428 N0=1260 N1=168\n"), ("filp", "4 N0=4\n", "64 N0=64\n"),
    ] {
      let files = folder.appendingPathComponent(cache)
      try FileManager.default.createDirectory(at: files, withIntermediateDirectories: true)
      try Data(slabs.utf8).write(to: files.appendingPathComponent("slabs"))
      try Data(objects.utf8).write(to: files.appendingPathComponent("objects"))
    }
    var cache = CacheSnapshot(name: "dentry")
    SysfsSlab("dentry", in: folder.path).describeNodes(&cache)
    #expect(
      cache.hostDetails.map(\.label) == [
        "slabs on node 0", "objects on node 0", "slabs on node 1", "objects on node 1",
      ])
    #expect(cache.hostDetails.map(\.value) == [60, 1260, 8, 168])
    var single = CacheSnapshot(name: "filp")
    SysfsSlab("filp", in: folder.path).describeNodes(&single)
    #expect(single.hostDetails.isEmpty)
  }
}
