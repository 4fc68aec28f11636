package import Recordings

/// The requested bytes of kmalloc requests in a replay. The recorded kernel rounds the sizes of skb data up before it calls kmalloc;
/// these requests are replaced by the bytes that were needed, if they are known.
package struct RequestSizes: Sendable {
  /// How the size of a request is known.
  package enum Knowledge: UInt8, Sendable, BitwiseCopyable {
    /// The request has the needed bytes.
    case exact
    /// The request was rounded up, and the needed bytes are known.
    case used
    /// The request was rounded up, and the needed bytes are not known.
    case hidden
  }

  private let uses: UsedBytesByAllocation
  private let roundsSkbDataSizes: Bool
  /// For each symbol, whether it is a call site that rounds sizes up.
  private var isDataSite: [Bool] = []

  /// Reads the used bytes of a source's objects.
  /// - Throws: the errors of the source.
  /// - Complexity: O(events) of a recording that has used bytes.
  package init(of source: any AllocationEventSource) throws {
    uses = try source.usedBytesByAllocation()
    roundsSkbDataSizes = source.roundsSkbDataSizes
  }

  /// Returns the used bytes of the object of an allocation, whose number counts from 0; nil if not known.
  package func usedBytes(_ allocation: Int) -> UInt32? { uses[allocation] }

  /// Sets the requested bytes of an allocation to the needed bytes, if they are known.
  /// - Parameters:
  ///   - event: the allocation, whose requested bytes are changed.
  ///   - allocation: the number of the allocation, from 0.
  ///   - symbols: the strings of the source.
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

  /// Returns whether an event allocates data of a small packet, from a cache, so that the request does not have the needed bytes.
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
