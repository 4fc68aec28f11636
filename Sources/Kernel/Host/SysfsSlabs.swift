import Foundation
import Telemetry

/// The slab caches in /sys/kernel/slab (Linux, Documentation/ABI/testing/sysfs-kernel-slab).
enum SysfsSlabs {
  /// The names of all caches that share slabs with a cache, by its name: SLUB merges similar caches and lists them once. A
  /// merged cache is a link to a folder that bears no cache's name.
  static func aliases(in folder: String) -> [String: [String]] {
    var names: [String: [String]] = [:]
    for name in KernelFile.names(in: folder) {
      guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(name)") else {
        continue
      }
      names[(target as NSString).lastPathComponent, default: []].append(name)
    }
    var result: [String: [String]] = [:]
    for group in names.values where group.count > 1 {
      for name in group { result[name] = group.sorted() }
    }
    return result
  }
}

/// One cache in /sys/kernel/slab: sums of its slabs, for kernels whose slabs cannot be read one by one.
final class SysfsSlab {
  /// The cache's name.
  let name: String
  private let partial, cpuSlabs: KernelFile
  /// These do not change.
  private let objectSize, sheafCapacity: Int?
  private let isReclaimable: Bool?

  init(_ name: String, in folder: String) {
    self.name = name
    func file(_ attribute: String) -> KernelFile { KernelFile("\(folder)/\(name)/\(attribute)") }
    partial = file("partial")
    cpuSlabs = file("cpu_slabs")
    objectSize = file("object_size").number()
    sheafCapacity = file("sheaf_capacity").number()
    isReclaimable = file("reclaim_account").number().map { $0 != 0 }
  }

  /// Fills in the slabs on the nodes' partial lists and on CPUs, as sums. `cpu_slabs` counts the CPUs' partial lists as well
  /// (Linux, mm/slub.c, show_slab_objects).
  func describe(_ cache: inout CacheSnapshot) {
    // The table shows the size that slabinfo gives, which includes the kernel's metadata.
    cache.hostDetails = objectSize.map { [CacheSnapshot.Detail(label: "object", value: $0)] } ?? []
    cache.isReclaimable = isReclaimable
    cache.magazineCapacity = sheafCapacity ?? cache.magazineCapacity
    guard let partial = partial.number() else { return }
    cache.partialSlabs = partial
    cache.slabsOnCPUs = cpuSlabs.number()
    cache.fullSlabs = max(0, cache.slabs - partial - (cache.slabsOnCPUs ?? 0))
    // slabinfo's active objects are all but those that are free on the nodes' lists.
    cache.freeBytesInPartialSlabs = max(0, cache.totalObjects - cache.activeObjects) * cache.stride
  }
}
