/// A caller's error that the engine noticed: reported to the handler, counted, and refused where it was a free.
public struct AllocationFault: Sendable, Hashable, CustomStringConvertible {
  /// What went wrong.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The object was free already.
    case doubleFree = "double free"
    /// The pointer is not in machine memory, or on a page that holds no objects.
    case foreignFree = "free of a foreign pointer"
    /// The pointer is within a slab, and no object starts there.
    case misalignedFree = "free of a pointer at which no object starts"
    /// The object belongs to another cache than the one named.
    case wrongCache = "free to the wrong cache"
    /// Bytes before or after the object were written.
    case redZone = "write beside the object"
    /// A free object's bytes were written.
    case poison = "write to a free object"
  }

  /// What went wrong.
  public var kind: Kind
  /// The cache that was named, or that the object belongs to; empty where there is none.
  public var cache: String
  /// Bytes from the start of machine memory to the pointer; negative or beyond it for foreign ones.
  public var offset: Int
  /// The number of the object in its slab, and of the slab's first page, where there is one.
  public var object: Int?
  /// Number of the slab's first page.
  public var slab: Int?
  /// In words, what the object is: live, free, of which cache.
  public var state: String
  /// Where the object was allocated and freed last, as far as that was recorded.
  public var allocatedAt: String?
  /// Where it was freed last.
  public var freedAt: String?

  /// The fault in one line, fit for a person.
  public var description: String {
    var text = "\(cache.isEmpty ? "slab engine" : cache): \(kind.rawValue) at offset \(offset)"
    if let object, let slab { text += " (object \(object) of the slab at page \(slab))" }
    if !state.isEmpty { text += ", \(state)" }
    if let allocatedAt { text += "; allocated at \(allocatedAt)" }
    if let freedAt { text += "; freed at \(freedAt)" }
    return text
  }
}

/// Called with each fault, on the thread that noticed it. It may allocate and free, but not drain a CPU or destroy a
/// cache: it may be called while one of these is done.
public typealias FaultHandler = @Sendable (AllocationFault) -> Void

/// What an engine makes of faults. Reached through its `Guarded`.
struct FaultLog {
  var handler: FaultHandler?
  var counts: [AllocationFault.Kind: Int] = [:]
}

extension SlabEngine {
  /// Tells whom to call with faults; nil for nobody. They are counted either way.
  public func setFaultHandler(_ handler: FaultHandler?) { faults.withLock { $0.handler = handler } }

  /// Faults so far, by kind.
  public var faultCounts: [AllocationFault.Kind: Int] { faults.withLock { $0.counts } }

  /// Counts a fault and tells the handler.
  func report(_ fault: AllocationFault) {
    let handler = faults.withLock { log in
      log.counts[fault.kind, default: 0] += 1
      return log.handler
    }
    handler?(fault)
  }

  /// Reports an object's fault with all that is known of it.
  func report(_ kind: AllocationFault.Kind, _ object: UnsafeMutableRawPointer, cache: SlabCache?) {
    var fault = AllocationFault(kind: kind, cache: cache?.name ?? "", offset: object - memory.base, state: "")
    if let place = memory.place(of: object), place.slab.pointee.use == .slab { describe(place, in: &fault) }
    report(fault)
  }

  private func describe(_ place: MachineMemory.Place, in fault: inout AllocationFault) {
    let (slab, number) = (place.slab.pointee, place.object)
    guard number < slab.objectCount else { return }
    (fault.object, fault.slab) = (number, Int(place.frame))
    let owner = caches(at: slab.owner(ofObject: number))?.name ?? "?"
    if fault.cache.isEmpty { fault.cache = owner }
    let isFree = slab.freeBits.map { $0[number >> 6] >> UInt64(number & 63) & 1 == 1 } ?? false
    fault.state = isFree ? "free in its slab" : "an object of \(owner), live or in a magazine"
    guard let record = slab.records?[number], record.wasAllocated else { return }
    fault.allocatedAt = self.place(record.site, cpu: record.cpu)
    fault.freedAt = record.freedBy.map { self.place($0.site, cpu: $0.cpu) }
  }

  private func place(_ site: UInt16, cpu: UInt16) -> String { "\(sites.name(of: site)) on CPU \(cpu)" }
}
