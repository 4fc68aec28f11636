/// A caller's error that the engine has detected, such as a double free. Faults are counted and reported to the
/// handler; an invalid free is refused.
public struct AllocationFault: Sendable, Hashable, CustomStringConvertible {
  /// Kind of a fault.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The object was free already.
    case doubleFree = "double free"
    /// The pointer is outside of machine memory, or on a page without objects.
    case foreignFree = "free of a foreign pointer"
    /// The pointer is in a slab, but not at the start of an object.
    case misalignedFree = "free of a pointer at which no object starts"
    /// The object belongs to another cache than the one named.
    case wrongCache = "free to the wrong cache"
    /// Bytes before or after the object were overwritten.
    case redZone = "write beside the object"
    /// Bytes of a free object were overwritten.
    case poison = "write to a free object"
  }

  /// The kind of the fault.
  public var kind: Kind
  /// Name of the cache that the caller named or that owns the object; empty if there is none.
  public var cache: String
  /// Bytes from the start of machine memory to the pointer; may be negative or too large if the pointer is foreign.
  public var offset: Int
  /// Number of the object in its slab; nil if the pointer is not in a slab.
  public var object: Int?
  /// Page frame number of the slab's first page; nil if the pointer is not in a slab.
  public var slab: Int?
  /// State of the object in words, with its cache; empty if the pointer is not in a slab.
  public var state: String
  /// Call site and CPU of the last allocation of the object; nil if they are not recorded.
  public var allocatedAt: String?
  /// Call site and CPU of the last free of the object; nil if they are not recorded.
  public var freedAt: String?

  /// Description of the fault in one line.
  public var description: String {
    var text = "\(cache.isEmpty ? "slab engine" : cache): \(kind.rawValue) at offset \(offset)"
    if let object, let slab { text += " (object \(object) of the slab at page \(slab))" }
    if !state.isEmpty { text += ", \(state)" }
    if let allocatedAt { text += "; allocated at \(allocatedAt)" }
    if let freedAt { text += "; freed at \(freedAt)" }
    return text
  }
}

/// Function that is called with each fault, on the thread that detected it. It may allocate and free, but must not
/// drain a CPU or destroy a cache, because one of these may be in progress on its thread.
public typealias FaultHandler = @Sendable (AllocationFault) -> Void

/// Handler and counts of faults. Used with its lock held.
struct FaultLog {
  var handler: FaultHandler?
  var counts: [AllocationFault.Kind: Int] = [:]
}

extension SlabEngine {
  /// Sets the function to call with each fault; nil for none. Faults are counted in either case. Any thread may call
  /// this.
  public func setFaultHandler(_ handler: FaultHandler?) { faults.withLock { $0.handler = handler } }

  /// Number of faults so far, by kind.
  public var faultCounts: [AllocationFault.Kind: Int] { faults.withLock { $0.counts } }

  /// Counts a fault and calls the handler.
  func report(_ fault: AllocationFault) {
    let handler = faults.withLock { log in
      log.counts[fault.kind, default: 0] += 1
      return log.handler
    }
    handler?(fault)
  }

  /// Reports a fault of an object, with everything that is known about the object.
  func report(_ kind: AllocationFault.Kind, _ object: UnsafeMutableRawPointer, cache: SlabCache?) {
    var fault = AllocationFault(kind: kind, cache: cache?.name ?? "", offset: object - memory.base, state: "")
    if let location = memory.location(of: object), location.slab.pointee.use == .slab { describe(location, in: &fault) }
    report(fault)
  }

  private func describe(_ location: MachineMemory.BlockLocation, in fault: inout AllocationFault) {
    let (slab, number) = (location.slab.pointee, location.object)
    guard number < slab.objectCount else { return }
    (fault.object, fault.slab) = (number, Int(location.frame))
    let owner = cacheIncludingDestroyed(at: memory.ownerTags.owner(ofObject: number, of: location.slab))?.name ?? "?"
    if fault.cache.isEmpty { fault.cache = owner }
    let isFree = location.slab.freeBits.map { $0[number >> 6] >> UInt64(number & 63) & 1 == 1 } ?? false
    fault.state = isFree ? "free in its slab" : "an object of \(owner), live or in a magazine"
    guard let record = records.record(at: location)?.pointee, record.wasAllocated else { return }
    fault.allocatedAt = siteDescription(sites.name(of: allocationSite(of: record)), cpu: record.cpu)
    fault.freedAt = record.freedBy.map { siteDescription(siteName(ofKey: $0.site), cpu: $0.cpu) }
  }

  private func siteDescription(_ site: String, cpu: Int) -> String { "\(site) on CPU \(cpu)" }

  private func siteName(ofKey key: UInt64) -> String {
    #if Capture
      sites.name(of: site(for: SiteKey(value: key)).number)
    #else
      sites.name(of: CallSite.unknown.number)
    #endif
  }
}
