extension Snapshot {
  /// The snapshot in the text format of OpenMetrics 1.0, as Prometheus and node_exporter's textfile collector read it.
  public var openMetrics: String {
    var lines: [String] = []
    func family(_ name: String, _ type: String, _ help: String, _ samples: [(labels: String, value: Int)]) {
      guard !samples.isEmpty else { return }
      lines += ["# TYPE \(name) \(type)", "# HELP \(name) \(help)"]
      let suffix = type == "counter" ? "_total" : ""
      lines += samples.map { "\(name)\(suffix)\($0.labels) \($0.value)" }
    }
    /// The caches of which a figure is known.
    func byCache(_ value: (CacheSnapshot) -> Int?) -> [(labels: String, value: Int)] {
      caches.filter(\.isUsed).compactMap { cache in
        value(cache).map { ("{cache=\"\(Snapshot.escaped(cache.name))\"}", $0) }
      }
    }
    family(
      "slabscope_memory_bytes", "gauge", "Machine memory by what it is used for.",
      ByteLedger.Part.allCases.map { ("{part=\"\(Snapshot.escaped($0.title))\"}", ledger[$0]) })
    family("slabscope_cache_slab_bytes", "gauge", "Bytes of a cache's slabs.", byCache(\.slabBytes))
    family(
      "slabscope_cache_requested_bytes", "gauge", "Requested bytes of live objects.", byCache(\.requestedBytes))
    family("slabscope_cache_active_objects", "gauge", "Live objects.", byCache(\.activeObjects))
    family("slabscope_cache_objects", "gauge", "Objects that the slabs hold room for.", byCache(\.totalObjects))
    family("slabscope_cache_slabs", "gauge", "Slabs of all orders.", byCache(\.slabs))
    family(
      "slabscope_kernel_slab_bytes", "gauge",
      "Bytes of slabs that the recorded kernel had in the caches that are replayed.",
      kernelSlabBytes.map { [("", $0)] } ?? [])
    family(
      "slabscope_cache_kernel_slab_bytes", "gauge", "Bytes of a cache's slabs in the recorded kernel.",
      caches.compactMap { cache in
        cache.kernelSlabBytes.map { ("{cache=\"\(Snapshot.escaped(cache.name))\"}", $0) }
      })
    family("slabscope_cache_allocations", "counter", "Objects allocated.", byCache(\.allocations))
    // An engine counts every fallback; of a kernel the slabs of a lower order that exist now are known.
    family(
      "slabscope_cache_order_fallbacks", "counter", "Slabs allocated of a lower order than the preferred one.",
      byCache { $0.fallbacksByOrder == nil ? nil : $0.orderFallbacks })
    family(
      "slabscope_cache_low_order_slabs", "gauge", "Slabs of a lower order than the preferred one.",
      byCache { $0.fallbacksByOrder == nil ? $0.orderFallbacks : nil })
    family(
      "slabscope_failed_allocations", "counter", "Allocations that were refused.",
      failedAllocations.map { [("", $0)] } ?? [])
    family(
      "slabscope_cache_slabs_by_occupancy", "gauge",
      "Slabs by eighths of their objects in use; of the first and last, empty and full ones are apart.", occupancies)
    family(
      "slabscope_pool_lock_acquisitions", "counter", "Times that a pool's lock was taken.", byPool(\.lockAcquisitions))
    family(
      "slabscope_pool_lock_contentions", "counter", "Times that a pool's lock was waited for.",
      byPool(\.lockContentions))
    family(
      "slabscope_pool_lock_wait_cycles", "counter", "Cycles of the time-stamp counter waited for a pool's lock.",
      byPool(\.lockWaitCycles))
    family(
      "slabscope_general_cache_walk_links", "gauge",
      "Links that a look-up by size follows to a general cache in service.",
      byGeneralCache(\.walkSteps))
    family(
      "slabscope_general_cache_served", "counter", "Objects allocated by size from a general cache.",
      byGeneralCache(\.served))
    family(
      "slabscope_general_cache_retries", "counter",
      "Times that another thread changed the list of general caches first while the size was added.",
      byGeneralCache(\.retries))
    family(
      "slabscope_free_blocks", "gauge", "Free blocks of the page allocator.",
      pageBlocksFreeByOrder.enumerated().map { ("{order=\"\($0.offset)\"}", $0.element) })
    return (lines + ["# EOF"]).joined(separator: "\n") + "\n"
  }

  /// A figure of each pool, under the name of the cache in whose name its slabs are reported.
  private func byPool(_ value: (CacheSnapshot) -> Int?) -> [(labels: String, value: Int)] {
    caches.filter { $0.slabs > 0 || $0.allocations ?? 0 > 0 }.compactMap { cache in
      value(cache).map { ("{cache=\"\(Snapshot.escaped(cache.name))\"}", $0) }
    }
  }

  /// A figure of each general cache that has it.
  private func byGeneralCache(_ value: (GeneralCacheSnapshot) -> Int?) -> [(labels: String, value: Int)] {
    (generalCaches ?? []).compactMap { node in
      value(node).map { ("{size=\"\(node.size)\",cache=\"\(Snapshot.escaped(node.cache))\"}", $0) }
    }
  }

  /// Slabs of each cache by occupancy, where that is known: `empty`, `0/8` to `7/8` (at least so many eighths), `full`.
  private var occupancies: [(labels: String, value: Int)] {
    caches.flatMap { cache -> [(labels: String, value: Int)] in
      guard let counts = cache.slabsByOccupancy, cache.slabs > 0 else { return [] }
      return counts.enumerated().map { place, count in
        let part = place == 0 ? "empty" : place == counts.count - 1 ? "full" : "\(place - 1)/\(counts.count - 2)"
        return ("{cache=\"\(Snapshot.escaped(cache.name))\",occupancy=\"\(part)\"}", count)
      }
    }
  }

  private static func escaped(_ text: String) -> String {
    text.map { character in
      switch character {
      case "\\": "\\\\"
      case "\"": "\\\""
      case "\n": "\\n"
      default: String(character)
      }
    }.joined()
  }
}
