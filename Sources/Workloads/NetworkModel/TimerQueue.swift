/// Priority queue of elements by due time (a binary heap). Elements with equal due times are returned in the order in
/// which they were added.
struct TimerQueue<Element: BitwiseCopyable & Sendable>: Sendable {
  private struct Entry: BitwiseCopyable, Sendable {
    var due: UInt64
    /// Number of elements that were added up to this one; orders elements with equal due times.
    var number: UInt64
    var element: Element

    @inline(__always)
    func isBefore(_ other: Entry) -> Bool { due != other.due ? due < other.due : number < other.number }
  }

  private var heap: [Entry] = []
  private var pushCount: UInt64 = 0

  var isEmpty: Bool { heap.isEmpty }

  /// Due time of the next element; nil if the queue is empty.
  var nextDue: UInt64? { heap.first?.due }

  /// Adds an element that is due at `due`.
  /// - Complexity: O(log n).
  mutating func push(_ element: Element, due: UInt64) {
    pushCount += 1
    heap.append(Entry(due: due, number: pushCount, element: element))
    var index = heap.count - 1
    while index > 0, heap[index].isBefore(heap[(index - 1) / 2]) {
      heap.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  /// Removes and returns the next element, even if it is not due; nil if the queue is empty.
  /// - Complexity: O(log n).
  mutating func pop() -> Element? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    guard !heap.isEmpty else { return first.element }
    heap[0] = last
    var index = 0
    while true {
      var least = index
      for child in [2 * index + 1, 2 * index + 2] where child < heap.count && heap[child].isBefore(heap[least]) {
        least = child
      }
      if least == index { return first.element }
      heap.swapAt(index, least)
      index = least
    }
  }
}
