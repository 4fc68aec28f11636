import Recordings

extension Player {
  /// What the event that was played last did, in words: for people who go through events one by one.
  public var lastEventInWords: String? { lastEvent.map { $0.words(symbols: symbols) } }
}

extension SLUBPlayer {
  /// What the event that was played last did, in words.
  public var lastEventInWords: String? { lastEvent.map { $0.words(symbols: cursor.symbols) } }
}

extension AllocationEvent {
  /// What the event did, in words.
  fileprivate func words(symbols: [String]) -> String {
    let event = self
    let cache = event.cache == AllocationEvent.noCache ? nil : symbols[Int(event.cache)]
    let call = event.isAllocation ? "allocated" : "freed"
    let what =
      switch (event.kind, cache) {
      case (.kmalloc, _): "\(event.requestedBytes) bytes"
      case (_, let cache?): "an object of \(cache)"
      case (_, nil): "an object"
      }
    let outcome =
      switch event.outcome {
      case .allocated, .freed: ""
      case .allocatedOverLive: ", where an object lived whose free was not recorded"
      case .failed: ", in vain: there was no memory"
      case .unmatched: ", whose allocation was not recorded"
      case .null: ": it was none"
      case .zeroSize: ": it was one of no bytes"
      }
    return "\(symbols[Int(event.site)]) \(call) \(what) on CPU \(event.cpu)\(outcome)"
  }
}
