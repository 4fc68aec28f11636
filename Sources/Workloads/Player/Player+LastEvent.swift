import Recordings

extension Player {
  /// Description of the event that was played last; nil before the first.
  package var lastEventDescription: String? { lastEvent.map { $0.description(symbols: symbols) } }
}

extension SLUBPlayer {
  /// Description of the event that was played last; nil before the first.
  package var lastEventDescription: String? { lastEvent.map { $0.description(symbols: cursor.symbols) } }
}

extension AllocationEvent {
  /// Returns one line that says which call site allocated or freed which object on which CPU.
  fileprivate func description(symbols: [String]) -> String {
    let cache = cache == AllocationEvent.noCache ? nil : symbols[Int(cache)]
    let object =
      switch (kind, cache) {
      case (.kmalloc, _): "\(requestedBytes) bytes"
      case (_, let cache?): "an object of \(cache)"
      case (_, nil): "an object"
      }
    let remark =
      switch outcome {
      case .allocated, .freed: ""
      case .allocatedOverLive: ", at the address of an object whose free was not recorded"
      case .failed: ": failed, because memory was exhausted"
      case .unmatched: ", whose allocation was not recorded"
      case .null: ": a null pointer"
      case .zeroSize: ": an allocation of 0 bytes"
      }
    return "\(symbols[Int(site)]) \(isAllocation ? "allocated" : "freed") \(object) on CPU \(cpu)\(remark)"
  }
}
