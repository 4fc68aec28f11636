/// Frees that the kernel did not report, by how the replay found that the object had ended.
public struct UnseenFreeCounts: Sendable, Hashable, Encodable {
  /// Objects that were freed with their companion.
  public internal(set) var byPair = 0
  /// Objects that were freed because the kernel's own count of active objects left no room for them.
  public internal(set) var byReconciliation = 0
  /// Objects that were freed because their address was allocated again.
  public internal(set) var byAddress = 0
  /// Objects that were freed because the source ended and begins anew.
  public internal(set) var atEnd = 0
  /// Time between the two samples in which an object ended that was freed by reconciliation, in ticks, of all of them
  /// together: their frees lie in it, no more is known.
  public internal(set) var reconciledTicks: UInt64 = 0
  /// Frees of objects from before the recording that named their cache, and so freed one of its residents.
  public internal(set) var ofResidents = 0
  /// Objects from before the recording that were freed because the kernel had fewer live objects than the replay.
  public internal(set) var ofResidentsByReconciliation = 0
  /// Objects that the recording does not have, allocated because the kernel had more live objects than the replay.
  public internal(set) var allocationsByReconciliation = 0
  /// Events of SLUB's own records, which are not replayed.
  public internal(set) var allocatorEvents = 0

  /// Nothing yet.
  public init() {}

  /// Unseen frees of recorded objects.
  public var total: Int { byPair + byReconciliation + byAddress + atEnd }

  private enum CodingKeys: String, CodingKey {
    case byPair = "by_pair"
    case byReconciliation = "by_reconciliation"
    case byAddress = "by_address"
    case atEnd = "at_end"
    case reconciledTicks = "reconciled_ticks"
    case ofResidents = "of_residents"
    case ofResidentsByReconciliation = "of_residents_by_reconciliation"
    case allocationsByReconciliation = "allocations_by_reconciliation"
    case allocatorEvents = "allocator_events"
  }
}
