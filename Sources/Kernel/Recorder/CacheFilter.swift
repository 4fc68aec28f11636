/// Which caches' events a recording keeps: those whose name a regular expression matches. kmalloc's objects go by the
/// class that their size falls into, e.g. `kmalloc-512`.
public struct CacheFilter: Sendable {
  private let pattern: @Sendable (String) -> Bool
  /// Names that were asked about, and the answers.
  private var known: [String: Bool] = [:]

  /// - Parameter matches: whether a cache's name is wanted.
  public init(_ matches: @escaping @Sendable (String) -> Bool) { pattern = matches }

  /// Whether a cache's events are kept.
  public mutating func matches(_ name: String) -> Bool {
    if let answer = known[name] { return answer }
    let answer = pattern(name)
    known[name] = answer
    return answer
  }
}
