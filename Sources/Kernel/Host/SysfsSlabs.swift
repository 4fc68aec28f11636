import FoundationEssentials
import Telemetry
import TextOutput

/// Slab caches in /sys/kernel/slab (Linux, Documentation/ABI/testing/sysfs-kernel-slab).
enum SysfsSlabs {
  /// Returns the names of all caches that SLUB has merged with a cache, by the name of the cache. Merged caches are symbolic
  /// links to the same folder.
  static func aliases(in folder: String) -> [String: [String]] {
    var names: [String: [String]] = [:]
    for name in KernelFile.names(in: folder) {
      guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(name)") else {
        continue
      }
      names[target.lastPathComponent, default: []].append(name)
    }
    var result: [String: [String]] = [:]
    for group in names.values where group.count > 1 {
      for name in group { result[name] = group.sorted() }
    }
    return result
  }
}

/// Slab sums of a cache in /sys/kernel/slab, for kernels whose slab occupancy cannot be read.
final class SysfsSlab {
  /// Name of the cache.
  let name: String
  private let partial, cpuSlabs, objects, slabs: KernelFile
  // Attributes that do not change are read once.
  private let objectSize, sheafCapacity: Int?
  private let isReclaimable: Bool?

  init(_ name: String, in folder: String) {
    self.name = name
    func file(_ attribute: String) -> KernelFile { KernelFile("\(folder)/\(name)/\(attribute)") }
    partial = file("partial")
    cpuSlabs = file("cpu_slabs")
    objects = file("objects")
    slabs = file("slabs")
    objectSize = file("object_size").number()
    sheafCapacity = file("sheaf_capacity").number()
    isReclaimable = file("reclaim_account").number().map { $0 != 0 }
  }

  /// Adds the slabs and objects of each memory node to the details of a cache. A machine with a single node has no such details.
  func describeNodes(_ cache: inout CacheSnapshot) {
    let slabs = slabs.numbersByNode()
    guard slabs.count > 1 else { return }
    let objects = objects.numbersByNode()
    for node in slabs.keys.sorted() {
      cache.hostDetails.append(CacheSnapshot.Detail(label: "slabs on node \(node)", value: slabs[node] ?? 0))
      if let count = objects[node] {
        cache.hostDetails.append(CacheSnapshot.Detail(label: "objects on node \(node)", value: count))
      }
    }
  }

  /// Adds the number of slabs on the partial lists of the nodes and on CPUs to a cache. `cpu_slabs` includes the partial
  /// lists of the CPUs (Linux, mm/slub.c, show_slab_objects).
  func describe(_ cache: inout CacheSnapshot) {
    // The object size is a detail, because the table shows the size in slabinfo, which includes the kernel's metadata.
    cache.hostDetails = objectSize.map { [CacheSnapshot.Detail(label: "object", value: $0)] } ?? []
    cache.isReclaimable = isReclaimable
    cache.magazineCapacity = sheafCapacity ?? cache.magazineCapacity
    guard let partial = partial.number() else { return }
    cache.partialSlabs = partial
    cache.slabsOnCPUs = cpuSlabs.number()
    cache.fullSlabs = max(0, cache.slabs - partial - (cache.slabsOnCPUs ?? 0))
    // The active objects of slabinfo are all objects except the free ones in slabs on the partial lists of the nodes.
    cache.freeBytesInPartialSlabs = max(0, cache.totalObjects - cache.activeObjects) * cache.stride
  }
}
