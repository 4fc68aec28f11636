/// Part of a source's events on which replays compare policies.
package struct ReplayedEvents: Sendable, Hashable, Encodable {
  /// Number of the first event, from 1.
  package let firstEvent: Int
  /// Number of the last event.
  package let lastEvent: Int
  /// Number of all events that the advice is on.
  package let events: Int
  /// Number of objects that are live before the first event. The replays begin with their allocations.
  package let liveObjects: Int

  init(_ window: RecordingWindow, of events: Int) {
    (firstEvent, lastEvent) = (window.events.lowerBound + 1, window.events.upperBound)
    (self.events, liveObjects) = (events, window.liveObjects.count)
  }

  /// Whether all events are replayed.
  package var isWhole: Bool { firstEvent == 1 && lastEvent == events }

  /// The events in words: `events 4,000,001 to 6,000,000 of 20,478,989, around the peak of requested bytes, beginning with the
  /// 33,073 objects that are live before them`.
  package var text: String {
    func number(_ count: Int) -> String { ReplayedEvents.grouped(count) }
    guard !isWhole else { return "all \(number(events)) events" }
    return
      "events \(number(firstEvent)) to \(number(lastEvent)) of \(number(events)), around the peak of requested bytes, "
      + "beginning with the \(number(liveObjects)) objects that are live before them"
  }

  /// Returns a number with a comma before each group of three digits.
  private static func grouped(_ number: Int) -> String {
    let digits = Array(String(number))
    return digits.indices.reduce(into: "") { text, index in
      if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digits[index])
    }
  }

  /// Returns the window of at most `limit` events around an event.
  static func window(of limit: Int, around event: Int, in events: Int) -> Range<Int> {
    guard events > limit else { return 0..<events }
    let first = min(max(0, event - limit / 2), events - limit)
    return first..<first + limit
  }
}
