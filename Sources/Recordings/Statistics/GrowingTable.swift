/// A table that grows as it is written to: an array without the checks that an array makes at each access, for loops that
/// run once an event.
struct GrowingTable<Element: BitwiseCopyable>: ~Copyable {
  private var elements: UnsafeMutablePointer<Element>
  private var capacity: Int
  private let initial: Element
  /// Elements that were reached so far.
  private(set) var count = 0

  init(repeating initial: Element, capacity: Int = 1024) {
    elements = .allocate(capacity: capacity)
    elements.initialize(repeating: initial, count: capacity)
    self.capacity = capacity
    self.initial = initial
  }

  deinit { elements.deallocate() }

  /// Makes `index` valid.
  @inline(__always)
  mutating func reach(_ index: Int) {
    guard index >= count else { return }
    count = index + 1
    if count > capacity { grow() }
  }

  /// `index` was reached: whoever asks has called `reach`, which keeps `count` within the capacity.
  @inline(__always)
  subscript(index: Int) -> Element {
    get {
      assert(index < count)
      return elements[index]
    }
    nonmutating set {
      assert(index < count)
      elements[index] = newValue
    }
  }

  @inline(never)
  private mutating func grow() {
    let larger = max(count, capacity * 2)
    let moved = UnsafeMutablePointer<Element>.allocate(capacity: larger)
    moved.update(from: elements, count: capacity)
    (moved + capacity).initialize(repeating: initial, count: larger - capacity)
    elements.deallocate()
    (elements, capacity) = (moved, larger)
  }
}
