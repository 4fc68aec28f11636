/// Names of an anonymous recording, each under a number of its own that it is given when an event first uses it.
///
/// A source may number a name long before an event uses it: events of several CPUs are decoded ahead of the order in which they
/// are written. Only the event tells whether the name is a call site or a cache, which are hashed differently.
struct AnonymousNames: Sendable {
  let anonymizer: Anonymizer
  /// Numbers in the recording by the source's numbers, plus one; 0 for a name that has none yet.
  private var sites: [UInt32] = []
  private var caches: [UInt32] = []
  private var count: UInt32 = 0
  private var new: [String] = []

  init(_ anonymizer: Anonymizer) { self.anonymizer = anonymizer }

  /// The event with the recording's numbers of its names in place of the source's.
  mutating func renumbered(_ event: AllocationEvent, _ symbols: [String]) -> AllocationEvent {
    var event = event
    event.site = number(of: event.site, in: \.sites) { anonymizer in anonymizer.site(symbols[Int(event.site)]) }
    if event.cache != AllocationEvent.noCache {
      event.cache = number(of: event.cache, in: \.caches) { anonymizer in anonymizer.cache(symbols[Int(event.cache)]) }
    }
    return event
  }

  /// Removes the names that were given numbers since the last call, in the order of their numbers.
  mutating func removeNewNames() -> [String] {
    defer { new.removeAll(keepingCapacity: true) }
    return new
  }

  private mutating func number(
    of symbol: UInt32, in numbers: WritableKeyPath<AnonymousNames, [UInt32]>, name: (Anonymizer) -> String
  ) -> UInt32 {
    while self[keyPath: numbers].count <= Int(symbol) { self[keyPath: numbers].append(0) }
    if self[keyPath: numbers][Int(symbol)] == 0 {
      count += 1
      self[keyPath: numbers][Int(symbol)] = count
      new.append(name(anonymizer))
    }
    return self[keyPath: numbers][Int(symbol)] - 1
  }
}
