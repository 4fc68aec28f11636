/// Names of an anonymous recording. A name gets its number when an event first uses it.
///
/// The numbers of the source cannot be used, because the source may number a name long before an event uses it: events of
/// several CPUs are decoded before they are written in order. Only the event determines whether the name is that of a call site
/// or of a cache, which are hashed differently.
struct AnonymousNames: Sendable {
  let anonymizer: Anonymizer
  /// Numbers of call sites in the recording, plus one, indexed by their numbers in the source; 0 for a name without a number.
  private var sites: [UInt32] = []
  /// Numbers of caches in the recording, plus one, indexed by their numbers in the source; 0 for a name without a number.
  private var caches: [UInt32] = []
  private var count: UInt32 = 0
  /// Names whose numbers are new since the last call of `removeNewNames`.
  private var new: [String] = []

  init(_ anonymizer: Anonymizer) { self.anonymizer = anonymizer }

  /// Returns the event with the numbers of its names in the recording.
  mutating func renumbered(_ event: AllocationEvent, _ symbols: [String]) -> AllocationEvent {
    var event = event
    event.site = number(of: event.site, in: \.sites) { anonymizer in anonymizer.site(symbols[Int(event.site)]) }
    if event.cache != AllocationEvent.noCache {
      event.cache = number(of: event.cache, in: \.caches) { anonymizer in anonymizer.cache(symbols[Int(event.cache)]) }
    }
    return event
  }

  /// Removes and returns the names that got numbers since the last call, in the order of their numbers.
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
