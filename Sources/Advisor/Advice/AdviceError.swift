/// Reason why no advice can be given.
package enum AdviceError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The source has too few events.
  case tooShort(name: String, events: Int)
  /// The source has no requests by size.
  case noRequests(name: String)
  /// More sizes have to stay classes than classes are permitted.
  case tooFewClasses(asked: Int, needed: Int)
  /// Allocations of a replay failed.
  case outOfMemory(name: String, policy: String, failures: Int)
  /// The stamp of an object was overwritten during a replay, so that its figures are not reliable.
  case damagedObject(name: String, policy: String, description: String)

  /// The error in one line, with what to do.
  package var description: String {
    switch self {
    case .tooShort(let name, let events):
      "\(name): expected at least \(Advice.fewestEvents) events, found \(events); record for longer"
    case .noRequests(let name):
      "\(name): expected requests by size (kmalloc), found none; other sizes of general caches would change nothing"
    case .tooFewClasses(let asked, let needed):
      "expected at least \(needed) classes, because --keep-powers-of-two keeps that many, found --classes \(asked)"
    case .outOfMemory(let name, let policy, let failures):
      "\(name): \(failures) allocations failed under policy \(policy); give the replay more memory with --memory"
    case .damagedObject(let name, let policy, let description):
      "\(name): the figures under policy \(policy) are not reliable: \(description)"
    }
  }
}
