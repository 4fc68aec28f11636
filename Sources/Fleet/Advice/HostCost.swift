/// Slab memory of one host's general caches under several sets of sizes, by the model.
package struct HostCost: Sendable, Hashable {
  /// The host.
  package var host: HostName
  /// Number of live objects.
  package var objects: Int
  /// Bytes of slabs with the fleet's classes.
  package var fleetBytes: Int
  /// Bytes of slabs with the host's own best set, of at most as many classes as the fleet's.
  package var ownBytes: Int
  /// Bytes of slabs with the sizes of the base policy.
  package var baseBytes: Int

  /// Bytes that the fleet's classes take more than the host's own best.
  package var extraBytes: Int { fleetBytes - ownBytes }
  /// `extraBytes` as a share of the host's own best.
  package var extraShare: Double { Double(extraBytes) / Double(max(1, ownBytes)) }
  /// Change of slab memory from the base policy to the fleet's classes, as a share.
  package var changeShare: Double { Double(fleetBytes - baseBytes) / Double(max(1, baseBytes)) }
}
