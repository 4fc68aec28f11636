import FoundationEssentials
import Glibc
package import Telemetry
import TextOutput

/// Reader of the slabs of the running kernel, or of a saved slabinfo file, as snapshots.
///
/// If the kernel permits it, the occupancy of the slabs of all caches is read by a BPF program (`SlabWalker`), which takes no
/// longer than reading /proc/slabinfo and replaces it. Otherwise a snapshot is read from /proc/slabinfo, and the sums in
/// /sys/kernel/slab are read only for the watched cache, because reading them for all caches takes hundreds of times as
/// long.
package final class HostReader {
  /// Error of reading the kernel or a file.
  package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
    /// Problem and remedy, in one line.
    package let description: String
  }

  /// Path of the slabinfo file.
  package let path: String
  /// Whether the running kernel is read. Otherwise a saved file is read.
  package let isLive: Bool
  private let sysfs: String
  private let proc: String
  private let slabinfoFile, buddyinfoFile: KernelFile
  /// Reader of slab occupancy; nil if the kernel does not permit it.
  private var walker: SlabWalker?
  /// Reason why slab occupancy cannot be read, in one sentence; nil if it can, or if a saved file is read.
  package private(set) var occupancyProblem: String?
  /// Caches of the last pass of `walker`.
  private var walkedCaches: [CacheSnapshot] = []
  private lazy var aliases = SysfsSlabs.aliases(in: sysfs)
  /// Number of caches, or of references to them, when `aliases` was read.
  private var aliasCount = 0
  /// The cache that was watched last, if its sums were read from sysfs.
  private var watchedSlab: SysfsSlab?
  /// Ledger of the slabs of the last snapshot.
  private var slabLedger = KernelLedger()
  /// Time 0 of the snapshots.
  private let start = ContinuousClock.now
  private lazy var cpus = isLive ? ProcessInfo.processInfo.processorCount : 0
  /// Parser of slabinfo, with the caches of the last snapshot.
  private var slabinfo = SlabinfoReader()
  private let pageBytes = sysconf(Int32(_SC_PAGESIZE))

  /// Creates a reader of the running kernel.
  /// - Parameters:
  ///   - proc: Mount point of procfs.
  ///   - sysfs: Folder of the slab caches in sysfs.
  package init(proc: String = "/proc", sysfs: String = "/sys/kernel/slab") {
    (self.proc, self.sysfs, isLive) = (proc, sysfs, true)
    path = proc + "/slabinfo"
    (slabinfoFile, buddyinfoFile) = (KernelFile(path), KernelFile(proc + "/buddyinfo"))
    // A folder other than /proc does not describe the running kernel, which the BPF program would read.
    guard proc == "/proc" else { return }
    do { walker = try SlabWalker() } catch { occupancyProblem = error.description }
  }

  /// Creates a reader of a saved slabinfo file.
  package init(slabinfo path: String) {
    (self.path, isLive, proc, sysfs) = (path, false, "", "")
    (slabinfoFile, buddyinfoFile) = (KernelFile(path), KernelFile(""))
  }

  /// Name and version of the kernel, such as `Linux 6.18.44`, or the name of the saved file.
  package private(set) lazy var title: String = {
    guard isLive else { return path.lastPathComponent }
    let release = KernelFile.text(proc + "/sys/kernel/osrelease")?.trimmed
    return "Linux \(release?.prefix { $0 != "-" } ?? "")"
  }()

  /// Takes a snapshot.
  /// - Parameter watched: Name of the cache whose sums are read from sysfs if slab occupancy is not available.
  /// - Throws: `Failure` if slabinfo cannot be read or parsed.
  package func snapshot(watching watched: String? = nil) throws(Failure) -> Snapshot {
    var snapshot = Snapshot()
    if let caches = walk() {
      snapshot.caches = caches
      describeNodes(watched, in: &snapshot)
      (snapshot.repeatedWalks, snapshot.inconsistentLists) = (walker?.repeatedWalks, walker?.inconsistentLists)
    } else {
      snapshot.caches = try readSlabinfo()
      describe(watched, in: &snapshot)
    }
    describeMachine(&snapshot)
    enterLedger(&snapshot)
    return snapshot
  }

  /// Takes a snapshot without caches, for a user who may not read slabinfo: the free blocks of the page allocator.
  package func snapshotWithoutCaches() -> Snapshot {
    var snapshot = Snapshot()
    describeMachine(&snapshot)
    snapshot.unknownFigures.formUnion([.ledger, .memoryBytes])
    return snapshot
  }

  /// Adds the figures that are not of caches.
  private func describeMachine(_ snapshot: inout Snapshot) {
    snapshot.pageBytes = pageBytes
    snapshot.timeMicroseconds = Int(start.duration(to: .now) / .microseconds(1))
    snapshot.knowsRequestedBytes = false
    snapshot.occupancyProblem = occupancyProblem
    snapshot[known: \.pageBlocksFreeByOrder, .pageBlocksFreeByOrder] =
      isLive ? buddyinfoFile.text().map(Buddyinfo.freeBlocks) : nil
    snapshot.cpus = cpus
    if !isLive { snapshot.unknownFigures.formUnion(.machine) }
  }

  /// Reads the occupancy of all caches.
  /// - Returns: All caches; nil if the kernel does not permit it, and `occupancyProblem` is then set.
  private func walk() -> [CacheSnapshot]? {
    guard let walker else { return nil }
    do {
      let changed = try walker.update()
      let areAliasesNew = refreshAliases(walker.references)
      if walker.caches.count < walkedCaches.count {
        walkedCaches.removeLast(walkedCaches.count - walker.caches.count)
      }
      for index in changed {
        var cache = CacheSnapshot(walker.caches[index], pageBytes: pageBytes)
        cache.aliases = self.aliases(of: cache.name)
        if index < walkedCaches.count { walkedCaches[index] = cache } else { walkedCaches.append(cache) }
      }
      if areAliasesNew {
        for index in walkedCaches.indices { walkedCaches[index].aliases = self.aliases(of: walkedCaches[index].name) }
      }
      occupancyProblem = nil
      return walkedCaches
    } catch {
      // Unless the error is transient, occupancy is not tried again at each refresh.
      if !error.isTransient { self.walker = nil }
      occupancyProblem = error.description
      return nil
    }
  }

  /// Reads the caches from slabinfo.
  private func readSlabinfo() throws(Failure) -> [CacheSnapshot] {
    // A saved file is opened each time, because it may have been replaced.
    guard let bytes = isLive ? slabinfoFile.read() : KernelFile(path).read() else { throw unreadable() }
    do {
      let changed = try slabinfo.update(bytes)
      if isLive { _ = refreshAliases(slabinfo.caches.count) }
      slabinfo.complete(changed) { cache in
        cache.inferSlabFigures()
        if isLive { cache.aliases = self.aliases(of: cache.name) }
      }
    } catch {
      throw Failure(description: "\(path), \(error); is it a slabinfo file?")
    }
    return slabinfo.caches
  }

  /// Reads the aliases again if the number of caches, or of references to them, has changed.
  /// - Returns: Whether the number has changed.
  private func refreshAliases(_ count: Int) -> Bool {
    guard count != aliasCount else { return false }
    (aliases, aliasCount) = (SysfsSlabs.aliases(in: sysfs), count)
    return true
  }

  /// Returns the other names of a merged cache.
  private func aliases(of name: String) -> [String] { (aliases[name] ?? []).filter { $0 != name } }

  /// Adds the sums that sysfs has of the watched cache.
  private func describe(_ watched: String?, in snapshot: inout Snapshot) {
    guard isLive, let index = snapshot.caches.firstIndex(where: { $0.name == watched }) else { return }
    let name = snapshot.caches[index].name
    let slab = watchedSlab.flatMap { $0.name == name ? $0 : nil } ?? SysfsSlab(name, in: sysfs)
    slab.describe(&snapshot.caches[index])
    slab.describeNodes(&snapshot.caches[index])
    watchedSlab = slab
  }

  /// Adds the figures of each memory node that sysfs has of the watched cache, if the machine has several nodes.
  private func describeNodes(_ watched: String?, in snapshot: inout Snapshot) {
    guard hasSeveralNodes, let index = snapshot.caches.firstIndex(where: { $0.name == watched }) else { return }
    let name = snapshot.caches[index].name
    let slab = watchedSlab.flatMap { $0.name == name ? $0 : nil } ?? SysfsSlab(name, in: sysfs)
    slab.describeNodes(&snapshot.caches[index])
    watchedSlab = slab
  }

  /// Whether the machine has more than one memory node.
  private lazy var hasSeveralNodes =
    KernelFile.names(in: "/sys/devices/system/node").count { $0.hasPrefix("node") && Int($0.dropFirst(4)) != nil } > 1

  /// Adds the slab sums of every cache from sysfs. This takes about 0.4 ms for each cache.
  package func addSlabSums(to snapshot: inout Snapshot) {
    guard isLive else { return }
    for index in snapshot.caches.indices where snapshot.caches[index].occupancy == nil {
      SysfsSlab(snapshot.caches[index].name, in: sysfs).describe(&snapshot.caches[index])
    }
  }

  /// Fills the byte ledger: slabs from the caches, free pages from buddyinfo, and all other memory as other use.
  private func enterLedger(_ snapshot: inout Snapshot) {
    slabLedger.update(to: snapshot.caches)
    snapshot.ledger = slabLedger.ledger
    let free = snapshot.pageBlocksFreeByOrder.indices.reduce(0) { $0 + snapshot.pageBlocksFreeByOrder[$1] << $1 }
    snapshot.ledger[.freePages] = free * snapshot.pageBytes
    snapshot.memoryBytes = max(memoryBytes ?? 0, snapshot.ledger.sum)
    snapshot.ledger[.otherUse] = snapshot.memoryBytes - snapshot.ledger.sum
    guard memoryBytes == nil else { return }
    snapshot.unknownFigures.insert(.memoryBytes)
    snapshot.ledger[known: .otherUse] = nil
    if !snapshot.knows(.pageBlocksFreeByOrder) { snapshot.ledger[known: .freePages] = nil }
  }

  /// Memory of the machine in bytes (MemTotal), which does not change; nil if unknown.
  private lazy var memoryBytes: Int? = {
    guard isLive, let text = KernelFile.text(proc + "/meminfo") else { return nil }
    let line = text.split(separator: "\n").first { $0.hasPrefix("MemTotal:") }
    return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
  }()

  private func unreadable() -> Failure {
    let reason =
      switch errno {
      case EACCES, EPERM:
        isLive
          ? "permission denied; only root may read it: run it with sudo" : "permission denied; check its permissions"
      case ENOENT: isLive ? "no such file; this kernel is built without slabinfo" : "no such file; check the path"
      case EISDIR: "is a directory; name a file in it"
      case ESPIPE: "is not a regular file; save its contents to a file and name that file"
      case EFBIG: "is larger than 64 MiB; is it a slabinfo file?"
      default: String(cString: strerror(errno)).lowercased()
      }
    return Failure(description: "\(path): \(reason)")
  }
}
