package import Recordings

/// The sizes of a replay's requests by size: what the owner needed where that is known, in place of a request that the recorded
/// kernel had rounded up before it made it.
package struct RequestSizes: Sendable {
  /// What is known of a request's size.
  package enum Knowledge: UInt8, Sendable, BitwiseCopyable {
    /// The request says what its owner needed.
    case exact
    /// The request was rounded up, and the object's use is known.
    case used
    /// The request was rounded up, and what its owner needed is not known.
    case hidden
  }

  private let uses: UsedBytesByAllocation
  private let roundsSkbDataSizes: Bool
  /// Of each symbol: whether sizes are rounded up there.
  private var isDataSite: [Bool] = []

  /// Reads a source's uses.
  /// - Throws: what the source throws.
  /// - Complexity: O(events) of a recording that knows uses.
  package init(of source: any AllocationEventSource) throws {
    uses = try source.usedBytesByAllocation()
    roundsSkbDataSizes = source.roundsSkbDataSizes
  }

  /// Bytes in use of the object of a source's allocation, counted from 0; nil if not known.
  package func usedBytes(_ allocation: Int) -> UInt32? { uses[allocation] }

  /// Sets an allocation's requested bytes to what its owner needed, if that is known.
  /// - Parameter allocation: the number of the allocation, from 0.
  @inline(__always)
  package mutating func apply(
    to event: inout AllocationEvent, allocation: Int, symbols: [String]
  ) -> Knowledge {
    guard event.kind == .kmalloc, roundsSkbDataSizes else { return .exact }
    if let needed = uses.neededBytes(allocation) {
      event.requestedBytes = min(needed, event.allocatedBytes)
      return .used
    }
    guard event.requestedBytes == event.allocatedBytes else { return .exact }
    return isHidden(event.site, symbols) ? .hidden : .exact
  }

  /// Whether an allocation is of the data of small packets, whose cache says nothing of what is needed.
  package func isSmallData(_ event: AllocationEvent, symbols: [String]) -> Bool {
    roundsSkbDataSizes && event.kind == .kmemCacheAlloc && event.cache != AllocationEvent.noCache
      && symbols[Int(event.cache)] == SkbDataCallSites.smallDataCache
  }

  @inline(__always)
  private mutating func isHidden(_ site: UInt32, _ symbols: [String]) -> Bool {
    while isDataSite.count < symbols.count {
      isDataSite.append(SkbDataCallSites.contains(symbols[isDataSite.count]))
    }
    return isDataSite[Int(site)]
  }
}
