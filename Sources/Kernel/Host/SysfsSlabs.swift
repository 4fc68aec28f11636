import Foundation
import Telemetry

/// What /sys/kernel/slab knows of a cache besides (Documentation/ABI/testing/sysfs-kernel-slab).
enum SysfsSlabs {
  /// The names of all caches that share slabs with a cache, by its name: SLUB merges similar caches, and lists them once. A
  /// merged cache is a link to a folder that bears no cache's name.
  static func aliases(in folder: String) -> [String: [String]] {
    var names: [String: [String]] = [:]
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
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

/// One cache in /sys/kernel/slab, looked at again and again.
final class SysfsSlab {
  /// The cache's name.
  let name: String
  private let partial, cpuSlabs, partialSlabsOnCPUs: KernelFile
  /// These stay as they are.
  private let objectSize, magazineCapacity: Int?

  init(_ name: String, in folder: String) {
    self.name = name
    func file(_ name: String, of cache: String) -> KernelFile { KernelFile("\(folder)/\(cache)/\(name)") }
    partial = file("partial", of: name)
    cpuSlabs = file("cpu_slabs", of: name)
    partialSlabsOnCPUs = file("slabs_cpu_partial", of: name)
    objectSize = file("object_size", of: name).number()
    magazineCapacity = file("sheaf_capacity", of: name).number()
  }

  /// Fills in the size that owners may use, and how the slabs stand.
  func describe(_ cache: inout CacheSnapshot) {
    // The table goes on showing what slabinfo calls the object's size, with the kernel's metadata.
    cache.hostDetails = objectSize.map { [CacheSnapshot.Detail(label: "object", value: $0)] } ?? []
    guard let partial = partial.number() else { return }
    let onCPUs = (cpuSlabs.number() ?? 0) + (partialSlabsOnCPUs.number() ?? 0)
    cache.partialSlabs = partial
    cache.fullSlabs = max(0, cache.slabs - partial - onCPUs)
    cache.magazineCapacity = magazineCapacity ?? cache.magazineCapacity
    cache.hostDetails += [
      ("on CPUs", onCPUs), ("free on nodes", max(0, (cache.totalObjects - cache.activeObjects))),
      ("aliases", cache.aliases.count),
    ].map { CacheSnapshot.Detail(label: $0.0, value: $0.1) }
  }
}
