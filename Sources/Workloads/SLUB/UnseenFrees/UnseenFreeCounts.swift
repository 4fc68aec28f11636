/// Numbers of unseen frees (frees without an event), by the method by which the replay found them.
package struct UnseenFreeCounts: Sendable, Hashable, Encodable {
  /// Objects freed together with their companion.
  package internal(set) var byPair = 0
  /// Objects freed because the kernel had fewer objects than the replay.
  package internal(set) var byReconciliation = 0
  /// Objects freed because their address was allocated again.
  package internal(set) var byAddress = 0
  /// Objects freed at the end of a loop over the source.
  package internal(set) var atEnd = 0
  /// Uncertainty of the times of the frees by reconciliation: sum, over the objects, of the ticks between the two kernel samples
  /// between which the object was freed.
  package internal(set) var reconciledTicks: UInt64 = 0
  /// Residents freed by a free event of an unknown object of their cache.
  package internal(set) var residentFrees = 0
  /// Residents freed because the kernel had fewer live objects than the replay.
  package internal(set) var residentFreesByReconciliation = 0
  /// Objects without events, allocated because the kernel had more live objects than the replay.
  package internal(set) var allocationsByReconciliation = 0
  /// Events of metadata of the recorded SLUB, which are not replayed.
  package internal(set) var allocatorEvents = 0

  /// Creates counts of zero.
  package init() {}

  /// Number of unseen frees of objects whose allocations were recorded.
  package var total: Int { byPair + byReconciliation + byAddress + atEnd }

  private enum CodingKeys: String, CodingKey {
    case byPair = "by_pair"
    case byReconciliation = "by_reconciliation"
    case byAddress = "by_address"
    case atEnd = "at_end"
    case reconciledTicks = "reconciled_ticks"
    case residentFrees = "of_residents"
    case residentFreesByReconciliation = "of_residents_by_reconciliation"
    case allocationsByReconciliation = "allocations_by_reconciliation"
    case allocatorEvents = "allocator_events"
  }
}
