import Foundation

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

  /// Fills in one cache: the size that owners may use, and how its slabs stand.
  static func describe(_ cache: inout CacheSnapshot, in folder: String) {
    func number(_ file: String) -> Int? {
      // `768 N0=768`: the sum first, then each node's.
      HostReader.text("\(folder)/\(cache.name)/\(file)")?.split(whereSeparator: \.isWhitespace).first.flatMap {
        Int($0)
      }
    }
    // The table goes on showing what slabinfo calls the object's size, with the kernel's metadata.
    cache.hostDetails = number("object_size").map { [CacheSnapshot.Detail(label: "object", value: $0)] } ?? []
    guard let partial = number("partial") else { return }
    let onCPUs = (number("cpu_slabs") ?? 0) + (number("slabs_cpu_partial") ?? 0)
    cache.partialSlabs = partial
    cache.fullSlabs = max(0, cache.slabs - partial - onCPUs)
    cache.magazineCapacity = number("sheaf_capacity") ?? cache.magazineCapacity
    cache.hostDetails += [
      ("on CPUs", onCPUs), ("free on nodes", max(0, (cache.totalObjects - cache.activeObjects))),
      ("aliases", cache.aliases.count),
    ].map { CacheSnapshot.Detail(label: $0.0, value: $0.1) }
  }
}
