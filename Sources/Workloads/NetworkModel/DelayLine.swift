/// Things that become due one after the other, in the order in which they were put in: a constant delay, or nearly so.
struct DelayLine<Element: BitwiseCopyable & Sendable>: Sendable {
  private struct Entry: BitwiseCopyable, Sendable {
    var due: UInt64
    var element: Element
  }

  private var entries = FIFO<Entry>()
  private var latest: UInt64 = 0

  var count: Int { entries.count }

  /// When the next one is due; nil when there is none.
  @inline(__always)
  var nextDue: UInt64? { entries.front?.due }

  /// Puts something in that is due at `due`, or right after what was put in before.
  @inline(__always)
  mutating func push(_ element: Element, due: UInt64) {
    latest = max(latest, due)
    entries.push(Entry(due: latest, element: element))
  }

  /// The next one, due or not.
  @inline(__always)
  mutating func pop() -> Element? { entries.pop()?.element }

  /// The next one, if it is due by `time`.
  @inline(__always)
  mutating func pop(dueBy time: UInt64) -> Element? {
    guard let due = nextDue, due <= time else { return nil }
    return pop()
  }
}
