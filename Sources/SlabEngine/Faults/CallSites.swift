/// A place in a caller's code, or in a recorded kernel's, that allocates or frees.
public struct CallSite: Sendable, Hashable {
  /// Its number; 0 is "unknown".
  @usableFromInline let number: UInt16

  @inlinable
  init(number: UInt16) { self.number = number }

  /// No place in particular. Computed: a stored one would be looked up at each call of the fast paths.
  @inlinable
  public static var unknown: CallSite { CallSite(number: 0) }
}

/// Names of call sites by number. Names are registered once and stay.
struct CallSites: ~Copyable {
  /// The most that are told apart; what comes later counts as unknown.
  static let most = Int(UInt16.max)

  private struct Names {
    var names = ["unknown"]
    var numbers: [String: UInt16] = [:]
  }

  private let names = Guarded(Names())

  /// The site of a name.
  /// - Complexity: a lock and a hash; hot paths keep the site.
  func site(named name: String) -> CallSite {
    names.withLock { names in
      if let number = names.numbers[name] { return CallSite(number: number) }
      guard names.names.count <= CallSites.most else { return .unknown }
      let number = UInt16(names.names.count)
      names.names.append(name)
      names.numbers[name] = number
      return CallSite(number: number)
    }
  }

  func name(of number: UInt16) -> String {
    names.withLock { Int(number) < $0.names.count ? $0.names[Int(number)] : $0.names[0] }
  }

  /// How many there are, the unknown one included.
  var count: Int { names.withLock(\.names.count) }

  func destroy() { names.destroy() }
}

extension SlabEngine {
  /// The call site of a name: a recorded symbol, say. The same name gives the same site.
  /// - Complexity: a lock and a hash; keep the site.
  public func callSite(named name: String) -> CallSite { sites.site(named: name) }
}
