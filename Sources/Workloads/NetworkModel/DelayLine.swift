/// Queue of elements with due times, for delays that are constant or nearly constant: elements become due in the order
/// in which they were added.
struct DelayLine<Element: BitwiseCopyable & Sendable>: Sendable {
  private struct Entry: BitwiseCopyable, Sendable {
    var due: UInt64
    var element: Element
  }

  private var entries = FIFO<Entry>()
  private var latest: UInt64 = 0

  var count: Int { entries.count }

  /// Due time of the first element; nil if the queue is empty.
  @inline(__always)
  var nextDue: UInt64? { entries.front?.due }

  /// Adds an element that is due at `due`, or at the due time of the previous element if that is later.
  @inline(__always)
  mutating func push(_ element: Element, due: UInt64) {
    latest = max(latest, due)
    entries.push(Entry(due: latest, element: element))
  }

  /// Removes and returns the first element, even if it is not due; nil if the queue is empty.
  @inline(__always)
  mutating func pop() -> Element? { entries.pop()?.element }

  /// Removes and returns the first element if it is due at `time` or earlier; otherwise nil.
  @inline(__always)
  mutating func pop(dueBy time: UInt64) -> Element? {
    guard let due = nextDue, due <= time else { return nil }
    return pop()
  }
}
