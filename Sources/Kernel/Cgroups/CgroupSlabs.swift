import Glibc

/// Slab memory of one control group, with that of all groups below it.
package struct CgroupSlabs: Sendable, Hashable {
  /// Path of the group below the mount point: `/` or `/system.slice/ssh.service`.
  package var path: String
  /// Bytes of slabs that the kernel can free when memory is short, such as those of directory entries and inodes.
  package var reclaimableBytes: Int
  /// Bytes of other slabs.
  package var unreclaimableBytes: Int

  /// Bytes of all slabs.
  package var slabBytes: Int { reclaimableBytes + unreclaimableBytes }

  /// Creates figures.
  package init(path: String, reclaimableBytes: Int, unreclaimableBytes: Int) {
    (self.path, self.reclaimableBytes, self.unreclaimableBytes) = (path, reclaimableBytes, unreclaimableBytes)
  }

  /// Parses the file memory.stat of a group (Linux, Documentation/admin-guide/cgroup-v2.rst).
  /// - Returns: nil if it lacks the figures of slabs, as without CONFIG_MEMCG or with `cgroup.memory=nokmem`.
  package init?(path: String, memoryStat: String) {
    var values: [Substring: Int] = [:]
    for line in memoryStat.split(separator: "\n") where line.hasPrefix("slab_") {
      let words = line.split(separator: " ")
      if words.count == 2, let bytes = Int(words[1]), bytes >= 0 { values[words[0]] = bytes }
    }
    guard let reclaimable = values["slab_reclaimable"], let unreclaimable = values["slab_unreclaimable"] else {
      return nil
    }
    self.init(path: path, reclaimableBytes: reclaimable, unreclaimableBytes: unreclaimable)
  }
}

/// Reader of the slab memory of all control groups of version 2.
package struct CgroupReader: Sendable {
  /// Mount point of the groups; nil if version 2 is not mounted.
  private let root: String?

  /// Creates a reader.
  /// - Parameter mounts: Path of the list of mounts.
  package init(mounts: String = "/proc/self/mountinfo") {
    root = KernelFile.text(mounts).flatMap(CgroupReader.mountPoint)
  }

  /// Returns the mount point of control groups of version 2 in the text of /proc/self/mountinfo; nil if they are not mounted.
  static func mountPoint(in mountinfo: String) -> String? {
    for line in mountinfo.split(separator: "\n") {
      // `35 24 0:30 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw`: optional fields end at the dash.
      let fields = line.split(separator: " ")
      guard fields.count > 5, let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count else { continue }
      guard fields[dash + 1] == "cgroup2" else { continue }
      return unescaped(fields[4])
    }
    return nil
  }

  /// Replaces the octal codes of spaces and other characters: `\040`.
  private static func unescaped(_ path: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = path.utf8[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\\"), rest.count >= 3,
        let code = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8)
      {
        bytes.append(code)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Reads the slab memory of all groups.
  /// - Returns: The groups, the largest slab memory first; groups that end meanwhile are left out.
  /// - Throws: `HostReader.Failure` if no group has figures of slabs.
  package func read() throws(HostReader.Failure) -> [CgroupSlabs] {
    guard let root else {
      throw HostReader.Failure(
        description: "control groups: version 2 is not mounted; mount it: mount -t cgroup2 none /sys/fs/cgroup")
    }
    var (groups, folders) = ([CgroupSlabs](), [""])
    while let folder = folders.popLast() {
      if let text = KernelFile.text("\(root)\(folder)/memory.stat"),
        let group = CgroupSlabs(path: folder.isEmpty ? "/" : folder, memoryStat: text)
      {
        groups.append(group)
      }
      folders += CgroupReader.folders(in: root + folder).map { "\(folder)/\($0)" }
    }
    guard !groups.isEmpty else {
      throw HostReader.Failure(
        description:
          "\(root): no control group has slab figures in memory.stat; boot with the memory controller in version 2 "
          + "(systemd.unified_cgroup_hierarchy=1, and without cgroup.memory=nokmem)")
    }
    return groups.sorted { ($1.slabBytes, $0.path) < ($0.slabBytes, $1.path) }
  }

  /// Names of the groups in a folder.
  private static func folders(in folder: String) -> [String] {
    KernelFile.names(in: folder).filter { name in
      var status = stat()
      // A symbolic link to a folder is no group.
      return lstat("\(folder)/\(name)", &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
  }
}
