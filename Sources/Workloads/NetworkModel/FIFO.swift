/// Queue in a ring buffer that grows as needed. Each operation is amortised O(1).
struct FIFO<Element: BitwiseCopyable & Sendable>: Sendable {
  private var ring: [Element] = []
  private var first = 0
  private(set) var count = 0

  var isEmpty: Bool { count == 0 }

  /// First element; nil if the queue is empty.
  @inline(__always)
  var front: Element? { count == 0 ? nil : ring[first] }

  /// Adds an element at the end.
  @inline(__always)
  mutating func push(_ element: Element) {
    if count == ring.count { grow(element) }
    ring[(first + count) & (ring.count - 1)] = element
    count += 1
  }

  /// Removes and returns the first element; nil if the queue is empty.
  @inline(__always)
  mutating func pop() -> Element? {
    guard count > 0 else { return nil }
    let element = ring[first]
    first = (first + 1) & (ring.count - 1)
    count -= 1
    return element
  }

  /// Doubles the capacity, which is always a power of two. `filler` initialises the unused elements.
  @inline(never)
  private mutating func grow(_ filler: Element) {
    var larger = [Element](repeating: filler, count: max(8, ring.count * 2))
    for index in 0..<count { larger[index] = ring[(first + index) & (ring.count - 1)] }
    (ring, first) = (larger, 0)
  }
}
