/// Things that become due at any time: a binary heap by time, first in first out among equals.
struct TimerQueue<Element: BitwiseCopyable & Sendable>: Sendable {
  private struct Entry: BitwiseCopyable, Sendable {
    var due: UInt64
    var number: UInt64
    var element: Element

    @inline(__always)
    func isBefore(_ other: Entry) -> Bool { due != other.due ? due < other.due : number < other.number }
  }

  private var heap: [Entry] = []
  private var pushed: UInt64 = 0

  var isEmpty: Bool { heap.isEmpty }

  /// When the next one is due; nil when there is none.
  var nextDue: UInt64? { heap.first?.due }

  /// - Complexity: O(log count).
  mutating func push(_ element: Element, due: UInt64) {
    pushed += 1
    heap.append(Entry(due: due, number: pushed, element: element))
    var place = heap.count - 1
    while place > 0, heap[place].isBefore(heap[(place - 1) / 2]) {
      heap.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  /// The next one, due or not.
  /// - Complexity: O(log count).
  mutating func pop() -> Element? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    guard !heap.isEmpty else { return first.element }
    heap[0] = last
    var place = 0
    while true {
      var least = place
      for child in [2 * place + 1, 2 * place + 2] where child < heap.count && heap[child].isBefore(heap[least]) {
        least = child
      }
      if least == place { return first.element }
      heap.swapAt(place, least)
      place = least
    }
  }
}
