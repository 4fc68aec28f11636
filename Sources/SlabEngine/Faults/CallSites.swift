/// A call site: a place in the program, or in a recorded kernel, that allocates or frees objects.
public struct CallSite: Sendable, Hashable {
  /// Number of the call site; 0 is unknown.
  @usableFromInline let number: UInt16

  @inlinable
  init(number: UInt16) { self.number = number }

  /// The unknown call site. It is computed, because a stored property would be looked up on each call of the fast
  /// paths.
  @inlinable
  public static var unknown: CallSite { CallSite(number: 0) }
}

/// Names of call sites by number. A registered name is never removed.
struct CallSites: ~Copyable {
  /// Maximum number of call sites. Further names are counted as unknown.
  static let maximumCount = Int(other) - 1
  /// Number of the call site of allocations that are captured when the table of contexts is nearly full.
  static let other = UInt16.max

  private struct Names {
    var names = ["unknown"]
    var numbers: [String: UInt16] = [:]
  }

  private let names = Guarded(Names())

  /// Returns the call site with this name, and registers the name if it is new.
  /// - Complexity: Takes a lock and computes a hash; a hot path should keep the result.
  func site(named name: String) -> CallSite {
    names.withLock { names in
      if let number = names.numbers[name] { return CallSite(number: number) }
      guard names.names.count <= CallSites.maximumCount else { return .unknown }
      let number = UInt16(names.names.count)
      names.names.append(name)
      names.numbers[name] = number
      return CallSite(number: number)
    }
  }

  func name(of number: UInt16) -> String {
    if number == CallSites.other { return "other" }
    return names.withLock { Int(number) < $0.names.count ? $0.names[Int(number)] : $0.names[0] }
  }

  func destroy() { names.destroy() }
}

extension SlabEngine {
  /// Returns the number of the call site that allocated an object; 0 if it is not known.
  func allocationSite(of record: ObjectRecord) -> UInt16 {
    #if Capture
      if configuration.capturesData { return captureContexts.context(record.context).site }
    #endif
    return CallSite.unknown.number
  }

  /// Returns the requested bytes of a live object; its cache's object size if they are not known.
  func requestedBytes(of record: ObjectRecord, owner: Int) -> Int {
    #if Capture
      if configuration.capturesData, let bytes = captureContexts.requestedBytes(ofContext: record.context) {
        return bytes
      }
    #endif
    return cacheIncludingDestroyed(at: owner)?.objectSize ?? 0
  }

  /// Returns the requested bytes of a live object that was requested by size; 0 for every other object, and if the
  /// engine does not capture data.
  func bytesRequestedBySize(of record: ObjectRecord) -> Int {
    #if Capture
      if configuration.capturesData { return captureContexts.bytesRequestedBySize(ofContext: record.context) }
    #endif
    return 0
  }

  /// Returns the call site with this name, for example of a recorded symbol. The same name returns the same call site.
  /// Any thread may call this.
  /// - Complexity: Takes a lock and computes a hash; a hot path should keep the result.
  public func callSite(named name: String) -> CallSite { sites.site(named: name) }
}
