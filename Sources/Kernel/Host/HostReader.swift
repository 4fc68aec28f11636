import Foundation
public import Telemetry

/// Reads a running kernel's slabs, or what it once said of them: the same snapshots that an engine gives.
///
/// A snapshot is one read of /proc/slabinfo and one of /proc/buddyinfo; /proc/meminfo says how much memory there is. What
/// /sys/kernel/slab knows besides is read for one cache only, the one that is looked at: reading it for all takes hundreds of
/// times as long.
public final class HostReader {
  /// Why the kernel, or a file, can't be read. `description` is one line that says what to do.
  public struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The error in one line, fit for a person.
    public let description: String
  }

  /// Where slabinfo is read from.
  public let path: String
  /// Whether that is the running kernel.
  public let isLive: Bool
  private let sysfs: String
  private let proc: String
  private lazy var aliases = SysfsSlabs.aliases(in: sysfs)
  private let slabinfoFile, buddyinfoFile: KernelFile
  /// The cache that more was wanted of the last time.
  private var watchedSlab: SysfsSlab?
  /// A kernel says nothing of its own time: it counts from here.
  private let start = ContinuousClock.now
  private lazy var cpus = isLive ? ProcessInfo.processInfo.processorCount : 0
  /// What the last look gave.
  private var slabinfo = SlabinfoReading()

  /// The running kernel.
  /// - Parameters:
  ///   - proc: where procfs is mounted; - sysfs: the folder of its slab caches.
  public init(proc: String = "/proc", sysfs: String = "/sys/kernel/slab") {
    (self.proc, self.sysfs, isLive) = (proc, sysfs, true)
    path = proc + "/slabinfo"
    (slabinfoFile, buddyinfoFile) = (KernelFile(path), KernelFile(proc + "/buddyinfo"))
  }

  /// A saved file.
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

  /// The slabs as they are now.
  /// - Parameter watched: a cache that more is wanted of.
  /// - Throws: `Failure`.
  public func snapshot(watching watched: String? = nil) throws(Failure) -> Snapshot {
    // A saved file may be another by now.
    guard let bytes = isLive ? slabinfoFile.read() : KernelFile(path).read() else { throw unreadable() }
    var snapshot = Snapshot()
    do {
      let changed = try slabinfo.update(bytes)
      slabinfo.complete(changed) { cache in
        cache.inferSlabs()
        if isLive { cache.aliases = (aliases[cache.name] ?? []).filter { $0 != cache.name } }
      }
    } catch {
      throw Failure(description: "\(path), \(error); is it a slabinfo file?")
    }
    snapshot.caches = slabinfo.caches
    snapshot.timeMicroseconds = Int(start.duration(to: .now) / .microseconds(1))
    snapshot.knowsRequestedBytes = false
    if isLive, let index = snapshot.caches.firstIndex(where: { $0.name == watched }) {
      let slab =
        watchedSlab.flatMap { $0.name == watched ? $0 : nil } ?? SysfsSlab(snapshot.caches[index].name, in: sysfs)
      slab.describe(&snapshot.caches[index])
      watchedSlab = slab
    }
    let buddies = isLive ? buddyinfoFile.read().map { Buddyinfo.freeBlocks(String(decoding: $0, as: UTF8.self)) } : nil
    snapshot.pageBlocksFreeByOrder = buddies ?? snapshot.pageBlocksFreeByOrder
    snapshot.cpus = cpus
    enterLedger(&snapshot)
    return snapshot
  }

  /// Each byte of memory in one part, as far as slabinfo tells: objects count whole, since nobody knows what was asked for,
  /// and what is neither in slabs nor free is in other use.
  private func enterLedger(_ snapshot: inout Snapshot) {
    var (live, partial, tails) = (0, 0, 0)
    // By index: to copy a cache is to count its name's and arrays' users up and down.
    for index in snapshot.caches.indices {
      let (active, total) = (snapshot.caches[index].activeObjects, snapshot.caches[index].totalObjects)
      live += active * snapshot.caches[index].stride
      partial += max(0, total - active) * snapshot.caches[index].stride
      tails += snapshot.caches[index].tailBytes
    }
    snapshot.ledger[.livePayload] = live
    snapshot.ledger[.freeInPartialSlabs] = partial
    snapshot.ledger[.slabTail] = tails
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
