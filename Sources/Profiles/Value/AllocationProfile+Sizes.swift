import Recordings

extension AllocationContext {
  /// Returns the size of the objects in ``AllocationProfile/sizes``; nil if they are not from general caches, or are metadata of
  /// the allocator itself.
  /// - Parameter roundsSkbDataSizes: Whether the source rounds requested sizes of skb data up, so that the bytes in use tell
  ///   the size that was needed.
  func size(roundsSkbDataSizes: Bool) -> Int? {
    guard isGeneral, !AllocatorCallSites.contains(site) else { return nil }
    guard roundsSkbDataSizes, let usedBytes else { return max(1, requestedBytes) }
    let needed = UsedBytesByAllocation.neededBytes(used: UInt32(clamping: usedBytes))
    return max(1, min(Int(needed), allocatedBytes))
  }
}

extension AllocationProfile {
  /// Returns the size of the objects of a context in ``sizes``; nil if they have no size.
  package func size(of context: AllocationContext) -> Int? { context.size(roundsSkbDataSizes: roundsSkbDataSizes) }
}
