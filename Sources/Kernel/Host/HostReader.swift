import Foundation
public import Telemetry

/// Reads a running kernel's slabs, or a saved slabinfo file, into the same snapshots that an engine gives.
///
/// Where the kernel permits, the slabs of all caches are read by occupancy (`SlabWalker`), which takes no longer than reading
/// /proc/slabinfo and replaces it. Elsewhere a snapshot is one read of /proc/slabinfo, and /sys/kernel/slab gives sums for the
/// watched cache only: reading it for all caches takes hundreds of times as long.
public final class HostReader {
  /// Why the kernel, or a file, can't be read. `description` is one line that says what to do.
  public struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The error in one line, fit for a person.
    public let description: String
  }

  /// The slabinfo file.
  public let path: String
  /// Whether the running kernel is read, not a saved file.
  public let isLive: Bool
  private let sysfs: String
  private let proc: String
  private let slabinfoFile, buddyinfoFile: KernelFile
  /// Reads slabs by occupancy; nil where that is not possible.
  private var walker: SlabWalker?
  /// Why slabs cannot be read by occupancy, in one sentence; nil if they can, or if a saved file is read.
  package private(set) var occupancyProblem: String?
  /// The caches of the last pass of `walker`.
  private var walkedCaches: [CacheSnapshot] = []
  private lazy var aliases = SysfsSlabs.aliases(in: sysfs)
  /// The number of caches, or of references to them, when `aliases` was read.
  private var aliasCount = 0
  /// The cache that was watched last, where sysfs is needed for it.
  private var watchedSlab: SysfsSlab?
  /// A kernel's time counts from the reader's first use.
  private let start = ContinuousClock.now
  private lazy var cpus = isLive ? ProcessInfo.processInfo.processorCount : 0
  /// The last reading of slabinfo.
  private var slabinfo = SlabinfoReader()
  private let pageBytes = sysconf(Int32(_SC_PAGESIZE))

  /// Reads the running kernel.
  /// - Parameters:
  ///   - proc: where procfs is mounted; - sysfs: the folder of its slab caches.
  public init(proc: String = "/proc", sysfs: String = "/sys/kernel/slab") {
    (self.proc, self.sysfs, isLive) = (proc, sysfs, true)
    path = proc + "/slabinfo"
    (slabinfoFile, buddyinfoFile) = (KernelFile(path), KernelFile(proc + "/buddyinfo"))
    // Another procfs is not this kernel's.
    guard proc == "/proc" else { return }
    do { walker = try SlabWalker() } catch { occupancyProblem = error.description }
  }

  /// Reads a saved file.
  public init(slabinfo path: String) {
    (self.path, isLive, proc, sysfs) = (path, false, "", "")
    (slabinfoFile, buddyinfoFile) = (KernelFile(path), KernelFile(""))
  }

  /// What the kernel is called, e.g. `Linux 6.18.44`; the file's name for a saved one.
  public private(set) lazy var title: String = {
    guard isLive else { return (path as NSString).lastPathComponent }
    let release = KernelFile.text(proc + "/sys/kernel/osrelease")?.trimmingCharacters(in: .whitespacesAndNewlines)
    return "Linux \(release?.prefix { $0 != "-" } ?? "")"
  }()

  /// Takes a snapshot.
  /// - Parameter watched: a cache of which sysfs is asked for more, where slabs are not known by occupancy.
  /// - Throws: `Failure`.
  public func snapshot(watching watched: String? = nil) throws(Failure) -> Snapshot {
    var snapshot = Snapshot()
    if let caches = walk() {
      snapshot.caches = caches
      (snapshot.repeatedWalks, snapshot.inconsistentLists) = (walker?.repeatedWalks, walker?.inconsistentLists)
    } else {
      snapshot.caches = try readSlabinfo()
      describe(watched, in: &snapshot)
    }
    snapshot.pageBytes = pageBytes
    snapshot.timeMicroseconds = Int(start.duration(to: .now) / .microseconds(1))
    snapshot.knowsRequestedBytes = false
    snapshot.occupancyProblem = occupancyProblem
    let buddies = isLive ? buddyinfoFile.text().map(Buddyinfo.freeBlocks) : nil
    snapshot.pageBlocksFreeByOrder = buddies ?? snapshot.pageBlocksFreeByOrder
    snapshot.cpus = cpus
    enterLedger(&snapshot)
    return snapshot
  }

  /// Reads the caches by occupancy.
  /// - Returns: nil if the kernel does not permit it; `occupancyProblem` then has the reason.
  private func walk() -> [CacheSnapshot]? {
    guard let walker else { return nil }
    do {
      let changed = try walker.update()
      let areAliasesNew = refreshAliases(walker.references)
      if walker.caches.count < walkedCaches.count {
        walkedCaches.removeLast(walkedCaches.count - walker.caches.count)
      }
      for place in changed {
        var cache = CacheSnapshot(walker.caches[place], pageBytes: pageBytes)
        cache.aliases = self.aliases(of: cache.name)
        if place < walkedCaches.count { walkedCaches[place] = cache } else { walkedCaches.append(cache) }
      }
      if areAliasesNew {
        for place in walkedCaches.indices { walkedCaches[place].aliases = self.aliases(of: walkedCaches[place].name) }
      }
      occupancyProblem = nil
      return walkedCaches
    } catch {
      // A refusal is final: it is not asked for again at each refresh.
      if !error.isTransient { self.walker = nil }
      occupancyProblem = error.description
      return nil
    }
  }

  /// Reads the caches from slabinfo.
  private func readSlabinfo() throws(Failure) -> [CacheSnapshot] {
    // A saved file may have been replaced by now.
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
  /// - Returns: whether it has.
  private func refreshAliases(_ count: Int) -> Bool {
    guard count != aliasCount else { return false }
    (aliases, aliasCount) = (SysfsSlabs.aliases(in: sysfs), count)
    return true
  }

  /// The other names of a merged cache.
  private func aliases(of name: String) -> [String] { (aliases[name] ?? []).filter { $0 != name } }

  /// Adds what sysfs has of a cache.
  private func describe(_ watched: String?, in snapshot: inout Snapshot) {
    guard isLive, let index = snapshot.caches.firstIndex(where: { $0.name == watched }) else { return }
    let name = snapshot.caches[index].name
    let slab = watchedSlab.flatMap { $0.name == name ? $0 : nil } ?? SysfsSlab(name, in: sysfs)
    slab.describe(&snapshot.caches[index])
    watchedSlab = slab
  }

  /// Adds the slab sums of every cache, which sysfs takes some 0.4 ms a cache to give.
  package func describeAll(in snapshot: inout Snapshot) {
    guard isLive else { return }
    for index in snapshot.caches.indices where snapshot.caches[index].occupancy == nil {
      SysfsSlab(snapshot.caches[index].name, in: sysfs).describe(&snapshot.caches[index])
    }
  }

  /// Enters each byte of memory in one part: slabs by their caches, free pages by buddyinfo, and the rest as other use.
  private func enterLedger(_ snapshot: inout Snapshot) {
    // By index: to copy a cache is to count its name's and arrays' users up and down.
    for index in snapshot.caches.indices { snapshot.ledger.add(snapshot.caches[index]) }
    let free = snapshot.pageBlocksFreeByOrder.indices.reduce(0) { $0 + snapshot.pageBlocksFreeByOrder[$1] << $1 }
    snapshot.ledger[.freePages] = free * snapshot.pageBytes
    snapshot.memoryBytes = max(memoryBytes ?? 0, snapshot.ledger.sum)
    snapshot.ledger[.otherUse] = snapshot.memoryBytes - snapshot.ledger.sum
  }

  /// MemTotal: it stays as it is.
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
      case ENOENT: isLive ? "this kernel has none (it is built without slabinfo)" : "no such file; check the path"
      case EISDIR: "is a directory; name a file in it"
      case ESPIPE: "is no regular file; save what it gives to one, and name that"
      case EFBIG: "is larger than 64 MiB; is it a slabinfo file?"
      default: String(cString: strerror(errno)).lowercased()
      }
    return Failure(description: "\(path): \(reason)")
  }
}
