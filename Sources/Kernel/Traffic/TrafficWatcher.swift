package import Profiles

/// Traffic of the running kernel, counted in the kernel by a BPF program (Program/slab_traffic.bpf.c).
package final class TrafficWatcher: KernelTraffic {
  package private(set) var profile = AllocationProfile.empty
  package private(set) var status = TrafficStatus(method: .bpf)
  package private(set) var objects: [WatchedObject] = []
  package private(set) var balances: [String: CacheTraffic] = [:]

  /// Loads and attaches the program.
  /// - Throws: `TrafficError`.
  package init(_ options: TrafficOptions = TrafficOptions()) throws(TrafficError) { throw .notBuiltIn }

  package func update(readsObjects: Bool) throws(TrafficError) {}
}
